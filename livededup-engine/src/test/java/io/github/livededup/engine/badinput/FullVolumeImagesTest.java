package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A volume that is full of map pages, which are what deleting needs itself: it is emptied again nevertheless. */
class FullVolumeImagesTest extends EngineCase {
    private static final VolumeOptions SMALL =
            OPTIONS.toBuilder().maxPhysicalBytes(40L << 20).build();
    private static final long STRIDE = 508L * BLOCK;
    private static final long SIZE = 1L << 42;

    /** Writes a block to each map page from one on until there is no room; returns the first page that had none. */
    private static long fill(Volume volume, String name, long firstPage) throws IOException {
        long[] page = {firstPage};
        try (Image image = volume.images().open(name)) {
            assertThatThrownBy(() -> {
                        for (; ; page[0]++) {
                            byte[] block = TestData.text(BLOCK, page[0] % 1000);
                            image.write(ByteBuffer.wrap(block), page[0] * STRIDE);
                        }
                    })
                    .isInstanceOf(VolumeFullException.class);
        }
        return page[0];
    }

    @Test
    void deletingDiscardingAndShrinkingEmptyAFullVolume() throws IOException {
        Volume volume = LiveDedup.create(directory, SMALL);
        try {
            for (int way = 0; way < 3; way++) {
                volume.images().create("a", SIZE).close();
                long pages = fill(volume, "a", 0);
                assertThat(pages).isGreaterThan(1000);
                assertThat(volume.images().exclusiveBytes("a"))
                        .isEqualTo(volume.statistics().storedBytes());
                long stored = volume.statistics().storedBytes();
                switch (way) {
                    case 0 -> assertThat(volume.images().delete("a")).isEqualTo(stored);
                    case 1 -> {
                        try (Image image = volume.images().open("a")) {
                            image.discard(0, SIZE);
                            assertThat(image.extents(0, SIZE)).hasSize(1);
                        }
                    }
                    default -> {
                        try (Image image = volume.images().open("a")) {
                            image.resize(0);
                            assertThat(image.sizeBytes()).isZero();
                        }
                    }
                }
                assertThat(volume.statistics().uniqueBlocks()).isZero();
                if (way != 0) {
                    assertThat(volume.images().delete("a")).isZero();
                }
                assertClean(volume);
                volume.close();
                volume = LiveDedup.open(directory, SMALL);
                assertUsable(volume);
            }
        } finally {
            volume.close();
        }
    }

    @Test
    void manyRangesAtOnceAreDiscardedOnAFullVolume() throws IOException {
        VolumeOptions tiny = SMALL.toBuilder().maxPhysicalBytes(16L << 20).build();
        try (Volume volume = LiveDedup.create(directory, tiny)) {
            volume.images().create("a", SIZE).close();
            long pages = fill(volume, "a", 0);
            assertThat(pages).isGreaterThan(1000);
            List<Extent> ranges = new ArrayList<>();
            for (long page = 0; page <= pages; page++) {
                ranges.add(new Extent(page * STRIDE, BLOCK, true));
                // A part of a hole.
                ranges.add(new Extent(page * STRIDE + 3 * BLOCK, 10, true));
            }
            try (Image image = volume.images().open("a")) {
                image.discardAll(ranges);
                assertThat(image.extents(0, SIZE)).hasSize(1);
            }
            assertThat(volume.statistics().uniqueBlocks()).isZero();
            assertClean(volume);
            assertUsable(volume);
        }
    }

    @Test
    void clonesOnAFullVolumeAreMadeWholeOrNotAtAll() throws IOException {
        try (Volume volume = LiveDedup.create(directory, SMALL)) {
            volume.images().create("a", SIZE).close();
            fill(volume, "a", 0);
            int clones = 0;
            try {
                for (; clones < 100_000; clones++) {
                    volume.images().clone("a", "c" + clones);
                }
            } catch (VolumeFullException e) {
                // Expected at some point.
            }
            assertThat(names(volume)).hasSize(clones + 1);
            System.out.println("clones on a full volume: " + clones);
            long stored = volume.statistics().storedBytes();
            assertThat(volume.images().delete("a")).isEqualTo(clones == 0 ? stored : 0);
            for (int i = 0; i < clones; i++) {
                volume.images().delete("c" + i);
            }
            assertThat(volume.statistics().uniqueBlocks()).isZero();
            assertClean(volume);
        }
        try (Volume volume = open()) {
            assertUsable(volume);
        }
    }
}
