package io.github.livededup.engine.io.memory;

import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory held in memory. It has no lock, and closing it keeps its content: opening a volume in it again is how tests
 * reopen. As on a POSIX disk, a deleted file lives on for those who have it open. Files cost what was written to them or
 * allocated, in pages of {@link MemoryContent#PAGE_BYTES}; mappings cost their whole length.
 */
public final class MemoryDirectory implements VolumeDirectory {
    private final String description;
    private final MemoryBudget budget;
    private final Map<String, MemoryContent> files = new TreeMap<>();
    private final TreeSet<String> folders = new TreeSet<>();

    /** Makes an empty directory without a limit. */
    public MemoryDirectory() {
        this("memory", Long.MAX_VALUE);
    }

    /**
     * Makes an empty directory that is full at some point.
     *
     * @param description how messages name it
     * @param capacityBytes the most bytes its files may take together; beyond, writing is a {@link
     *     io.github.livededup.VolumeFullException}
     */
    public MemoryDirectory(String description, long capacityBytes) {
        this.description = description;
        this.budget = new MemoryBudget(capacityBytes);
    }

    /**
     * An independent directory with the same content and capacity. Pages are shared until one side writes them, so this
     * is cheap. Not to be called while a call that changes this directory is in flight.
     *
     * @return a new directory
     */
    public synchronized MemoryDirectory copy() {
        MemoryDirectory copy = new MemoryDirectory(description, budget.capacityBytes());
        files.forEach((name, content) -> copy.files.put(name, content.copy(copy.budget)));
        copy.folders.addAll(folders);
        return copy;
    }

    /**
     * Tells contents apart: two directories with the same folders and files have the same digest, any others hardly ever.
     * Pages that copies share are digested once.
     *
     * @return the digest
     */
    public synchronized long digest() {
        long all = 0;
        for (String folder : folders) {
            all += mix(folder.hashCode());
        }
        for (Map.Entry<String, MemoryContent> entry : files.entrySet()) {
            all += mix(entry.getValue().digest() + mix(~(long) entry.getKey().hashCode()));
        }
        return all;
    }

    /** Spreads the bits of a number over all of it (the finalizer of SplitMix64). */
    static long mix(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /**
     * The bytes all files take.
     *
     * @return written and allocated bytes, in whole pages
     */
    public long allocatedBytes() {
        return budget.usedBytes();
    }

    /**
     * Changes the capacity; what is there stays.
     *
     * @param capacityBytes the most bytes the files may take together
     */
    public void limit(long capacityBytes) {
        budget.limit(capacityBytes);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public synchronized VolumeFile open(String name, OpenMode mode) throws IOException {
        String path = description + "/" + name;
        MemoryContent content = files.get(name);
        if (mode == OpenMode.CREATE) {
            if (content != null || folders.contains(name)) {
                throw new FileAlreadyExistsException(path);
            }
            if (!isFolder(parent(name))) {
                throw new NoSuchFileException(path);
            }
            content = new MemoryContent(budget);
            files.put(name, content);
        } else if (content == null) {
            throw new NoSuchFileException(path);
        }
        return new MemoryFile(path, content, mode == OpenMode.READ);
    }

    @Override
    public synchronized boolean exists(String name) {
        return files.containsKey(name) || isFolder(name);
    }

    @Override
    public synchronized List<String> list(String folder) {
        List<String> names = new ArrayList<>();
        for (String name : files.keySet()) {
            if (parent(name).equals(folder)) {
                names.add(name.substring(folder.isEmpty() ? 0 : folder.length() + 1));
            }
        }
        return names;
    }

    @Override
    public synchronized void createFolder(String folder) throws IOException {
        if (files.containsKey(folder)) {
            throw new FileAlreadyExistsException(description + "/" + folder);
        }
        if (!isFolder(parent(folder))) {
            throw new NoSuchFileException(description + "/" + folder);
        }
        folders.add(folder);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        String prefix = name + "/";
        String nextFolder = folders.ceiling(prefix);
        if (!list(name).isEmpty() || (nextFolder != null && nextFolder.startsWith(prefix))) {
            throw new DirectoryNotEmptyException(description + "/" + name);
        }
        folders.remove(name);
        MemoryContent removed = files.remove(name);
        if (removed != null) {
            removed.unlink();
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        MemoryContent moved = files.get(from);
        if (moved == null) {
            throw new NoSuchFileException(description + "/" + from);
        }
        if (!parent(from).equals(parent(to)) || isFolder(to)) {
            throw new IOException(
                    description + ": rename: actual=" + from + " to " + to + " expected=a file beside it");
        }
        files.remove(from);
        MemoryContent replaced = files.put(to, moved);
        if (replaced != null && replaced != moved) {
            replaced.unlink();
        }
    }

    @Override
    public void force(String folder) throws IOException {
        if (!isFolder(folder)) {
            throw new NoSuchFileException(description + "/" + folder);
        }
    }

    @Override
    public long usableBytes() {
        return budget.capacityBytes() - budget.usedBytes();
    }

    @Override
    public Optional<File> externalFile(String name) {
        return Optional.empty();
    }

    /** Does nothing: the content stays, and there is no lock. */
    @Override
    public void close() {}

    private synchronized boolean isFolder(String name) {
        return name.isEmpty() || folders.contains(name);
    }

    private static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }
}
