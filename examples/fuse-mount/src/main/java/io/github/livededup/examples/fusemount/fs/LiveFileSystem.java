package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Volume;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.examples.fusemount.tree.Attributes;
import io.github.livededup.examples.fusemount.tree.Change.PutInode;
import io.github.livededup.examples.fusemount.tree.FileKind;
import io.github.livededup.examples.fusemount.tree.Inode;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A POSIX file system in a volume. Paths are absolute, "/" is the root; who calls has been permitted to by the kernel. Methods
 * refuse with {@link ErrnoException}, or throw what the volume does. All may be called by any thread.
 */
public final class LiveFileSystem implements Closeable {
    private static final Logger LOG = System.getLogger(LiveFileSystem.class.getName());
    private static final int ATTRIBUTES_SECONDS = 5;
    private static final int MAX_TARGET_BYTES = 4095;

    private final Volume volume;
    private final TreeStore store;
    private final OpenFiles open;
    private final Reaper reaper;
    private final SpaceGuard space;
    private final Namespace namespace;
    private final FileData data;
    private final Xattrs xattrs;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "fuse-attributes");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Opens the file system of a volume, which gets one if it has none.
     *
     * @param volume stays open until this is closed; nobody else uses it meanwhile
     * @param owner who gets the root of a fresh one, and images that have no file yet
     * @throws IOException if its tree is damaged, or the volume cannot be read
     */
    public LiveFileSystem(Volume volume, RootOwner owner) throws IOException {
        this(volume, owner, true);
    }

    /** Without threads of its own removed files' images go when it is closed. */
    LiveFileSystem(Volume volume, RootOwner owner, boolean hasThreads) throws IOException {
        this.volume = volume;
        store = Recovery.open(volume, owner);
        open = new OpenFiles(store);
        reaper = new Reaper(store);
        space = new SpaceGuard(volume, store::logBytes);
        namespace = new Namespace(store, open, reaper);
        data = new FileData(store, space);
        xattrs = new Xattrs(store, namespace);
        if (hasThreads && !store.isReadOnly()) {
            reaper.start();
            Future<?> unused = timer.scheduleWithFixedDelay(
                    this::logAttributes, ATTRIBUTES_SECONDS, ATTRIBUTES_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void logAttributes() {
        try {
            store.logAttributes();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "times of files are not kept for now: {0}", e.toString());
        }
    }

    /**
     * Looks a path up.
     *
     * @param path where
     * @return what {@code lstat} tells
     * @throws IOException if there is nothing
     */
    public FileStatus status(String path) throws IOException {
        return statusOf(namespace.resolve(path));
    }

    /**
     * As {@link #status(String)}, of an open file.
     *
     * @param handle the handle
     * @return what {@code fstat} tells
     * @throws IOException if nothing is open by that handle
     */
    public FileStatus status(long handle) throws IOException {
        return statusOf(open.get(handle).inode());
    }

    private FileStatus statusOf(Inode inode) throws IOException {
        Attributes attributes = inode.attributes();
        long size = 0;
        long stored = 0;
        if (attributes.kind() == FileKind.REGULAR) {
            size = inode.sizeBytes();
            stored = storedBytes(inode, size);
        } else if (attributes.kind() == FileKind.DIRECTORY) {
            size = volume.blockSizeBytes();
        } else if (attributes.kind() == FileKind.SYMLINK) {
            size = Names.utf8Length(attributes.text());
        }
        store.readLock().lock();
        try {
            return new FileStatus(inode.number(), attributes, inode.linkCount(), size, stored);
        } finally {
            store.readLock().unlock();
        }
    }

    /** Asking would store what waits in memory: while a file is open for writing, its size has to do. */
    private long storedBytes(Inode inode, long size) throws IOException {
        long blocks = inode.storedBlocks();
        if (blocks >= 0) {
            return blocks * volume.blockSizeBytes();
        }
        store.readLock().lock();
        try {
            if (!open.isOpen(inode) && store.tree().inode(inode.number()) == inode) {
                blocks = store.images().info(inode.attributes().text()).mappedBlocks();
                inode.setStoredBlocks(blocks);
                return blocks * volume.blockSizeBytes();
            }
        } finally {
            store.readLock().unlock();
        }
        return size;
    }

    /**
     * Makes a file of any kind but a symbolic link.
     *
     * @param path where; free
     * @param mode kind and permissions, as in {@code st_mode}
     * @param device of a device file
     * @param uid the owner
     * @param gid the group, unless the directory says otherwise
     * @throws IOException if it cannot
     */
    public void make(String path, int mode, long device, int uid, int gid) throws IOException {
        namespace.create(path, new Namespace.Creation(FileKind.ofMode(mode), mode, uid, gid, device, ""));
    }

    /**
     * Makes a symbolic link.
     *
     * @param path where; free
     * @param target what it says
     * @param uid the owner
     * @param gid the group, unless the directory says otherwise
     * @throws IOException if it cannot
     */
    public void makeSymlink(String path, String target, int uid, int gid) throws IOException {
        if (Names.utf8Length(target) > MAX_TARGET_BYTES) {
            throw new ErrnoException(Errno.ENAMETOOLONG);
        }
        Names.requireUtf8(target);
        namespace.create(path, new Namespace.Creation(FileKind.SYMLINK, 0777, uid, gid, 0, target));
    }

    /**
     * What a symbolic link says.
     *
     * @param path where
     * @return the target
     * @throws IOException if there is none
     */
    public String readSymlink(String path) throws IOException {
        Inode inode = namespace.resolve(path);
        if (inode.kind() != FileKind.SYMLINK) {
            throw new ErrnoException(Errno.EINVAL);
        }
        return inode.attributes().text();
    }

    /**
     * Gives a file another name.
     *
     * @param path the file
     * @param newPath the name; free
     * @throws IOException if it cannot
     */
    public void link(String path, String newPath) throws IOException {
        namespace.link(path, newPath);
    }

    /**
     * Removes a name of a file that is no directory. Its data goes with the last name and the last handle.
     *
     * @param path the name
     * @throws IOException if it cannot
     */
    public void unlink(String path) throws IOException {
        namespace.unlink(path);
    }

    /**
     * Removes an empty directory.
     *
     * @param path where
     * @throws IOException if it cannot
     */
    public void removeDirectory(String path) throws IOException {
        namespace.removeDirectory(path);
    }

    /**
     * Renames; what is under the new name is replaced.
     *
     * @param path the old name
     * @param newPath the new name
     * @throws IOException if it cannot
     */
    public void rename(String path, String newPath) throws IOException {
        namespace.rename(path, newPath);
    }

    /**
     * Opens a directory.
     *
     * @param path where
     * @return a handle, to be released
     * @throws IOException if there is none
     */
    public long openDirectory(String path) throws IOException {
        return open.directoryHandleFor(namespace.resolve(path));
    }

    /**
     * What is in a directory.
     *
     * @param handle the directory
     * @return the entries, "." and ".." first
     * @throws IOException if no directory is open by that handle
     */
    public List<Entry> list(long handle) throws IOException {
        return namespace.list(open.directory(handle));
    }

    /**
     * Gives a directory's handle back.
     *
     * @param handle the handle
     */
    public void releaseDirectory(long handle) {
        open.removeDirectoryHandle(handle);
    }

    /**
     * Changes permissions.
     *
     * @param path whose
     * @param mode the permissions
     * @throws IOException if it cannot
     */
    public void changeMode(String path, int mode) throws IOException {
        change(path, present -> present.withPermissions(mode, Clock.nowNanos()));
    }

    /**
     * Changes owner and group.
     *
     * @param path whose
     * @param uid the owner, -1 to leave it
     * @param gid the group, -1 to leave it
     * @throws IOException if it cannot
     */
    public void changeOwner(String path, int uid, int gid) throws IOException {
        change(
                path,
                present -> present.withOwner(
                        uid == -1 ? present.uid() : uid, gid == -1 ? present.gid() : gid, Clock.nowNanos()));
    }

    /**
     * Sets times.
     *
     * @param path whose
     * @param access time of reading
     * @param modify time of writing
     * @throws IOException if it cannot
     */
    public void changeTimes(String path, TimeChange access, TimeChange modify) throws IOException {
        long now = Clock.nowNanos();
        change(
                path,
                present -> present.withTimes(
                        access.apply(present.accessNanos(), now), modify.apply(present.modifyNanos(), now), now));
    }

    private void change(String path, UnaryOperator<Attributes> change) throws IOException {
        store.writeLock().lock();
        try {
            Inode inode = namespace.find(path);
            store.perform(List.of(new PutInode(inode.number(), change.apply(inode.attributes()))));
        } finally {
            store.writeLock().unlock();
        }
    }

    /**
     * Opens a regular file.
     *
     * @param path where
     * @param writable whether it is to be written
     * @return a handle, to be released
     * @throws IOException if it cannot
     */
    public long open(String path, boolean writable) throws IOException {
        store.writeLock().lock();
        try {
            return open(namespace.find(path), writable);
        } finally {
            store.writeLock().unlock();
        }
    }

    private long open(Inode inode, boolean writable) throws IOException {
        OpenFile file = open.acquire(inode);
        if (writable && file.image().isReadOnly()) {
            close(file);
            throw new ErrnoException(Errno.EROFS);
        }
        return open.handleFor(file);
    }

    /**
     * Makes a regular file and opens it.
     *
     * @param path where; free
     * @param mode the permissions
     * @param uid the owner
     * @param gid the group, unless the directory says otherwise
     * @return a handle, to be released
     * @throws IOException if it cannot
     */
    public long create(String path, int mode, int uid, int gid) throws IOException {
        store.writeLock().lock();
        try {
            return open(namespace.create(path, new Namespace.Creation(FileKind.REGULAR, mode, uid, gid, 0, "")), true);
        } finally {
            store.writeLock().unlock();
        }
    }

    /**
     * Gives a handle back.
     *
     * @param handle the handle
     * @throws IOException if nothing is open by it
     */
    public void release(long handle) throws IOException {
        store.writeLock().lock();
        try {
            close(open.removeHandle(handle));
        } finally {
            store.writeLock().unlock();
        }
    }

    private void close(OpenFile file) throws IOException {
        if (open.release(file)) {
            namespace.forget(file.inode());
        }
    }

    /**
     * Reads until the buffer is full or the file ends.
     *
     * @param handle the file
     * @param into filled from its position
     * @param offset where to start
     * @return the bytes read
     * @throws IOException if it cannot be read
     */
    public int read(long handle, ByteBuffer into, long offset) throws IOException {
        return data.read(open.get(handle), into, offset);
    }

    /**
     * Writes all of a buffer; past the end the file grows.
     *
     * @param handle the file
     * @param from written from its position
     * @param offset where to start
     * @throws IOException if it cannot be written
     */
    public void write(long handle, ByteBuffer from, long offset) throws IOException {
        data.write(open.get(handle), from, offset);
    }

    /**
     * Writes all of a buffer behind the end: appends through whatever handles and names never overlap.
     *
     * @param handle the file
     * @param from written from its position
     * @throws IOException if it cannot be written
     */
    public void append(long handle, ByteBuffer from) throws IOException {
        data.append(open.get(handle), from);
    }

    /**
     * Finds data or a hole; what is being written counts. Zeros that were written are holes, if they fill blocks.
     *
     * @param handle the file
     * @param offset where to start
     * @param wantsData whether data is looked for, not a hole
     * @return the offset, or where data or hole begins after it; the file's end is a hole
     * @throws IOException if the offset is outside the file, or there is no more data
     */
    public long seek(long handle, long offset, boolean wantsData) throws IOException {
        return data.seek(open.get(handle), offset, wantsData);
    }

    /**
     * Turns a range into a hole; the size stays.
     *
     * @param handle the file
     * @param offset where to start
     * @param length how far
     * @throws IOException if it cannot
     */
    public void punchHole(long handle, long offset, long length) throws IOException {
        data.punchHole(open.get(handle), offset, length, false);
    }

    /**
     * Turns a range into a hole; the file grows to its end. What is written beside it at the same time stays.
     *
     * @param handle the file
     * @param offset where to start
     * @param length how far
     * @throws IOException if it cannot
     */
    public void zeroRange(long handle, long offset, long length) throws IOException {
        data.punchHole(open.get(handle), offset, length, true);
    }

    /**
     * Sets the size of an open file.
     *
     * @param handle the file
     * @param size the size
     * @throws IOException if it cannot
     */
    public void truncate(long handle, long size) throws IOException {
        data.truncate(open.get(handle), size);
    }

    /**
     * Sets the size.
     *
     * @param path the file
     * @param size the size
     * @throws IOException if it cannot
     */
    public void truncate(String path, long size) throws IOException {
        long handle = open(path, true);
        try {
            truncate(handle, size);
        } finally {
            release(handle);
        }
    }

    /**
     * Makes everything durable that was done before.
     *
     * @param handle the file whose times are made durable, too
     * @throws IOException if it cannot
     */
    public void sync(long handle) throws IOException {
        store.sync(open.get(handle).inode());
    }

    /**
     * Makes everything durable that was done before.
     *
     * @param handle the directory whose times are made durable, too
     * @throws IOException if it cannot
     */
    public void syncDirectory(long handle) throws IOException {
        store.sync(open.directory(handle));
    }

    /**
     * Extended attributes.
     *
     * @return set, get, list and remove
     */
    public Xattrs xattrs() {
        return xattrs;
    }

    /**
     * How much room there is.
     *
     * @return figures that are at most a second old
     * @throws IOException if the volume cannot tell
     */
    public SpaceStatus space() throws IOException {
        VolumeStatistics statistics = space.recent();
        long files;
        store.readLock().lock();
        try {
            files = store.tree().inodes().size();
        } finally {
            store.readLock().unlock();
        }
        return new SpaceStatus(
                volume.blockSizeBytes(), statistics.physicalBytes() + statistics.freeBytes(), space.freeBytes(), files);
    }

    /**
     * Handles that are open.
     *
     * @return their number
     */
    public int openHandles() {
        return open.count();
    }

    /** Closes what is still open, deletes what was removed, logs all times, and closes the log; the volume stays open. */
    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        for (long handle : open.handles()) {
            try {
                release(handle);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "an open file is closed by the next mount: {0}", e.toString());
            }
        }
        if (!store.isReadOnly()) {
            reaper.close();
        }
        store.close();
    }
}
