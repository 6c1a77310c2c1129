package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.PutBatch;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The paths that every block takes make (nearly) no garbage: measured in bytes a block, of the thread that calls, checkpoints and seals
 * included. What the compiler has not compiled yet allocates more, so each is measured until it is within its bound, for a minute
 * at most.
 */
class AllocationTest extends EngineCase {
    private static final int BLOCKS = 256;
    /** 25,600 blocks. */
    private static final int ROUNDS = 100;

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** A small object has 16 bytes: there is none for each block. */
    private static final int NOTHING = 12;
    /** One small object a call, which the caller gets. */
    private static final int RESULT = 24;
    /** For each new block four bytes in each of two trees of counts, which grow with the volume, and some for its group. */
    private static final int NEW_BLOCK = 24;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, BLOCKS);
    private final ByteBuffer source = TestData.direct(bytes);
    private final ByteBuffer target = ByteBuffer.allocateDirect(bytes.length);
    private final PutBatch batch = new PutBatch(BLOCKS);
    private final SplittableRandom random = new SplittableRandom(1);
    private Volume volume;
    private long next = 1L << 40;

    private interface Round {
        void run() throws IOException;
    }

    @AfterEach
    void closeVolume() throws IOException {
        volume.close();
    }

    private void createVolume(FingerprintAlgorithm algorithm) throws IOException {
        volume = LiveDedup.create(
                directory,
                VolumeOptions.builder()
                        .fingerprint(algorithm)
                        .durability(Durability.EXPLICIT)
                        .backgroundCompaction(BackgroundCompaction.OFF)
                        .build());
        volume.blocks().putAll(source.rewind(), batch);
    }

    /** Asserts that a round of {@link #BLOCKS} blocks allocates less than so many bytes for each, once it is warm. */
    private static void assertBytesPerBlock(int bound, Round round) throws IOException {
        long start = System.nanoTime();
        double bytes;
        do {
            bytes = bytesPerBlock(round);
        } while (bytes >= bound && System.nanoTime() - start < MOST_NANOS);
        assertThat(bytes).isLessThan(bound);
    }

    private static double bytesPerBlock(Round round) throws IOException {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
        long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        return (double) (after - before) / ROUNDS / BLOCKS;
    }

    /** Makes each block of the source one that was never there. */
    private void renew() {
        for (int i = 0; i < BLOCKS; i++) {
            source.putLong(i * BLOCK, next++);
        }
    }

    @Test
    void duplicatesInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        assertBytesPerBlock(NOTHING, () -> volume.blocks().putAll(source.rewind(), batch));
    }

    @Test
    void verifiedDuplicatesInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.XXH3_128);
        assertBytesPerBlock(NOTHING, () -> volume.blocks().putAll(source.rewind(), batch));
    }

    @Test
    void blocksReadInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        long[] addresses = batch.addresses();
        assertBytesPerBlock(NOTHING, () -> volume.blocks().getAll(addresses, 0, BLOCKS, target.clear()));
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void blocksReadOneByOne() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        long[] addresses = batch.addresses();
        assertBytesPerBlock(NOTHING, () -> {
            target.clear();
            for (int i = 0; i < BLOCKS; i++) {
                volume.blocks().get(addresses[random.nextInt(BLOCKS)], target);
            }
        });
    }

    @Test
    void duplicatesOneByOne() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        assertBytesPerBlock(RESULT + NOTHING, () -> {
            for (int i = 0; i < BLOCKS; i++) {
                source.limit((i + 1) * BLOCK).position(i * BLOCK);
                volume.blocks().put(source);
            }
            source.clear();
        });
    }

    @Test
    void imagesReadInLargeParts() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NOTHING, () -> image.read(target.clear(), 0));
        }
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void imagesReadBlockByBlock() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NOTHING, () -> {
                for (int i = 0; i < BLOCKS; i++) {
                    image.read(target.limit((i + 1) * BLOCK).position(i * BLOCK), (long) i * BLOCK);
                }
            });
        }
    }

    @Test
    void imagesReadAtRandom() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NOTHING, () -> {
                for (int i = 0; i < BLOCKS; i++) {
                    image.read(target.clear().limit(BLOCK), random.nextInt((BLOCKS - 1) * BLOCK));
                }
            });
        }
    }

    @Test
    void newBlocksInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        assertBytesPerBlock(NEW_BLOCK, () -> {
            renew();
            volume.blocks().putAll(source.rewind(), batch);
        });
    }

    @Test
    void imagesWrittenOverInLargeParts() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NOTHING, () -> image.write(source.rewind(), 0));
        }
    }

    /** Blocks that are stored already, written one by one and flushed in the end. */
    @Test
    void imagesWrittenOverBlockByBlock() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NOTHING, () -> {
                for (int i = 0; i < BLOCKS; i++) {
                    source.limit((i + 1) * BLOCK).position(i * BLOCK);
                    image.write(source, (long) random.nextInt(BLOCKS) * BLOCK);
                }
                source.clear();
                image.flush();
            });
        }
    }

    /** Blocks that are new each time. */
    @Tag("slow")
    @Test
    void imagesWrittenBlockByBlock() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NEW_BLOCK, () -> {
                renew();
                for (int i = 0; i < BLOCKS; i++) {
                    source.limit((i + 1) * BLOCK).position(i * BLOCK);
                    image.write(source, (long) i * BLOCK);
                }
                source.clear();
                image.flush();
            });
        }
    }

    /** Parts of blocks, which are completed by what they were. */
    @Tag("slow")
    @Test
    void imagesWrittenInParts() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertBytesPerBlock(NEW_BLOCK, () -> {
                renew();
                for (int i = 0; i < BLOCKS; i++) {
                    source.limit(i * BLOCK + 512).position(i * BLOCK);
                    image.write(source, (long) i * BLOCK);
                }
                source.clear();
                image.flush();
            });
        }
    }
}
