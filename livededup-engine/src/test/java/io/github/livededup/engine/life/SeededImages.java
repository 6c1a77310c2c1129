package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;

/** Images of blocks that a seed tells, each block another. */
final class SeededImages {
    static final int BLOCK_BYTES = 4096;

    private SeededImages() {}

    static void put(Volume volume, String name, long seed, int blocks) throws IOException {
        create(volume, name, TestData.distinctBlocks(BLOCK_BYTES, seed, blocks));
    }

    /** So many short blocks that a group of 4 MiB is sealed before all its room is taken. */
    static void fillAllSlots(Volume volume) throws IOException {
        long[] seeds = LongStream.range(1, 9_000).map(i -> 100_000 + 2 * i).toArray();
        create(volume, "short blocks", TestData.blocks(BLOCK_BYTES, seeds));
    }

    private static void create(Volume volume, String name, byte[] bytes) throws IOException {
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    static void check(Volume volume, String name, long seed, int blocks) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            assertThat(TestData.readAll(image)).isEqualTo(TestData.distinctBlocks(BLOCK_BYTES, seed, blocks));
        }
    }

    static void verify(Volume volume) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .isEmpty();
    }
}
