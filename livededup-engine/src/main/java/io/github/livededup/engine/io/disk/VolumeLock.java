package io.github.livededup.engine.io.disk;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeLockedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a volume's directory: an operating-system lock on {@link #FILE_NAME} against other processes, and a set in
 * this class against other threads. POSIX drops a process's lock as soon as the process closes <em>any</em> descriptor of
 * the file, so the set is asked first and nothing else opens the file. Where the set does not tell, as the other opener is this library in
 * another class loader, a channel that finds the file locked by this JVM is kept open.
 */
final class VolumeLock implements Closeable, Runnable {
    /** The file the lock is on. It is empty and is never deleted while a volume exists. */
    static final String FILE_NAME = "LOCK";

    /** What is open in this JVM; guarded by itself. */
    private static final Set<Object> OPEN = new HashSet<>();

    /**
     * Channels that must not be closed, since another opener in this JVM had the lock; guarded by {@link #OPEN}. The next one who asks for
     * the same file in the same mode takes the channel over, so there are two for a file at most.
     */
    private static final Map<Kept, FileChannel> KEPT = new HashMap<>();

    /** A lock file, by its identity, which nothing else has while the channel is open; and how it was opened. */
    private record Kept(Object fileKey, boolean readOnly) {}

    private final Object key;
    private @Nullable FileChannel channel;
    private boolean isTaken = true;

    private VolumeLock(Object key, @Nullable FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param directory an existing directory
     * @param create whether the file is created if it is absent
     * @param readOnly whether the lock is shared with other processes that read
     * @return the lock
     * @throws VolumeLockedException if it is taken
     * @throws NotFoundException if the file is absent and not to be created
     */
    static VolumeLock take(Path directory, boolean create, boolean readOnly) throws IOException {
        Object key = key(directory);
        synchronized (OPEN) {
            if (!OPEN.add(key)) {
                throw new VolumeLockedException(directory.toString(), "open in this JVM already");
            }
        }
        boolean interrupted = Thread.interrupted(); // an interrupt would close the channel
        VolumeLock lock = null;
        try {
            lock = new VolumeLock(key, lockedChannel(directory, create, readOnly));
            return lock;
        } finally {
            if (lock == null) {
                forget(key);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Keeps others in this JVM out of a directory without a lock file. */
    static VolumeLock takeWithoutFile(Path directory) throws IOException {
        Object key = key(directory);
        synchronized (OPEN) {
            if (!OPEN.add(key)) {
                throw new VolumeLockedException(directory.toString(), "open in this JVM already");
            }
        }
        return new VolumeLock(key, null);
    }

    private static FileChannel lockedChannel(Path directory, boolean create, boolean readOnly) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        FileChannel channel;
        try {
            channel = kept(file, readOnly);
            if (channel == null) {
                channel = open(file, create, readOnly);
            }
        } catch (NoSuchFileException absent) {
            // None is made here: if it was deleted while a process has the volume open, that one's lock is on the old
            // file.
            throw new NotFoundException(
                    directory.toString(),
                    "not a volume, as it has no file " + FILE_NAME
                            + "; if it is one that lost it, and nobody has it open, create that file, empty",
                    absent);
        } catch (FileSystemException failure) {
            if (Files.isDirectory(file)) {
                throw new CorruptionException(file.toString(), "kind: actual=a directory expected=a file", failure);
            }
            throw failure;
        }
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, readOnly);
            if (lock == null) {
                throw new VolumeLockedException(directory.toString(), "open in another process");
            }
            return channel;
        } catch (OverlappingFileLockException overlap) {
            keep(file, readOnly, channel);
            throw new VolumeLockedException(directory.toString(), "open in this JVM already", overlap);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    private static FileChannel open(Path file, boolean create, boolean readOnly) throws IOException {
        if (readOnly) {
            return FileChannel.open(file, StandardOpenOption.READ);
        }
        return create
                ? FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)
                : FileChannel.open(file, StandardOpenOption.WRITE);
    }

    /** Takes over a channel of this file that was kept; null if there is none. */
    private static @Nullable FileChannel kept(Path file, boolean readOnly) throws IOException {
        synchronized (OPEN) {
            Object fileKey = KEPT.isEmpty() || !Files.exists(file) ? null : fileKey(file);
            return fileKey == null ? null : KEPT.remove(new Kept(fileKey, readOnly));
        }
    }

    /** Keeps a channel open; a system that tells no identities does not drop locks either. */
    private static void keep(Path file, boolean readOnly, FileChannel channel) throws IOException {
        Object fileKey = fileKey(file);
        if (fileKey == null) {
            channel.close();
            return;
        }
        synchronized (OPEN) {
            KEPT.put(new Kept(fileKey, readOnly), channel);
        }
    }

    private static @Nullable Object fileKey(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** The directory's identity on its file system if it has one, so that two paths to it are told to be the same. */
    private static Object key(Path directory) throws IOException {
        Path real = directory.toRealPath();
        Object identity = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return identity == null ? real : identity;
    }

    private static void forget(Object key) {
        synchronized (OPEN) {
            OPEN.remove(key);
        }
    }

    /** Gives the lock back; again does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (isTaken) {
            isTaken = false;
            try {
                if (channel != null) {
                    channel.close();
                }
            } finally {
                channel = null;
                forget(key);
            }
        }
    }

    /** Closes it when the directory that holds it was leaked. */
    @Override
    public void run() {
        try {
            close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
