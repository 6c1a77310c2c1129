package io.github.livededup.examples.imageimport.command;

import io.github.livededup.BlockStore;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Fragmentation;
import io.github.livededup.ImageStore;
import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A volume in memory; what it verifies is what the test says. */
final class FakeVolume implements Volume {
    final FakeImages images;
    final VolumeOptions createdWith;
    private final Path directory;
    VolumeOptions openedWith;
    List<VerifyReport.Problem> problems = List.of();
    boolean open = true;
    long dead = 6000;
    int leftGroups;
    int commits;

    @Nullable
    CompactionOptions compactedWith;

    FakeVolume(Path directory, VolumeOptions options, Map<String, IOException> failures) {
        this.directory = directory;
        createdWith = options;
        openedWith = options;
        images = new FakeImages(blockSizeBytes(), failures);
    }

    @Override
    public BlockStore blocks() {
        return new FakeBlocks(images);
    }

    @Override
    public ImageStore images() {
        return images;
    }

    @Override
    public void commit() {
        commits++;
    }

    @Override
    public VolumeStatistics statistics() {
        long blocks = images.nonZeroBlocks();
        long unique = images.uniqueBlocks();
        IndexStatistics index = new IndexStatistics(IndexBackend.BUILT_IN, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        return new VolumeStatistics(
                images.contents.size(),
                images.logicalBytes(),
                blocks * blockSizeBytes(),
                unique,
                unique * blockSizeBytes(),
                unique * blockSizeBytes() / 2,
                dead,
                100,
                200,
                300,
                400,
                1,
                10,
                11,
                700,
                800,
                0,
                0,
                0,
                index);
    }

    @Override
    public VerifyReport verify(VerifyOptions options) {
        return new VerifyReport(options.level(), problems, problems.size(), 7, 8, 9, Duration.ofMillis(10));
    }

    @Override
    public CompactionResult compact(CompactionOptions options) throws IOException {
        compactedWith = options;
        if (options.cancellation().isCancelled()) {
            throw new OperationCancelledException(directory.toString(), false);
        }
        CompactionResult result = new CompactionResult(1, 2, 4096, dead, leftGroups, leftGroups, Duration.ofMillis(30));
        dead = 0;
        return result;
    }

    @Override
    public Fragmentation fragmentation() throws IOException {
        Fragmentation sum = new Fragmentation(0, 0, 0);
        for (String name : images.contents.keySet()) {
            Fragmentation each = images.fragmentation(name);
            sum = new Fragmentation(
                    sum.mappedBytes() + each.mappedBytes(),
                    sum.mappedBlocks() + each.mappedBlocks(),
                    sum.physicalExtents() + each.physicalExtents());
        }
        return sum;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public int blockSizeBytes() {
        return createdWith.blockSizeBytes().orElse(4096);
    }

    @Override
    public FingerprintAlgorithm fingerprintAlgorithm() {
        return createdWith.fingerprint().orElse(FingerprintAlgorithm.SHA_256);
    }

    @Override
    public boolean isReadOnly() {
        return false;
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
