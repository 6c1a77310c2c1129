package io.github.livededup.engine.io.disk;

import io.github.livededup.SourceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A file or block device that is read to be imported. Its size is taken when it is opened; reading what is no longer there
 * is an error. Safe for use by many threads, also threads that are interrupted.
 */
public final class SourceFile implements Closeable {
    private static final int MODE_KIND_MASK = 0170000;
    private static final int MODE_BLOCK_DEVICE = 0060000;

    private final Path path;
    private final RetryingChannel channel;
    private final SystemCalls.Descriptor descriptor;
    private final long sizeBytes;

    private SourceFile(Path path, RetryingChannel channel, SystemCalls.Descriptor descriptor, long sizeBytes) {
        this.path = path;
        this.channel = channel;
        this.descriptor = descriptor;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Opens a source.
     *
     * @param path the file or block device
     * @return the open source; the caller closes it
     * @throws SourceException if it is absent, a directory, or unreadable
     */
    public static SourceFile open(Path path) throws SourceException {
        return open(path, SystemCalls.detected());
    }

    static SourceFile open(Path path, SystemCalls calls) throws SourceException {
        if (Files.isDirectory(path)) {
            throw new SourceException(path.toString(), "kind: actual=a directory expected=a file or block device");
        }
        if (Files.notExists(path)) {
            throw new SourceException(path.toString(), "no such file");
        }
        requireFileOrBlockDevice(path);
        Set<StandardOpenOption> read = Set.of(StandardOpenOption.READ);
        try {
            RetryingChannel channel = new RetryingChannel(path, read, read);
            try {
                return new SourceFile(path, channel, calls.open(path.toString(), true), channel.sizeBytes());
            } catch (IOException failure) {
                channel.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new SourceException(path.toString(), "cannot be opened: " + failure.getMessage(), failure);
        }
    }

    /** Opening a pipe waits for its writer, and a character device has no size: neither is opened at all. */
    private static void requireFileOrBlockDevice(Path path) throws SourceException {
        if (Files.isRegularFile(path)) {
            return;
        }
        boolean isBlockDevice;
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode");
            isBlockDevice = (mode & MODE_KIND_MASK) == MODE_BLOCK_DEVICE;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            isBlockDevice = false; // not a system on which devices have paths that can be opened like files
        }
        if (!isBlockDevice) {
            throw new SourceException(path.toString(), "kind: actual=another expected=a file or block device");
        }
    }

    /**
     * The source as messages name it.
     *
     * @return a path
     */
    public String description() {
        return path.toString();
    }

    /**
     * The source's size when it was opened.
     *
     * @return the size in bytes
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Fills a buffer.
     *
     * @param into filled from position to limit; the position moves to the limit
     * @param positionBytes where to start; the end must be within {@link #sizeBytes}
     * @throws SourceException if the source became shorter or cannot be read
     */
    public void read(ByteBuffer into, long positionBytes) throws SourceException {
        int wanted = into.remaining();
        int count;
        try {
            count = channel.read(into, positionBytes);
        } catch (IOException failure) {
            throw new SourceException(description(), "cannot be read: " + failure.getMessage(), failure);
        }
        if (count < wanted) {
            throw new SourceException(
                    description(),
                    "became shorter while it was read: actual=" + (positionBytes + count) + " expected=" + sizeBytes
                            + " bytes");
        }
    }

    /**
     * Fails if the source's size is not what it was when it was opened.
     *
     * @throws SourceException if the size changed or cannot be read
     */
    public void checkUnchanged() throws SourceException {
        long now;
        try {
            now = channel.sizeBytes();
        } catch (IOException failure) {
            throw new SourceException(description(), "cannot be read: " + failure.getMessage(), failure);
        }
        if (now != sizeBytes) {
            throw new SourceException(
                    description(), "size changed while it was read: actual=" + now + " expected=" + sizeBytes);
        }
    }

    /**
     * Where the next data or hole starts. What lies in a hole reads as zeros and need not be read.
     *
     * @param positionBytes where to look from
     * @param data true for the next data, false for the next hole
     * @return the position at or after, {@link #sizeBytes} if there is none; where holes are not known, all is data
     * @throws SourceException if it fails
     */
    public long seek(long positionBytes, boolean data) throws SourceException {
        try {
            return DiskFile.seek(descriptor, positionBytes, sizeBytes, data);
        } catch (IOException failure) {
            throw new SourceException(description(), "cannot be read: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
        channel.close();
    }
}
