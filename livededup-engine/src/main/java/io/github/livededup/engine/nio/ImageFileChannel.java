package io.github.livededup.engine.nio;

import io.github.livededup.Image;
import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeClosedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A channel over an image of a file system, which it closes with it. Many threads may use it, one at a time. */
final class ImageFileChannel implements SeekableByteChannel {
    private final ImageFileSystem fileSystem;
    private final ImagePath path;
    private final Image image;
    private final SeekableByteChannel channel;
    private final OpenFlags flags;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Makes the channel and empties the image if the flags say so. */
    ImageFileChannel(ImageFileSystem fileSystem, ImagePath path, Image image, OpenFlags flags) throws IOException {
        this.fileSystem = fileSystem;
        this.path = path;
        this.image = image;
        this.flags = flags;
        channel = call(image::channel);
        if (flags.truncate()) {
            truncate(0);
        }
    }

    @Override
    public synchronized int read(ByteBuffer into) throws IOException {
        requireOpen();
        if (!flags.read()) {
            throw new NonReadableChannelException();
        }
        return call(() -> channel.read(into));
    }

    @Override
    public synchronized int write(ByteBuffer from) throws IOException {
        requireOpen();
        requireWritable();
        int count = from.remaining();
        return call(() -> {
            if (flags.append()) {
                Failures.translated(path, () -> image.append(from));
            } else {
                channel.write(from);
            }
            sync();
            return count;
        });
    }

    /** When every write goes to the end, that is the position. */
    @Override
    public synchronized long position() throws IOException {
        requireOpen();
        return call(flags.append() ? channel::size : channel::position);
    }

    @Override
    public synchronized SeekableByteChannel position(long newPosition) throws IOException {
        requireOpen();
        call(() -> channel.position(newPosition));
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return call(channel::size);
    }

    @Override
    public synchronized SeekableByteChannel truncate(long size) throws IOException {
        requireOpen();
        if (size >= 0) {
            requireWritable();
        }
        call(() -> {
            channel.truncate(size);
            sync();
            return size;
        });
        return this;
    }

    private void sync() throws IOException {
        if (flags.sync()) {
            image.flush();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && fileSystem.volume().isOpen();
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        fileSystem.released(this);
        try {
            if (flags.deleteOnClose()) {
                fileSystem.images().delete(image.name());
            }
        } catch (NotFoundException | VolumeClosedException e) {
            // Somebody else deleted it, or the volume is gone.
        } finally {
            image.close();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireWritable() {
        if (!flags.write()) {
            throw new NonWritableChannelException();
        }
    }

    private <T> T call(Failures.Call<T> call) throws IOException {
        try {
            return Failures.typed(path, call);
        } catch (ClosedFileSystemException e) {
            ClosedChannelException failure = new ClosedChannelException();
            failure.initCause(e);
            throw failure;
        }
    }
}
