package io.github.livededup.engine.io.disk;

import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file on disk. Three descriptors: the channel for positional access, which an interrupt may close and which is then
 * opened again; a descriptor no interrupt can close, to force and resize; and one for system calls.
 *
 * <p>Forcing: when an interrupt closes the channel under a force, its outcome is lost. The second descriptor is then
 * forced; it was opened before anything was written, so the system reports a failure to it even if it was reported to the
 * channel already.
 */
final class DiskFile implements VolumeFile {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> WRITE = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    private static final int ZEROS_BYTES = 64 << 10;
    private static final int PAGE_BYTES = 4096;

    /** Keeps the directory, and with it the lock, while one of its files is in use. */
    @SuppressWarnings("unused")
    private final Object owner;

    private final Path path;
    private final boolean readOnly;
    private final SystemCalls calls;
    private final RetryingChannel channel;
    private final @Nullable RandomAccessFile steady;
    private final SystemCalls.Descriptor descriptor;

    DiskFile(Object owner, Path path, OpenMode mode, SystemCalls calls) throws IOException {
        this.owner = owner;
        this.path = path;
        this.readOnly = mode == OpenMode.READ;
        this.calls = calls;
        Set<OpenOption> reopen = readOnly ? READ : WRITE;
        this.channel = new RetryingChannel(path, mode == OpenMode.CREATE ? CREATE : reopen, reopen);
        try {
            this.steady = readOnly ? null : new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
        this.descriptor = calls.open(path.toString(), readOnly);
    }

    @Override
    public String description() {
        return path.toString();
    }

    @Override
    public long sizeBytes() throws IOException {
        return channel.sizeBytes();
    }

    /** {@inheritDoc} Found by walking data and holes, so space reserved and not yet written is not counted everywhere. */
    @Override
    public long allocatedBytes() throws IOException {
        return dataBytes(0, sizeBytes());
    }

    @Override
    public void read(ByteBuffer into, long positionBytes) throws IOException {
        channel.readFully(into, positionBytes);
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        writable();
        channel.writeFully(from, positionBytes);
    }

    @Override
    public void startWriting(long positionBytes, long lengthBytes) {
        descriptor.startWriting(positionBytes, lengthBytes);
    }

    @Override
    public void force() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            channel.current().force(false);
        } catch (ClosedChannelException interruption) {
            interrupted |= Thread.interrupted();
            if (channel.isClosed()) {
                throw interruption;
            }
            if (steady != null) {
                steady.getFD().sync();
            }
        } catch (IOException failure) {
            throw DiskFull.typed(description(), failure);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void resize(long sizeBytes) throws IOException {
        try {
            writable().setLength(sizeBytes);
        } catch (IOException failure) {
            throw DiskFull.typed(description(), failure);
        }
    }

    @Override
    public void allocate(long positionBytes, long lengthBytes) throws IOException {
        writable();
        if (lengthBytes > 0 && !descriptor.allocate(positionBytes, lengthBytes)) {
            allocateByWriting(positionBytes, lengthBytes);
        }
    }

    /**
     * Writes zeros where zeros are read, since nothing tells holes from written zeros. If the disk fills up, the part done
     * stays, all zeros: cutting it off could cut off what another thread wrote behind it.
     */
    private void allocateByWriting(long positionBytes, long lengthBytes) throws IOException {
        long end = positionBytes + lengthBytes;
        long known = Math.min(end, sizeBytes());
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        ByteBuffer there = ByteBuffer.allocateDirect(PAGE_BYTES);
        long at = positionBytes;
        while (at < known) {
            int length = (int) Math.min(PAGE_BYTES - at % PAGE_BYTES, known - at);
            read(there.position(0).limit(length), at);
            zeros.position(0).limit(length);
            if (there.flip().equals(zeros)) {
                channel.writeFully(zeros, at);
            }
            at += length;
        }
        while (at < end) {
            zeros.position(0).limit((int) Math.min(ZEROS_BYTES, end - at));
            at += zeros.remaining();
            channel.writeFully(zeros, at - zeros.remaining());
        }
    }

    @Override
    public boolean punch(long positionBytes, long lengthBytes) throws IOException {
        writable();
        return lengthBytes > 0 && descriptor.punch(positionBytes, lengthBytes);
    }

    @Override
    public MappedRegion map(long positionBytes, int lengthBytes) throws IOException {
        if (positionBytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    "mapped position: actual=" + positionBytes + " expected=a multiple of " + PAGE_BYTES);
        }
        long size = sizeBytes();
        if (positionBytes + lengthBytes > size) {
            // The JDK would silently make the file longer.
            throw new EOFException(description() + ": mapped range: actual=" + (positionBytes + lengthBytes)
                    + " expected=at most " + size);
        }
        return new DiskRegion(
                calls, channel.call(open -> open.map(FileChannel.MapMode.READ_ONLY, positionBytes, lengthBytes)));
    }

    @Override
    public long seek(long positionBytes, boolean data) throws IOException {
        return seek(descriptor, positionBytes, sizeBytes(), data);
    }

    /** The answer for the file's owner, with the size where there is nothing more. */
    static long seek(SystemCalls.Descriptor descriptor, long positionBytes, long sizeBytes, boolean data)
            throws IOException {
        if (positionBytes >= sizeBytes) {
            return sizeBytes;
        }
        long found = descriptor.seek(positionBytes, data);
        if (found == SystemCalls.CANNOT_TELL) {
            return data ? positionBytes : sizeBytes;
        }
        return found == SystemCalls.NO_MORE ? sizeBytes : Math.min(found, sizeBytes);
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
        try (channel) {
            if (steady != null) {
                steady.close();
            }
        }
    }

    private RandomAccessFile writable() throws IOException {
        if (steady == null) {
            throw new ReadOnlyException(description(), "opened for reading only");
        }
        if (channel.isClosed()) {
            throw new ClosedChannelException();
        }
        return steady;
    }
}
