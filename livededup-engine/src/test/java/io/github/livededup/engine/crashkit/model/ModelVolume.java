package io.github.livededup.engine.crashkit.model;

import io.github.livededup.BlockStore;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Fragmentation;
import io.github.livededup.ImageStore;
import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The reference: a volume of plain maps in memory, one lock, nothing clever. */
public final class ModelVolume implements Volume {
    public final ModelContent content;
    private final Path directory;
    private final VolumeOptions options;
    private final ModelBlockStore blocks;
    private final ModelImageStore images;
    private boolean open = true;
    private long commits;

    ModelVolume(Path directory, ModelContent content, VolumeOptions options) {
        this.directory = directory;
        this.content = content;
        this.options = options;
        blocks = new ModelBlockStore(this, content);
        images = new ModelImageStore(this, content);
    }

    void checkOpen() throws VolumeClosedException {
        if (!open) {
            throw new VolumeClosedException(directory.toString(), "the volume is closed");
        }
    }

    void checkWritable() throws VolumeClosedException, ReadOnlyException {
        checkOpen();
        if (options.isReadOnly()) {
            throw new ReadOnlyException(directory.toString(), "the volume is open for reading only");
        }
    }

    @Override
    public boolean isReadOnly() {
        return options.isReadOnly();
    }

    @Override
    public BlockStore blocks() {
        return blocks;
    }

    @Override
    public ImageStore images() {
        return images;
    }

    @Override
    public void commit() throws VolumeClosedException {
        synchronized (content) {
            checkOpen();
            commits++;
        }
    }

    @Override
    public VolumeStatistics statistics() throws VolumeClosedException {
        synchronized (content) {
            checkOpen();
            long unique = content.blocksByAddress.size();
            long mapped = content.images.values().stream()
                    .mapToLong(image -> image.blocks.size())
                    .sum();
            long uniqueBytes = unique * content.blockSizeBytes;
            return new VolumeStatistics(
                    content.images.size(),
                    content.images.values().stream()
                            .mapToLong(image -> image.sizeBytes)
                            .sum(),
                    mapped * content.blockSizeBytes,
                    unique,
                    uniqueBytes,
                    uniqueBytes,
                    0,
                    0,
                    0,
                    0,
                    0,
                    unique > 0 ? 1 : 0,
                    commits,
                    0,
                    0,
                    Long.MAX_VALUE,
                    0,
                    0,
                    0,
                    new IndexStatistics(IndexBackend.BUILT_IN, 0, 0, 0, 0, 0, 0, 0, 0, unique));
        }
    }

    @Override
    public VerifyReport verify(VerifyOptions verifyOptions) throws VolumeClosedException {
        synchronized (content) {
            checkOpen();
            long bytes = (long) content.blocksByAddress.size() * content.blockSizeBytes;
            return new VerifyReport(
                    verifyOptions.level(), List.of(), 0, 0, content.blocksByAddress.size(), bytes, Duration.ZERO);
        }
    }

    @Override
    public CompactionResult compact(CompactionOptions options) throws VolumeClosedException {
        synchronized (content) {
            checkOpen();
            return new CompactionResult(0, 0, 0, 0, 0, 0, Duration.ZERO);
        }
    }

    @Override
    public Fragmentation fragmentation() throws IOException {
        synchronized (content) {
            checkOpen();
            List<Fragmentation> images = content.images.values().stream()
                    .map(ModelImageStore::fragmentation)
                    .toList();
            return new Fragmentation(
                    images.stream().mapToLong(Fragmentation::mappedBytes).sum(),
                    images.stream().mapToLong(Fragmentation::mappedBlocks).sum(),
                    images.stream().mapToLong(Fragmentation::physicalExtents).sum());
        }
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public int blockSizeBytes() {
        return content.blockSizeBytes;
    }

    @Override
    public FingerprintAlgorithm fingerprintAlgorithm() {
        return content.created.fingerprint().orElse(FingerprintAlgorithm.SHA_256);
    }

    @Override
    public boolean isOpen() {
        synchronized (content) {
            return open;
        }
    }

    @Override
    public void close() {
        synchronized (content) {
            if (open) {
                open = false;
                content.isOpen = false;
            }
        }
    }
}
