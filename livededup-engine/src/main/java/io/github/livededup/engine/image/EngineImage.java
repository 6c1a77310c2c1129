package io.github.livededup.engine.image;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/** A handle of an image: checks arguments and life-cycle, then hands over to {@link ImageReader} and {@link ImageWriter}. */
final class EngineImage implements Image {
    private final BlockStoreCore store;
    private final ImageState state;
    private final boolean readOnly;
    private final ImageReader reader;
    private final ImageWriter writer;
    private volatile boolean closed;

    EngineImage(BlockStoreCore store, ImageState state, boolean readOnly) {
        this.store = store;
        this.state = state;
        this.readOnly = readOnly;
        reader = new ImageReader(store, state);
        writer = new ImageWriter(store, state);
    }

    @Override
    public String name() throws IOException {
        enter();
        try {
            String name = store.metadata().imageInfo(state.id).name();
            state.check(); // the number may be another image's by now
            return name;
        } catch (NotFoundException e) {
            throw state.named(e);
        } finally {
            exit();
        }
    }

    @Override
    public long sizeBytes() throws IOException {
        enter();
        try {
            long sizeBytes = store.metadata().imageSizeBytes(state.id);
            state.check(); // the number may be another image's by now
            return sizeBytes;
        } catch (NotFoundException e) {
            throw state.named(e);
        } finally {
            exit();
        }
    }

    @Override
    public int read(ByteBuffer into, long positionBytes) throws IOException {
        if (into.isReadOnly()) {
            throw new InvalidArgumentException("buffer to read into", "read-only", "writable");
        }
        requireNotNegative("position", positionBytes);
        enter();
        try {
            return reader.read(into, positionBytes);
        } catch (NotFoundException e) {
            throw state.named(e);
        } finally {
            exit();
        }
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        requireNotNegative("position", positionBytes);
        enterForWriting();
        try {
            writer.write(from, positionBytes, false);
        } finally {
            exit();
        }
    }

    @Override
    public long append(ByteBuffer from) throws IOException {
        enterForWriting();
        try {
            return writer.append(from);
        } finally {
            exit();
        }
    }

    /** Writes as a channel does: past the end the image grows. */
    void writeGrowing(ByteBuffer from, long positionBytes) throws IOException {
        enterForWriting();
        try {
            writer.write(from, positionBytes, true);
        } finally {
            exit();
        }
    }

    @Override
    public void resize(long newSizeBytes) throws IOException {
        ImageWriter.checkSize(newSizeBytes);
        enterForWriting();
        try {
            writer.resize(newSizeBytes);
        } finally {
            exit();
        }
    }

    /** Cuts off what lies behind a size, not negative; an image that is no larger stays. */
    void shrink(long maxSizeBytes) throws IOException {
        enterForWriting();
        try {
            writer.shrink(maxSizeBytes);
        } finally {
            exit();
        }
    }

    @Override
    public void discard(long positionBytes, long lengthBytes) throws IOException {
        requireNotNegative("position", positionBytes);
        requireNotNegative("length", lengthBytes);
        enterForWriting();
        try {
            writer.discard(positionBytes, lengthBytes);
        } finally {
            exit();
        }
    }

    @Override
    public void discardAll(List<Extent> ranges) throws IOException {
        List<Extent> all = List.copyOf(ranges);
        enterForWriting();
        try {
            writer.discardAll(all);
        } finally {
            exit();
        }
    }

    @Override
    public void flush() throws IOException {
        enter();
        try {
            state.flushWrites();
            store.commitStored();
        } finally {
            exit();
        }
    }

    @Override
    public List<Extent> extents(long positionBytes, long lengthBytes) throws IOException {
        requireNotNegative("position", positionBytes);
        requireNotNegative("length", lengthBytes);
        enter();
        try {
            return reader.extents(positionBytes, lengthBytes);
        } catch (NotFoundException e) {
            throw state.named(e);
        } finally {
            exit();
        }
    }

    @Override
    public SeekableByteChannel channel() throws IOException {
        enter();
        exit();
        return new ImageChannel(this);
    }

    @Override
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void enterForWriting() throws IOException {
        enter();
        if (readOnly) {
            exit();
            throw new ReadOnlyException(state.nameAtOpen(), "the image is open for reading only");
        }
    }

    private void enter() throws IOException {
        store.enter();
        try {
            if (closed) {
                throw new VolumeClosedException(state.nameAtOpen(), "the image handle is closed");
            }
            state.check();
        } catch (IOException e) {
            exit();
            throw e;
        }
    }

    private void exit() {
        store.exit();
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw new InvalidArgumentException(what, value, "0 or more");
        }
    }
}
