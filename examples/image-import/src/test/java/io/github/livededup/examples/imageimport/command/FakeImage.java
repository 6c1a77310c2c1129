package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.ReadOnlyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;

/** An open image of {@link FakeImages}; counts its flushes. */
final class FakeImage implements Image {
    private final FakeImages images;
    private final String name;
    private boolean open = true;

    FakeImage(FakeImages images, String name) {
        this.images = images;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long sizeBytes() throws IOException {
        return images.content(name).length;
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        byte[] content = writable(positionBytes, from.remaining());
        from.get(content, (int) positionBytes, from.remaining());
    }

    @Override
    public long append(ByteBuffer from) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void resize(long newSizeBytes) throws IOException {
        images.contents.put(name, Arrays.copyOf(writable(0, 0), (int) newSizeBytes));
    }

    @Override
    public void discard(long positionBytes, long lengthBytes) throws IOException {
        byte[] content = writable(positionBytes, lengthBytes);
        Arrays.fill(content, (int) positionBytes, (int) (positionBytes + lengthBytes), (byte) 0);
    }

    private byte[] writable(long position, long length) throws IOException {
        if (!open) {
            throw new AssertionError("closed");
        }
        if (isReadOnly()) {
            throw new ReadOnlyException(name, "is a snapshot");
        }
        byte[] content = images.content(name);
        if (position < 0 || length < 0 || length > content.length - position) {
            throw new InvalidArgumentException("range", position + "+" + length, "within " + content.length);
        }
        return content;
    }

    @Override
    public void flush() {
        images.flushes++;
    }

    @Override
    public boolean isReadOnly() {
        return images.snapshots.contains(name);
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public int read(ByteBuffer into, long positionBytes) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void discardAll(List<Extent> ranges) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public List<Extent> extents(long positionBytes, long lengthBytes) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public SeekableByteChannel channel() {
        throw new AssertionError("not used by the commands");
    }
}
