package io.github.livededup.engine.image;

import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A channel over an image. Safe for use by many threads, one at a time, as {@link SeekableByteChannel}s are. */
final class ImageChannel implements SeekableByteChannel {
    private final EngineImage image;
    private long positionBytes;
    private volatile boolean open = true;

    ImageChannel(EngineImage image) {
        this.image = image;
    }

    @Override
    public synchronized int read(ByteBuffer into) throws IOException {
        requireOpen();
        int count = image.read(into, positionBytes);
        positionBytes += Math.max(0, count);
        return count;
    }

    @Override
    public synchronized int write(ByteBuffer from) throws IOException {
        requireOpen();
        requireWritable();
        int count = from.remaining();
        if (count == 0) {
            return 0; // and no growth, wherever the position is
        }
        if (positionBytes > ImageStore.MAX_IMAGE_SIZE_BYTES - count) {
            throw new IOException("image size: actual=" + positionBytes + "+" + count + " expected=0.."
                    + ImageStore.MAX_IMAGE_SIZE_BYTES);
        }
        image.writeGrowing(from, positionBytes);
        positionBytes += count;
        return count;
    }

    @Override
    public synchronized long position() throws IOException {
        requireOpen();
        return positionBytes;
    }

    @Override
    public synchronized SeekableByteChannel position(long newPosition) throws IOException {
        requireOpen();
        if (newPosition < 0) {
            throw new InvalidArgumentException("position", newPosition, "0 or more");
        }
        positionBytes = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return image.sizeBytes();
    }

    @Override
    public synchronized SeekableByteChannel truncate(long size) throws IOException {
        requireOpen();
        if (size < 0) {
            throw new InvalidArgumentException("size", size, "0 or more");
        }
        requireWritable();
        image.shrink(size);
        positionBytes = Math.min(positionBytes, size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    private void requireWritable() {
        if (image.isReadOnly()) {
            throw new NonWritableChannelException();
        }
    }
}
