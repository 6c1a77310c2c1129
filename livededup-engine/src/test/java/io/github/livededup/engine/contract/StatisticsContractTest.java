package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.Compression;
import io.github.livededup.Image;
import io.github.livededup.ImageStatistics;
import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The figures of volumes and images. */
class StatisticsContractTest extends VolumeContract {
    @Test
    void anEmptyVolumeHoldsNothing() throws IOException {
        VolumeStatistics statistics = volume.statistics();
        assertThat(statistics.images()).isZero();
        assertThat(statistics.logicalBytes()).isZero();
        assertThat(statistics.nonZeroBytes()).isZero();
        assertThat(statistics.uniqueBlocks()).isZero();
        assertThat(statistics.uniqueBytes()).isZero();
        assertThat(statistics.storedBytes()).isZero();
        assertThat(statistics.deadBytes()).isZero();
        assertThat(statistics.index().filterEntries()).isZero();
    }

    @Test
    void countsImagesAndBlocks() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 0, 2, 1));
        createImage("b", TestData.blocks(blockSize, 2, 3));
        try (Image image = images.create("c", 1_000_000)) {
            image.write(ByteBuffer.wrap(new byte[] {1}), 999_999);
        }
        put(block(9));
        VolumeStatistics statistics = volume.statistics();
        assertThat(statistics.images()).isEqualTo(3);
        assertThat(statistics.logicalBytes()).isEqualTo(6L * blockSize + 1_000_000);
        assertThat(statistics.nonZeroBytes()).isEqualTo(6L * blockSize);
        assertThat(statistics.uniqueBlocks()).isEqualTo(5);
        assertThat(statistics.uniqueBytes()).isEqualTo(5L * blockSize);
        assertThat(statistics.blockGroups()).isPositive();
    }

    @Test
    void storedBytesFollowTheCompression() throws IOException {
        byte[] text = TestData.text(blockSize, 1);
        byte[] noise = TestData.random(blockSize, 1);
        put(noise);
        assertThat(volume.statistics().storedBytes()).isEqualTo(blockSize);
        put(text);
        long both = volume.statistics().storedBytes();
        if (configuration.storesRaw()) {
            assertThat(both).isEqualTo(2L * blockSize);
        } else {
            assertThat(configuration.options().compression()).isNotEqualTo(Compression.NONE);
            assertThat(both).isBetween(blockSize + 1L, blockSize + blockSize / 4L);
        }
        put(text);
        put(noise);
        assertThat(volume.statistics().storedBytes()).isEqualTo(both);
    }

    @Test
    void overwrittenBlocksAreNotCounted() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 10));
        long before = volume.statistics().storedBytes();
        try (Image image = images.open("a")) {
            image.write(ByteBuffer.wrap(TestData.distinctBlocks(blockSize, 101, 10)), 0);
        }
        volume.commit();
        VolumeStatistics statistics = volume.statistics();
        assertThat(statistics.uniqueBlocks()).isEqualTo(10);
        assertThat(statistics.nonZeroBytes()).isEqualTo(10L * blockSize);
        if (!configuration.isModel()) {
            assertThat(statistics.deadBytes()).isGreaterThanOrEqualTo(before);
        }
    }

    @Test
    void imageFiguresAreExact() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 1, 0, 3, 5, 0, 1));
        createImage("b", TestData.blocks(blockSize, 5, 7));
        long held = put(block(3));
        ImageStatistics a = images.statistics("a");
        assertThat(a.logicalBytes()).isEqualTo(7L * blockSize);
        assertThat(a.mappedBytes()).isEqualTo(5L * blockSize);
        assertThat(a.distinctBlocks()).isEqualTo(3);
        assertThat(a.dataExtents()).isEqualTo(3);
        assertThat(a.physicalExtents()).isBetween(3L, 5L);
        // Odd seeds do not compress.
        assertThat(a.compressedBytes()).isEqualTo(3L * blockSize);
        assertThat(a.exclusiveBytes()).isEqualTo(blockSize);
        blocks.release(held);
        images.delete("b");
        assertThat(images.statistics("a").exclusiveBytes()).isEqualTo(3L * blockSize);
        assertThat(images.delete("a")).isEqualTo(3L * blockSize);
    }

    @Test
    void anImageOfNothingHasNoFigures() throws IOException {
        images.create("empty", 0).close();
        images.create("hole", 1L << 40).close();
        assertThat(images.statistics("empty")).isEqualTo(new ImageStatistics(0, 0, 0, 0, 0, 0, 0));
        assertThat(images.statistics("hole")).isEqualTo(new ImageStatistics(1L << 40, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void theIndexTellsHowDuplicatesWereFound() throws IOException {
        assumeThat(configuration.isModel()).isFalse();
        int count = (3 << 20) / blockSize;
        byte[] bytes = TestData.distinctBlocks(blockSize, 1, count);
        createImage("a", bytes);
        IndexStatistics before = volume.statistics().index();
        assertThat(before.misses()).isGreaterThanOrEqualTo(count);
        assertThat(before.filterEntries()).isEqualTo(count);
        createImage("b", bytes);
        IndexStatistics after = volume.statistics().index();
        long hits = after.neighbourHits() + after.residentHits() + after.prefetchedHits();
        assertThat(hits - before.neighbourHits() - before.residentHits() - before.prefetchedHits())
                .isEqualTo(count);
        assertThat(after.neighbourHits() - before.neighbourHits()).isGreaterThan(count * 9L / 10);
        assertThat(after.misses()).isEqualTo(before.misses());
        assertThat(after.filterEntries()).isEqualTo(count);
        IndexBackend asked = configuration.options().indexBackend();
        assertThat(after.backend()).isEqualTo(asked == IndexBackend.AUTO ? IndexBackend.CHRONICLE_MAP : asked);
    }

    @Test
    void whatLiesOnDiskIsCounted() throws IOException {
        assumeThat(configuration.isModel()).isFalse();
        createImage("a", TestData.distinctBlocks(blockSize, 1, (3 << 20) / blockSize));
        volume.commit();
        VolumeStatistics statistics = volume.statistics();
        assertThat(statistics.journalBytes()).isPositive();
        assertThat(statistics.metadataBytes()).isPositive();
        assertThat(statistics.filterBytes()).isPositive();
        assertThat(statistics.commits()).isPositive();
        assertThat(statistics.checkpoints()).isPositive();
        if (configuration.options().groupSizeBytes().orElse(0) == 1 << 20) {
            assertThat(statistics.blockGroups()).isGreaterThanOrEqualTo(2);
            assertThat(statistics.indexBytes()).isNotNegative();
        }
    }
}
