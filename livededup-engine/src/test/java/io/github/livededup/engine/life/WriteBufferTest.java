package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Durability;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Writes that are kept in memory: what a crash, a full volume and a close make of them. */
@Timeout(120)
class WriteBufferTest extends EngineCase {
    private static final VolumeOptions EXPLICIT =
            OPTIONS.toBuilder().durability(Durability.EXPLICIT).build();
    /** The bytes of an image that one map page leads to. */
    private static final long PAGE = 511L * BLOCK;
    /** Not kept in memory. */
    private static final int LARGE = 64 * BLOCK;

    private Volume createExplicit() throws IOException {
        return LiveDedup.create(directory, EXPLICIT);
    }

    private static byte[] noise(long seed) {
        return TestData.random(BLOCK, seed);
    }

    private static void write(Image image, byte[] bytes, long position) throws IOException {
        image.write(ByteBuffer.wrap(bytes), position);
    }

    @Test
    void smallWritesAreKeptUntilAFlush() throws IOException {
        try (Volume volume = createExplicit();
                Image image = volume.images().create("a", 1 << 20)) {
            write(image, new byte[] {1, 2, 3}, 10);
            write(image, noise(1), 5 * BLOCK - 7);
            assertThat(volume.statistics().unflushedBytes()).isEqualTo(3L * BLOCK);
            assertThat(volume.statistics().unflushedBytes()).isZero();
            write(image, noise(2), 0);
            image.flush();
            assertThat(volume.statistics().unflushedBytes()).isZero();
            write(image, TestData.random(100 * BLOCK, 3), 0);
            assertThat(volume.statistics().unflushedBytes()).isZero();
        }
    }

    /** Long flushes are shared with another thread, one of them at a time; blocks of one image are new to the others now and then. */
    @Test
    void longFlushesOfManyImagesAtOnceStoreWhatWasWritten() throws Exception {
        int images = 4;
        int blocks = 300;
        byte[][] models = new byte[images][blocks * BLOCK];
        try (Volume volume = createExplicit()) {
            Threads.run(images, thread -> {
                Random random = new Random(thread);
                try (Image image = volume.images().create("image" + thread, (long) blocks * BLOCK)) {
                    for (int round = 0; round < 15; round++) {
                        for (int i = 0; i < 30 + 20 * (round % 5); i++) {
                            byte[] content = noise(random.nextInt(600));
                            int at = random.nextInt(blocks) * BLOCK;
                            write(image, content, at);
                            System.arraycopy(content, 0, models[thread], at, BLOCK);
                        }
                        image.flush();
                        assertThat(TestData.readAll(image)).isEqualTo(models[thread]);
                    }
                }
                return null;
            });
            assertThat(volume.statistics().unflushedBytes()).isZero();
            assertClean(volume);
        }
        try (Volume volume = open()) {
            for (int i = 0; i < images; i++) {
                assertThat(readImage(volume, "image" + i)).isEqualTo(models[i]);
            }
        }
    }

    @Test
    void aCrashKeepsWhatWasFlushedAndWholeBlocksOfTheRest() throws IOException {
        Path copy = temporary.resolve("crashed");
        int blocks = 40;
        try (Volume volume = createExplicit();
                Image image = volume.images().create("a", (long) blocks * BLOCK)) {
            for (int i = 0; i < blocks; i++) {
                write(image, noise(i), (long) i * BLOCK);
            }
            image.flush();
            for (int i = 0; i < blocks; i += 2) {
                write(image, Arrays.copyOf(noise(100 + i), BLOCK / 2), (long) i * BLOCK);
                write(image, Arrays.copyOfRange(noise(100 + i), BLOCK / 2, BLOCK), (long) i * BLOCK + BLOCK / 2);
            }
            FileTree.copy(directory, copy);
        }
        try (Volume volume = LiveDedup.open(copy, EXPLICIT)) {
            byte[] found = readImage(volume, "a");
            for (int i = 0; i < blocks; i++) {
                byte[] block = Arrays.copyOfRange(found, i * BLOCK, (i + 1) * BLOCK);
                assertThat(Arrays.equals(block, noise(i)) || (i % 2 == 0 && Arrays.equals(block, noise(100 + i))))
                        .as("block %d", i)
                        .isTrue();
            }
            assertClean(volume);
        }
    }

    @Test
    void growingDoesNotUncoverWhatWasCutOff() throws IOException {
        Path copy = temporary.resolve("crashed");
        try (Volume volume = createExplicit();
                Image image = volume.images().create("a", BLOCK)) {
            write(image, noise(1), 0);
            image.resize(100);
            image.flush();
            image.resize(BLOCK);
            // Commits what is stored only.
            volume.blocks().put(ByteBuffer.wrap(noise(2)));
            FileTree.copy(directory, copy);
            volume.commit();
            assertThat(TestData.readAll(image)).isEqualTo(Arrays.copyOf(Arrays.copyOf(noise(1), 100), BLOCK));
        }
        try (Volume volume = LiveDedup.open(copy, EXPLICIT)) {
            byte[] found = readImage(volume, "a");
            assertThat(found).isEqualTo(Arrays.copyOf(Arrays.copyOf(noise(1), 100), found.length));
        }
    }

    @Test
    void aFullVolumeRefusesAtOnceAndLosesNothing() throws IOException {
        VolumeOptions limited = EXPLICIT.toBuilder().maxPhysicalBytes(16L << 20).build();
        Map<Integer, Long> accepted = new HashMap<>();
        int blocks = 20_000;
        Random random = new Random(3);
        try (Volume volume = LiveDedup.create(directory, limited);
                Image image = volume.images().create("a", (long) blocks * BLOCK)) {
            int refusals = 0;
            for (int i = 0; refusals < 30; i++) {
                int block = random.nextInt(blocks);
                try {
                    write(image, noise(i), (long) block * BLOCK);
                    accepted.put(block, (long) i);
                } catch (VolumeFullException e) {
                    refusals++;
                    // What was accepted finds its room, whatever others were refused.
                    image.flush();
                }
                if (i % 500 == 0) {
                    volume.commit();
                }
            }
            assertThat(accepted).hasSizeGreaterThan(500);
            image.flush();
            assertBlocks(image, accepted);
            assertClean(volume);
            image.discard(0, image.sizeBytes());
            volume.commit();
        }
        try (Volume volume = LiveDedup.open(directory, limited)) {
            assertClean(volume);
        }
    }

    private static void assertBlocks(Image image, Map<Integer, Long> expected) throws IOException {
        for (Map.Entry<Integer, Long> block : expected.entrySet()) {
            assertThat(TestData.read(image, (long) block.getKey() * BLOCK, BLOCK))
                    .isEqualTo(noise(block.getValue()));
        }
    }

    /** What takes the mapped blocks away that are on the map pages of others, which wait. */
    private enum Way {
        DISCARD(0) {
            @Override
            void takeAway(Image image, int count) throws IOException {
                for (int i = 0; i < count; i++) {
                    image.discard(i * PAGE, BLOCK);
                }
            }
        },
        DISCARD_ALL(0) {
            @Override
            void takeAway(Image image, int count) throws IOException {
                List<Extent> ranges = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    ranges.add(new Extent(i * PAGE, BLOCK, true));
                    ranges.add(new Extent(i * PAGE + 2 * BLOCK, 10, true));
                }
                image.discardAll(ranges);
            }
        },
        WRITE_ZEROS(2 * BLOCK) {
            @Override
            void takeAway(Image image, int count) throws IOException {
                for (int i = 0; i < count; i++) {
                    write(image, new byte[LARGE], i * PAGE + 2 * BLOCK);
                }
            }
        };

        final int mappedAt;

        Way(int mappedAt) {
            this.mappedAt = mappedAt;
        }

        abstract void takeAway(Image image, int count) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFullVolumeStoresWhatWasAcceptedThoughItsMapPagesWent(Way way) throws IOException {
        VolumeOptions limited = EXPLICIT.toBuilder()
                .groupSizeBytes(16 << 20)
                .maxPhysicalBytes(48L << 20)
                .writeBufferBytes(16L << 20)
                .build();
        int count = 1_500;
        Map<Integer, Long> accepted = new HashMap<>();
        try (Volume volume = LiveDedup.create(directory, limited);
                Image image = volume.images().create("a", count * PAGE)) {
            for (int i = 0; i < count; i++) {
                write(image, noise(0), i * PAGE + way.mappedAt);
            }
            volume.commit();
            for (int i = 0; i < count; i++) {
                write(image, noise(i), i * PAGE + BLOCK);
                accepted.put((int) (i * PAGE / BLOCK) + 1, (long) i);
            }
            way.takeAway(image, count);
            fillWithMapPages(volume);
            image.flush();
            assertBlocks(image, accepted);
            assertClean(volume);
        }
        try (Volume volume = LiveDedup.open(directory, limited);
                Image image = volume.images().open("a")) {
            assertBlocks(image, accepted);
            volume.images().delete("full");
        }
        // Closing gave the pages back.
        try (Volume volume = LiveDedup.open(directory, limited);
                Image image = volume.images().open("a")) {
            write(image, noise(count), 2L * BLOCK);
            image.flush();
            accepted.put(2, (long) count);
            assertBlocks(image, accepted);
            assertClean(volume);
        }
    }

    /** Maps one block again and again, by writes that do not wait. */
    private static void fillWithMapPages(Volume volume) throws IOException {
        try (Image image = volume.images().create("full", 1L << 42)) {
            byte[] bytes = Arrays.copyOf(noise(0), LARGE);
            assertThatThrownBy(() -> {
                        for (long at = 0; ; at += PAGE) {
                            write(image, bytes, at);
                        }
                    })
                    .isInstanceOf(VolumeFullException.class);
        }
    }

    @Test
    void aTinyBudgetIsSharedByManyImages() throws IOException {
        VolumeOptions tiny = EXPLICIT.toBuilder().writeBufferBytes(4L * BLOCK).build();
        int count = 6;
        byte[][] expected = new byte[count][20 * BLOCK];
        Random random = new Random(5);
        try (Volume volume = LiveDedup.create(directory, tiny)) {
            Image[] images = new Image[count];
            for (int i = 0; i < count; i++) {
                images[i] = volume.images().create("image-" + i, 20 * BLOCK);
            }
            for (int i = 0; i < 2_000; i++) {
                int which = random.nextInt(count);
                int position = random.nextInt(20 * BLOCK - 700);
                byte[] bytes = TestData.random(1 + random.nextInt(700), i);
                write(images[which], bytes, position);
                System.arraycopy(bytes, 0, expected[which], position, bytes.length);
            }
            for (int i = 0; i < count; i++) {
                assertThat(TestData.readAll(images[i])).isEqualTo(expected[i]);
            }
        }
        try (Volume volume = LiveDedup.open(directory, tiny)) {
            for (int i = 0; i < count; i++) {
                assertThat(readImage(volume, "image-" + i)).isEqualTo(expected[i]);
            }
            assertClean(volume);
        }
    }

    @Test
    void closingStoresWhatWasAccepted() throws Exception {
        Volume volume = createExplicit();
        volume.images().create("a", 64L * BLOCK).close();
        CountDownLatch started = new CountDownLatch(3);
        List<Integer> last = Threads.run(4, thread -> {
            if (thread == 3) {
                started.await();
                volume.close();
                return -1;
            }
            int done = -1;
            try (Image image = volume.images().open("a")) {
                for (int i = 0; ; i++) {
                    write(image, noise(1_000L * thread + i % 100), (thread * 20L + i % 20) * BLOCK);
                    done = i;
                    if (i == 50) {
                        started.countDown();
                    }
                }
            } catch (VolumeClosedException e) {
                return done;
            }
        });
        try (Volume again = LiveDedup.open(directory, EXPLICIT)) {
            byte[] found = readImage(again, "a");
            for (int thread = 0; thread < 3; thread++) {
                for (int i = Math.max(0, last.get(thread) - 19); i <= last.get(thread); i++) {
                    int at = (thread * 20 + i % 20) * BLOCK;
                    assertThat(Arrays.copyOfRange(found, at, at + BLOCK)).isEqualTo(noise(1_000L * thread + i % 100));
                }
            }
            assertClean(again);
        }
    }

    @Test
    void aSmallWriteIsRefusedLikeALargeOne() throws IOException {
        try (Volume volume = createExplicit();
                Image image = volume.images().create("a", 100)) {
            ByteBuffer bytes = ByteBuffer.wrap(noise(1));
            assertThatThrownBy(() -> image.write(bytes, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThat(bytes.position()).isZero();
        }
    }
}
