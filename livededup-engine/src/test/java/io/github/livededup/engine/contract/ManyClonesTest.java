package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clones by the thousands, and long chains of them: neither number nor size of images makes them slow. */
class ManyClonesTest extends EngineCase {
    /** What 10,000 clones may take at most, on a machine that is busy with other things too. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Far more than it takes, and far less than if it depended on the size of what is cloned or on the images there are. */
    private static final double SLOWER = 6;

    private static void assertMetadataClean(Volume volume) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                .isEmpty();
    }

    /** An image of some map pages, scattered over a vast size. */
    private static void createScattered(Volume volume, String name, int pages) throws IOException {
        long stride = 508L * BLOCK;
        try (Image image = volume.images().create(name, pages * stride)) {
            for (int i = 0; i < pages; i++) {
                image.write(ByteBuffer.wrap(TestData.block(BLOCK, i % 50 + 1)), i * stride);
            }
        }
    }

    @Test
    void tenThousandClonesAreMadeAndDeleted() throws IOException {
        try (Volume volume = create()) {
            ImageStore images = volume.images();
            createScattered(volume, "origin", 2000);
            volume.commit();
            long uniqueBefore = volume.statistics().uniqueBlocks();
            long start = System.nanoTime();
            for (int i = 0; i < 10_000; i++) {
                images.clone("origin", "clone-" + i);
            }
            volume.commit();
            Duration cloning = Duration.ofNanos(System.nanoTime() - start);
            assertThat(images.list()).hasSize(10_001);
            assertMetadataClean(volume);
            start = System.nanoTime();
            for (int i = 0; i < 10_000; i++) {
                // In an order of its own.
                assertThat(images.delete("clone-" + (i * 7919L % 10_000))).isZero();
            }
            volume.commit();
            Duration deleting = Duration.ofNanos(System.nanoTime() - start);
            System.out.println("10,000 clones: made in " + cloning + ", deleted in " + deleting);
            assertThat(cloning).isLessThan(LIMIT);
            assertThat(deleting).isLessThan(LIMIT);
            assertThat(images.list()).extracting(ImageInfo::name).containsExactly("origin");
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(uniqueBefore);
            assertMetadataClean(volume);
        }
    }

    @Test
    void clonesThatWereWrittenAreDeletedWithoutReadingWhatTheyShare() throws IOException {
        try (Volume volume = create()) {
            ImageStore images = volume.images();
            // Both of three levels, so that a first write copies as much.
            createScattered(volume, "small", 600);
            createScattered(volume, "large", 5000);
            double small = Double.MAX_VALUE;
            double large = Double.MAX_VALUE;
            for (int round = 0; round < 5; round++) { // the best of several, as the machine may be busy
                small = Math.min(small, millisToCloneWriteAndDelete(images, "small"));
                large = Math.min(large, millisToCloneWriteAndDelete(images, "large"));
            }
            System.out.printf("clone, write, ask, delete: %.3f ms of 600 pages, %.3f ms of 5000 pages%n", small, large);
            assertThat(large).isLessThan(SLOWER / 2 * Math.max(small, 0.5));
            assertMetadataClean(volume);
        }
    }

    private static double millisToCloneWriteAndDelete(ImageStore images, String name) throws IOException {
        int rounds = 40;
        long start = System.nanoTime();
        for (int i = 0; i < rounds; i++) {
            images.clone(name, "clone");
            try (Image clone = images.open("clone")) {
                clone.write(ByteBuffer.wrap(TestData.block(BLOCK, 1001)), 10 * 508L * BLOCK);
            }
            assertThat(images.exclusiveBytes("clone")).isEqualTo(BLOCK);
            assertThat(images.delete("clone")).isEqualTo(BLOCK);
        }
        return (System.nanoTime() - start) / 1e6 / rounds;
    }

    @Test
    void theThousandthGenerationIsReadAsFastAsTheFirst() throws IOException {
        int blocks = 4000;
        try (Volume volume = create()) {
            ImageStore images = volume.images();
            createImage(volume, "g0", TestData.distinctBlocks(BLOCK, 1, blocks));
            byte[] expected = TestData.distinctBlocks(BLOCK, 1, blocks);
            for (int generation = 1; generation <= 1000; generation++) {
                images.clone("g" + (generation - 1), "g" + generation);
                byte[] block = TestData.block(BLOCK, 100_000 + 2L * generation);
                int at = generation * 37 % blocks;
                try (Image image = images.open("g" + generation)) {
                    image.write(ByteBuffer.wrap(block), (long) at * BLOCK);
                }
                System.arraycopy(block, 0, expected, at * BLOCK, BLOCK);
            }
            volume.commit();
            assertThat(readImage(volume, "g1000")).isEqualTo(expected);
            assertThat(readImage(volume, "g0")).isEqualTo(TestData.distinctBlocks(BLOCK, 1, blocks));
            double first = Double.MAX_VALUE;
            double last = Double.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                first = Math.min(first, millisToRead(images, "g0"));
                last = Math.min(last, millisToRead(images, "g1000"));
            }
            System.out.printf(
                    "%d blocks read: %.1f ms of the first generation, %.1f ms of the 1000th%n", blocks, first, last);
            assertThat(last).isLessThan(SLOWER * first);
            assertMetadataClean(volume);
            for (int generation = 0; generation < 1000; generation++) {
                images.delete("g" + generation);
            }
            assertThat(readImage(volume, "g1000")).isEqualTo(expected);
            assertThat(images.delete("g1000")).isPositive();
            assertThat(volume.statistics().uniqueBlocks()).isZero();
            assertMetadataClean(volume);
        }
    }

    private static double millisToRead(ImageStore images, String name) throws IOException {
        long start = System.nanoTime();
        try (Image image = images.openReadOnly(name)) {
            TestData.readAll(image);
        }
        return (System.nanoTime() - start) / 1e6;
    }
}
