package io.github.livededup.engine.io.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file channel that lives on when a thread using it is interrupted. The JDK closes a channel under an interrupted
 * thread, which fails the calls of all others too; here the channel is opened again and the positional call repeated. The
 * interrupt status is clear while a call runs and is set again at its end.
 *
 * <p>Forcing is not among its calls: a repeated force would hide that the first one failed.
 */
final class RetryingChannel implements Closeable {
    /** A call that may be repeated. */
    interface Call<T extends @Nullable Object> {
        T on(FileChannel channel) throws IOException;
    }

    private final Path path;
    private final Set<? extends OpenOption> reopenOptions;
    private final @Nullable Object identity;
    private volatile FileChannel channel;
    private volatile boolean closed;

    /**
     * Opens the file.
     *
     * @param path the file
     * @param options how it is opened
     * @param reopenOptions how it is opened again; must not create or cut it
     */
    RetryingChannel(Path path, Set<? extends OpenOption> options, Set<? extends OpenOption> reopenOptions)
            throws IOException {
        this.path = path;
        this.reopenOptions = reopenOptions;
        this.channel = FileChannel.open(path, options);
        try {
            this.identity = identity(path);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    /** The channel at this moment; an interrupt may close it at any time. */
    FileChannel current() {
        return channel;
    }

    boolean isClosed() {
        return closed;
    }

    <T extends @Nullable Object> T call(Call<T> call) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel used = channel;
                try {
                    return call.on(used);
                } catch (ClosedChannelException interruption) {
                    interrupted |= Thread.interrupted();
                    reopen(used, interruption);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Reads until the buffer is full or the file ends; returns the bytes read. */
    int read(ByteBuffer into, long positionBytes) throws IOException {
        int start = into.position();
        while (into.hasRemaining()) {
            int count = call(channel -> channel.read(into, positionBytes + (into.position() - start)));
            if (count < 0) {
                break;
            }
        }
        return into.position() - start;
    }

    /** Fills the buffer or fails. */
    void readFully(ByteBuffer into, long positionBytes) throws IOException {
        int wanted = into.remaining();
        int count = read(into, positionBytes);
        if (count < wanted) {
            throw new EOFException(path + ": end of file: actual=" + (positionBytes + count) + " expected="
                    + (positionBytes + wanted) + " bytes");
        }
    }

    /** Writes all of the buffer. */
    void writeFully(ByteBuffer from, long positionBytes) throws IOException {
        int start = from.position();
        try {
            while (from.hasRemaining()) {
                call(channel -> channel.write(from, positionBytes + (from.position() - start)));
            }
        } catch (IOException failure) {
            throw DiskFull.typed(path.toString(), failure);
        }
    }

    long sizeBytes() throws IOException {
        return call(FileChannel::size);
    }

    @SuppressWarnings("ReferenceEquality") // the very channel is meant
    private static boolean isSame(FileChannel one, FileChannel other) {
        return one == other;
    }

    /** Opens the channel again, unless another thread did, or the owner closed it. */
    synchronized void reopen(FileChannel broken, ClosedChannelException reason) throws IOException {
        if (closed) {
            throw reason;
        }
        if (!isSame(channel, broken)) {
            return;
        }
        FileChannel opened = FileChannel.open(path, reopenOptions);
        if (identity != null && !identity.equals(identity(path))) {
            opened.close();
            throw new IOException(path + ": the open file was replaced by another");
        }
        channel = opened;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }

    private static @Nullable Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
