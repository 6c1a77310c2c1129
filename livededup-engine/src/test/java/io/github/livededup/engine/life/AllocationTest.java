package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The paths that every block takes make (nearly) no garbage: measured in bytes a block, by the thread that calls, once the
 * compiler had its turn.
 */
@Tag("slow")
class AllocationTest extends EngineCase {
    private static final int BLOCKS = 256;
    private static final int WARM_UP = 200;
    /** Room for two views of buffers and little else; whether the compiler removes even those is its own affair. */
    private static final int FEW_BYTES = 160;

    private static final int ROUNDS = 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, BLOCKS);
    private final ByteBuffer source = TestData.direct(bytes);
    private final ByteBuffer target = ByteBuffer.allocateDirect(bytes.length);
    private final PutBatch batch = new PutBatch(BLOCKS);
    private Volume volume;

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
                        .build());
        volume.blocks().putAll(source.rewind(), batch);
    }

    /** Bytes allocated a block, once everything is warm; the best of some, as checkpoints come in between. */
    private static double bytesPerBlock(Round round) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            round.run();
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            round.run();
            best = Math.min(
                    best, THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        return (double) best / BLOCKS;
    }

    @Test
    void duplicatesInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        assertThat(bytesPerBlock(() -> volume.blocks().putAll(source.rewind(), batch)))
                .isLessThan(FEW_BYTES);
    }

    @Test
    void verifiedDuplicatesInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.XXH3_128);
        assertThat(bytesPerBlock(() -> volume.blocks().putAll(source.rewind(), batch)))
                .isLessThan(FEW_BYTES);
    }

    @Test
    void blocksReadInABatch() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        long[] addresses = batch.addresses();
        assertThat(bytesPerBlock(() -> volume.blocks().getAll(addresses, 0, BLOCKS, target.clear())))
                .isLessThan(FEW_BYTES);
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void blocksReadOneByOne() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        long[] addresses = batch.addresses();
        assertThat(bytesPerBlock(() -> {
                    target.clear();
                    for (long address : addresses) {
                        volume.blocks().get(address, target);
                    }
                }))
                .isLessThan(FEW_BYTES);
    }

    @Test
    void duplicatesOneByOne() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        // A PutResult each, and a journal record.
        assertThat(bytesPerBlock(() -> {
                    for (int i = 0; i < BLOCKS; i++) {
                        source.limit((i + 1) * BLOCK).position(i * BLOCK);
                        volume.blocks().put(source);
                    }
                    source.clear();
                }))
                .isLessThan(256);
    }

    @Test
    void imagesReadInLargeParts() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertThat(bytesPerBlock(() -> image.read(target.clear(), 0))).isLessThan(FEW_BYTES);
        }
        assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void imagesReadBlockByBlock() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertThat(bytesPerBlock(() -> {
                        for (int i = 0; i < BLOCKS; i++) {
                            image.read(target.limit((i + 1) * BLOCK).position(i * BLOCK), (long) i * BLOCK);
                        }
                    }))
                    .isLessThan(256);
        }
    }

    @Test
    void imagesWrittenOverInLargeParts() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        try (Image image = volume.images().open("a")) {
            assertThat(bytesPerBlock(() -> image.write(source.rewind(), 0))).isLessThan(FEW_BYTES);
        }
    }

    /** Blocks that are new each time, written one by one and flushed in the end. */
    @Test
    void imagesWrittenBlockByBlock() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        long[] next = {1L << 40};
        try (Image image = volume.images().open("a")) {
            assertThat(bytesPerBlock(() -> {
                        for (int i = 0; i < BLOCKS; i++) {
                            source.clear().putLong(i * BLOCK, next[0]++);
                            source.limit((i + 1) * BLOCK).position(i * BLOCK);
                            image.write(source, (long) i * BLOCK);
                        }
                        source.clear();
                        image.flush();
                    }))
                    .isLessThan(256);
        }
    }

    /** Parts of blocks, which are completed by what they were. */
    @Test
    void imagesWrittenInParts() throws IOException {
        createVolume(FingerprintAlgorithm.SHA_256);
        createImage(volume, "a", bytes);
        long[] next = {1L << 40};
        try (Image image = volume.images().open("a")) {
            assertThat(bytesPerBlock(() -> {
                        for (int i = 0; i < BLOCKS; i++) {
                            source.clear().putLong(i * BLOCK, next[0]++);
                            source.limit(i * BLOCK + 512).position(i * BLOCK);
                            image.write(source, (long) i * BLOCK);
                        }
                        source.clear();
                        image.flush();
                    }))
                    .isLessThan(256);
        }
    }
}
