package io.github.livededup.engine.crashkit.model;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/** A handle of a {@link MirroredVolume}'s image. */
final class MirroredImage implements Image {
    private final Image real;
    private final Image model;
    private final Mirror mirror;

    MirroredImage(Image real, Image model, Mirror mirror) {
        this.real = real;
        this.model = model;
        this.mirror = mirror;
    }

    @Override
    public void write(ByteBuffer from, long positionBytes) throws IOException {
        ByteBuffer copy = from.duplicate();
        mirror.change(Effect.NONE, null, () -> real.write(from, positionBytes), () -> model.write(copy, positionBytes));
    }

    @Override
    public long append(ByteBuffer from) throws IOException {
        ByteBuffer copy = from.duplicate();
        return mirror.change(Effect.NONE, null, () -> real.append(from), () -> model.append(copy));
    }

    @Override
    public void resize(long newSizeBytes) throws IOException {
        mirror.change(Effect.NONE, null, () -> real.resize(newSizeBytes), () -> model.resize(newSizeBytes));
    }

    @Override
    public void discard(long positionBytes, long lengthBytes) throws IOException {
        mirror.change(
                Effect.NONE,
                null,
                () -> real.discard(positionBytes, lengthBytes),
                () -> model.discard(positionBytes, lengthBytes));
    }

    @Override
    public void discardAll(List<Extent> ranges) throws IOException {
        mirror.change(Effect.NONE, null, () -> real.discardAll(ranges), () -> model.discardAll(ranges));
    }

    @Override
    public void flush() throws IOException {
        mirror.change(Effect.FLUSHED, model.name(), real::flush, () -> {});
    }

    @Override
    public SeekableByteChannel channel() {
        return new ModelChannel(this);
    }

    @Override
    public String name() throws IOException {
        return real.name();
    }

    @Override
    public long sizeBytes() throws IOException {
        return real.sizeBytes();
    }

    @Override
    public int read(ByteBuffer into, long positionBytes) throws IOException {
        return real.read(into, positionBytes);
    }

    @Override
    public List<Extent> extents(long positionBytes, long lengthBytes) throws IOException {
        return real.extents(positionBytes, lengthBytes);
    }

    @Override
    public boolean isReadOnly() {
        return real.isReadOnly();
    }

    @Override
    public void close() {
        real.close();
    }
}
