package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Space of the metadata that closing gave back counts against the limit when it is taken again. */
class LimitOfHolesTest {
    private static final long LIMIT = 40L << 20;
    private static final int BLOCK = 4096;
    /** A map page's blocks. */
    private static final long LEAF_BYTES = 508L * BLOCK;

    private static final int LEAVES = 1500;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .maxPhysicalBytes(LIMIT)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();

    private final MemoryDirectory directory = new MemoryDirectory();
    private final ByteBuffer same = bytes(BLOCK, 1);

    private static ByteBuffer bytes(int count, long seed) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private void writeLeaf(Image image, int leaf) throws IOException {
        image.write(same.duplicate(), leaf * LEAF_BYTES);
    }

    @Test
    void aFullVolumeDoesNotGrowIntoItsHoles() throws IOException {
        long size = 100 * LEAVES * LEAF_BYTES;
        try (Volume volume = MemoryProvider.create(directory, OPTIONS);
                Image stays = volume.images().create("stays", size);
                Image goes = volume.images().create("goes", size)) {
            for (int leaf = 0; leaf < LEAVES; leaf++) {
                writeLeaf(leaf / 8 % 2 == 0 ? stays : goes, leaf);
            }
            volume.commit();
            goes.close();
            volume.images().delete("goes");
        }
        try (Volume volume = MemoryProvider.open(directory, OPTIONS)) {
            fill(volume);
            try (Image stays = volume.images().open("stays")) {
                for (int leaf = LEAVES; leaf < 3 * LEAVES; leaf++) {
                    writeLeaf(stays, leaf);
                    if (leaf % 100 == 0) {
                        volume.commit();
                    }
                }
            } catch (VolumeFullException e) {
                // that is what it is to be
            }
            assertThat(volume.statistics().physicalBytes()).isLessThanOrEqualTo(LIMIT);
        }
    }

    /** What was reserved and never written passes for a hole; a volume that is full to the last page has it all the same. */
    @ParameterizedTest
    @ValueSource(ints = {25, 27, 33, 36})
    void aFullVolumeDeletesAfterACrash(int limitMib) throws IOException {
        VolumeOptions options =
                OPTIONS.toBuilder().maxPhysicalBytes((long) limitMib << 20).build();
        MemoryDirectory crashed;
        try (Volume volume = MemoryProvider.create(directory, options)) {
            fill(volume);
            try (Image many = volume.images().create("many", 100 * LEAVES * LEAF_BYTES)) {
                for (int leaf = 0; ; leaf++) {
                    writeLeaf(many, leaf);
                    if (leaf % 50 == 0) {
                        many.flush();
                    }
                }
            } catch (VolumeFullException e) {
                volume.commit();
            }
            crashed = directory.copy();
        }
        for (int round = 0; round < 3; round++) {
            MemoryDirectory before = crashed;
            try (Volume volume = MemoryProvider.open(before, options)) {
                assertThat(volume.images().list()).hasSize(2);
                crashed = before.copy();
            }
        }
        try (Volume volume = MemoryProvider.open(crashed, options)) {
            volume.images().delete("many");
            volume.commit();
        }
    }

    private static void fill(Volume volume) throws IOException {
        try (Image image = volume.images().create("filling", LIMIT)) {
            for (int i = 0; ; i++) {
                image.write(bytes(1 << 18, i + 2), (long) i << 18);
                image.flush();
            }
        } catch (VolumeFullException e) {
            // it is full
        }
    }
}
