package io.github.livededup.engine.crashkit.model;

import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** The model's channel over an image. */
final class ModelChannel implements SeekableByteChannel {
    private final Image image;
    private long position;
    private boolean open = true;

    ModelChannel(Image image) {
        this.image = image;
    }

    private void check(boolean forWriting) throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
        if (forWriting && image.isReadOnly()) {
            throw new NonWritableChannelException();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        check(false);
        int count = image.read(into, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        check(true);
        int count = from.remaining();
        if (count == 0) {
            return 0;
        }
        if (position > ImageStore.MAX_IMAGE_SIZE_BYTES - count) {
            throw new IOException("too large");
        }
        if (position + count > image.sizeBytes()) {
            image.resize(position + count);
        }
        image.write(from, position);
        position += count;
        return count;
    }

    @Override
    public long position() throws IOException {
        check(false);
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        check(false);
        if (newPosition < 0) {
            throw new InvalidArgumentException("position", newPosition, "0 or more");
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        check(false);
        return image.sizeBytes();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        check(false);
        if (size < 0) {
            throw new InvalidArgumentException("size", size, "0 or more");
        }
        check(true);
        if (size < image.sizeBytes()) {
            image.resize(size);
        }
        position = Math.min(position, size);
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
}
