package io.github.livededup.engine.crashkit.model;

import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.ExportResult;
import io.github.livededup.Extent;
import io.github.livededup.Fragmentation;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStatistics;
import io.github.livededup.ImageStore;
import io.github.livededup.ImportResult;
import io.github.livededup.TransferOptions;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image store of a {@link MirroredVolume}. What is imported from a channel is kept in memory. */
final class MirroredImageStore implements ImageStore {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ImageStore real;
    private final ImageStore model;
    private final Mirror mirror;

    MirroredImageStore(ImageStore real, ImageStore model, Mirror mirror) {
        this.real = real;
        this.model = model;
        this.mirror = mirror;
    }

    @Override
    public Image create(String name, long sizeBytes) throws IOException {
        Image[] ofModel = new Image[1];
        Image ofReal = mirror.change(
                Effect.NONE,
                null,
                () -> real.create(name, sizeBytes),
                () -> ofModel[0] = model.create(name, sizeBytes));
        return ofModel[0] == null ? ofReal : new MirroredImage(ofReal, ofModel[0], mirror);
    }

    @Override
    public Image open(String name) throws IOException {
        Image image = real.open(name);
        return new MirroredImage(image, model.open(name), mirror);
    }

    @Override
    public ImageInfo snapshot(String name, String snapshotName) throws IOException {
        return mirror.change(
                Effect.SETTLED,
                name,
                () -> real.snapshot(name, snapshotName),
                () -> model.snapshot(name, snapshotName));
    }

    @Override
    public ImageInfo clone(String name, String cloneName) throws IOException {
        return mirror.change(
                Effect.SETTLED, name, () -> real.clone(name, cloneName), () -> model.clone(name, cloneName));
    }

    @Override
    public void rename(String name, String newName) throws IOException {
        mirror.change(Effect.NONE, null, () -> real.rename(name, newName), () -> model.rename(name, newName));
    }

    @Override
    public long replace(String name, String newName) throws IOException {
        return mirror.change(Effect.NONE, null, () -> real.replace(name, newName), () -> model.replace(name, newName));
    }

    @Override
    public void setModified(String name, Instant modified) throws IOException {
        mirror.change(
                Effect.NONE, null, () -> real.setModified(name, modified), () -> model.setModified(name, modified));
    }

    @Override
    public long delete(String name) throws IOException {
        return mirror.change(Effect.NONE, null, () -> real.delete(name), () -> model.delete(name));
    }

    @Override
    public ImportResult importFile(Path file, String name, TransferOptions options) throws IOException {
        return mirror.change(
                Effect.STRUCTURE,
                null,
                () -> real.importFile(file, name, options),
                () -> model.importFile(file, name, TransferOptions.defaults()));
    }

    @Override
    public ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options)
            throws IOException {
        byte[] bytes = readAll(channel);
        return mirror.change(
                Effect.STRUCTURE,
                null,
                () -> real.importChannel(channel(bytes), name, options),
                () -> model.importChannel(channel(bytes), name, TransferOptions.defaults()));
    }

    /** {@inheritDoc} The model takes over what the volume then has. */
    @Override
    public ImportResult importDelta(
            @Nullable String base, String name, ReadableByteChannel channel, TransferOptions options)
            throws IOException {
        byte[] bytes = readAll(channel);
        return mirror.change(
                Effect.STRUCTURE,
                null,
                () -> real.importDelta(base, name, channel(bytes), options),
                () -> model.importChannel(export(name), name, TransferOptions.defaults()));
    }

    private ReadableByteChannel export(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        real.exportChannel(name, Channels.newChannel(bytes), TransferOptions.defaults());
        return channel(bytes.toByteArray());
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    private static byte[] readAll(ReadableByteChannel channel) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            bytes.write(buffer.array(), 0, buffer.position());
        }
        return bytes.toByteArray();
    }

    @Override
    public Image openReadOnly(String name) throws IOException {
        return real.openReadOnly(name);
    }

    @Override
    public List<ImageInfo> list() throws IOException {
        return real.list();
    }

    @Override
    public ImageInfo info(String name) throws IOException {
        return real.info(name);
    }

    @Override
    public ExportResult exportFile(String name, Path file, TransferOptions options) throws IOException {
        return real.exportFile(name, file, options);
    }

    @Override
    public ExportResult exportChannel(String name, WritableByteChannel channel, TransferOptions options)
            throws IOException {
        return real.exportChannel(name, channel, options);
    }

    @Override
    public DeltaResult exportDelta(
            @Nullable String base, String name, WritableByteChannel channel, DeltaOptions options) throws IOException {
        return real.exportDelta(base, name, channel, options);
    }

    @Override
    public ImageStatistics statistics(String name) throws IOException {
        return real.statistics(name);
    }

    @Override
    public long exclusiveBytes(String name) throws IOException {
        return real.exclusiveBytes(name);
    }

    @Override
    public List<Extent> diff(String base, String name, long positionBytes, long lengthBytes) throws IOException {
        return real.diff(base, name, positionBytes, lengthBytes);
    }

    @Override
    public Fragmentation fragmentation(String name) throws IOException {
        return real.fragmentation(name);
    }
}
