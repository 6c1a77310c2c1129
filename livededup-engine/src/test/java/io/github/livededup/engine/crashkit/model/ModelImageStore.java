package io.github.livededup.engine.crashkit.model;

import io.github.livededup.AlreadyExistsException;
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
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model's image store. */
final class ModelImageStore implements ImageStore {
    private final ModelVolume volume;
    private final ModelContent content;
    private final ModelTransfer transfer;

    ModelImageStore(ModelVolume volume, ModelContent content) {
        this.volume = volume;
        this.content = content;
        transfer = new ModelTransfer(volume, content);
    }

    static void checkName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isText = new String(bytes, StandardCharsets.UTF_8).equals(name);
        boolean isBad = name.equals(".") || name.equals("..") || name.contains("/");
        boolean hasControl = name.chars().anyMatch(Character::isISOControl);
        if (bytes.length < 1 || bytes.length > 255 || !isText || isBad || hasControl) {
            throw new InvalidArgumentException("image name", name, "a name");
        }
    }

    ModelImageData find(String name) throws NotFoundException {
        checkName(name);
        ModelImageData image = content.images.get(name);
        if (image == null) {
            throw new NotFoundException(name, "no such image");
        }
        return image;
    }

    void checkFree(String name) throws AlreadyExistsException {
        if (content.images.containsKey(name) || content.importing.contains(name)) {
            throw new AlreadyExistsException(name, "there is such an image");
        }
    }

    @Override
    public Image create(String name, long sizeBytes) throws IOException {
        checkName(name);
        if (sizeBytes < 0 || sizeBytes > MAX_IMAGE_SIZE_BYTES) {
            throw new InvalidArgumentException("size", sizeBytes, "0.." + MAX_IMAGE_SIZE_BYTES);
        }
        synchronized (content) {
            volume.checkWritable();
            checkFree(name);
            ModelImageData image = new ModelImageData(content, name, sizeBytes);
            content.images.put(name, image);
            return new ModelImage(volume, image, false);
        }
    }

    @Override
    public Image open(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            ModelImageData image = find(name);
            return new ModelImage(volume, image, volume.isReadOnly() || image.isSnapshot);
        }
    }

    @Override
    public Image openReadOnly(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            return new ModelImage(volume, find(name), true);
        }
    }

    @Override
    public List<ImageInfo> list() throws IOException {
        synchronized (content) {
            volume.checkOpen();
            return content.images.values().stream().map(ModelImageStore::info).toList();
        }
    }

    private static ImageInfo info(ModelImageData image) {
        return new ImageInfo(
                image.name,
                image.sizeBytes,
                image.blocks.size(),
                image.created,
                image.modified,
                image.isSnapshot,
                Optional.ofNullable(image.origin)
                        .filter(origin -> !origin.deleted)
                        .map(origin -> origin.name));
    }

    @Override
    public ImageInfo info(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            return info(find(name));
        }
    }

    @Override
    public void rename(String name, String newName) throws IOException {
        checkName(name);
        checkName(newName);
        synchronized (content) {
            volume.checkWritable();
            ModelImageData image = find(name);
            if (!name.equals(newName)) {
                checkFree(newName);
                content.images.remove(name);
                image.name = newName;
                content.images.put(newName, image);
            }
        }
    }

    @Override
    public long replace(String name, String newName) throws IOException {
        checkName(name);
        checkName(newName);
        synchronized (content) {
            volume.checkWritable();
            find(name);
            boolean isOther = !name.equals(newName) && content.images.containsKey(newName);
            long freedBytes = isOther ? delete(newName) : 0;
            rename(name, newName);
            return freedBytes;
        }
    }

    @Override
    public void setModified(String name, Instant modified) throws IOException {
        checkName(name);
        if (modified.isBefore(Instant.EPOCH) || modified.isAfter(Instant.ofEpochMilli(Long.MAX_VALUE))) {
            throw new InvalidArgumentException("time", modified, "milliseconds since 1970");
        }
        synchronized (content) {
            volume.checkWritable();
            ModelImageData image = find(name);
            if (image.isSnapshot) {
                throw new ReadOnlyException(name, "is a snapshot");
            }
            image.modified = modified.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    @Override
    public long delete(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkWritable();
            ModelImageData image = find(name);
            int before = content.blocksByAddress.size();
            image.clear(0, Long.MAX_VALUE);
            image.deleted = true;
            content.images.remove(name);
            return (long) (before - content.blocksByAddress.size()) * content.blockSizeBytes;
        }
    }

    @Override
    public ImportResult importFile(Path file, String name, TransferOptions options) throws IOException {
        checkName(name);
        return transfer.importFile(file, name, options);
    }

    @Override
    public ImportResult importChannel(ReadableByteChannel channel, String name, TransferOptions options)
            throws IOException {
        checkName(name);
        return transfer.importChannel(channel, name, options);
    }

    @Override
    public ExportResult exportFile(String name, Path file, TransferOptions options) throws IOException {
        checkName(name);
        return transfer.exportFile(name, file, options);
    }

    @Override
    public ExportResult exportChannel(String name, WritableByteChannel channel, TransferOptions options)
            throws IOException {
        checkName(name);
        return transfer.exportChannel(name, channel, options);
    }

    @Override
    public ImageStatistics statistics(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            ModelImageData image = find(name);
            long exclusive = image.exclusiveBlocks();
            long distinct = image.blocks.values().stream().distinct().count();
            long dataExtents = image.blocks.keySet().stream()
                    .filter(block -> !image.blocks.containsKey(block - 1))
                    .count();
            long blockSize = content.blockSizeBytes;
            return new ImageStatistics(
                    image.sizeBytes,
                    image.blocks.size() * blockSize,
                    exclusive * blockSize,
                    distinct * blockSize,
                    distinct,
                    dataExtents,
                    fragmentation(image).physicalExtents());
        }
    }

    @Override
    public ImageInfo snapshot(String name, String snapshotName) throws IOException {
        return copy(name, snapshotName, true);
    }

    @Override
    public ImageInfo clone(String name, String cloneName) throws IOException {
        return copy(name, cloneName, false);
    }

    private ImageInfo copy(String name, String newName, boolean snapshot) throws IOException {
        checkName(name);
        checkName(newName);
        synchronized (content) {
            volume.checkWritable();
            ModelImageData image = find(name);
            checkFree(newName);
            ModelImageData copy = image.copy(newName, snapshot);
            content.images.put(newName, copy);
            return info(copy);
        }
    }

    @Override
    public long exclusiveBytes(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            return find(name).exclusiveBlocks() * content.blockSizeBytes;
        }
    }

    @Override
    public List<Extent> diff(String base, String name, long positionBytes, long lengthBytes) throws IOException {
        checkName(base);
        checkName(name);
        if (positionBytes < 0 || lengthBytes < 0) {
            throw new InvalidArgumentException("range", positionBytes + "+" + lengthBytes, "0 or more");
        }
        synchronized (content) {
            volume.checkOpen();
            return ModelDiff.extents(find(base), find(name), positionBytes, lengthBytes);
        }
    }

    @Override
    public DeltaResult exportDelta(
            @Nullable String base, String name, WritableByteChannel channel, DeltaOptions options) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            ModelImageData from = base == null ? null : find(base);
            return new ModelDelta(volume, content).send(from, find(name), channel, options);
        }
    }

    @Override
    public ImportResult importDelta(
            @Nullable String base, String name, ReadableByteChannel channel, TransferOptions options)
            throws IOException {
        checkName(name);
        ModelImageData from;
        synchronized (content) {
            volume.checkWritable();
            checkFree(name);
            from = base == null ? null : find(base);
            content.importing.add(name);
        }
        try {
            return new ModelDelta(volume, content).receive(from, name, channel, options);
        } finally {
            synchronized (content) {
                content.importing.remove(name);
            }
        }
    }

    @Override
    public Fragmentation fragmentation(String name) throws IOException {
        checkName(name);
        synchronized (content) {
            volume.checkOpen();
            return fragmentation(find(name));
        }
    }

    /** The model's blocks lie by address, without gaps; holes of the image break no extent. */
    static Fragmentation fragmentation(ModelImageData image) {
        long extents = 0;
        long last = -1;
        for (ModelBlock block : image.blocks.values()) {
            extents += block.address == last + 1 ? 0 : 1;
            last = block.address;
        }
        long blocks = image.blocks.size();
        return new Fragmentation(blocks * image.content.blockSizeBytes, blocks, extents);
    }
}
