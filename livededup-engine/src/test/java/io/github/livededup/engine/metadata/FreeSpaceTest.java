package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreeSpaceTest {
    private final MemoryDirectory directory = new MemoryDirectory();
    private PageFile file;
    private FreeSpace space;

    @BeforeEach
    void create() throws IOException {
        file = new PageFile(directory.open("pages", OpenMode.CREATE), 0);
        file.allocate(0, 1);
        space = new FreeSpace(file, 1, SpaceGuard.UNLIMITED, false);
    }

    @Test
    void lowestPagesFirst() throws IOException {
        assertThat(space.allocate()).isEqualTo(1);
        assertThat(space.allocate()).isEqualTo(2);
        assertThat(space.allocate()).isEqualTo(3);
        space.free(2);
        assertThat(space.allocate()).isEqualTo(2);
        assertThat(space.allocate()).isEqualTo(4);
    }

    @Test
    void pendingPagesAreNotHandedOutBeforeTheCheckpoint() throws IOException {
        assertThat(space.allocate()).isEqualTo(1);
        assertThat(space.allocate()).isEqualTo(2);
        space.freeLater(1);
        assertThat(space.allocate()).isEqualTo(3);
        assertThat(space.wordAfterCheckpoint(0)).isEqualTo(0b1101);
        space.releasePending();
        assertThat(space.allocate()).isEqualTo(1);
    }

    @Test
    void freeingTwiceIsFound() throws IOException {
        space.allocate();
        space.freeLater(1);
        assertThatThrownBy(() -> space.free(1)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> space.freeLater(1)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> space.free(0)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> space.free(9)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> space.free(1L << 39)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void fileGrowsInSmallStepsAndShrinks() throws IOException {
        long largest = 0;
        for (int i = 0; i < 20_000; i++) {
            long before = file.sizePages();
            space.allocate();
            largest = Math.max(largest, file.sizePages() - before);
            assertThat(file.sizePages() - space.usedPages()).isLessThanOrEqualTo(Math.max(16, before / 8));
        }
        assertThat(largest).isEqualTo(256);
        for (long page = 20_000; page > 100; page--) {
            space.free(page);
        }
        space.trimTail(0);
        assertThat(file.sizePages()).isBetween(101L, 101L + 2 * 256);
        space.trim();
        assertThat(file.sizePages()).isEqualTo(101);
    }

    @Test
    void whatTheCheckpointBeforeNeedsIsNotGivenBack() throws IOException {
        for (int i = 0; i < 200; i++) {
            space.allocate();
        }
        for (long page = 50; page <= 200; page++) {
            space.freeLater(page);
        }
        space.releasePending();
        assertThat(space.olderPages()).isEqualTo(151);
        assertThat(space.allocate()).isEqualTo(50);
        assertThat(space.olderPages()).isEqualTo(150);
        space.free(50);
        space.trimTail(0);
        space.trim();
        assertThat(file.sizePages()).isEqualTo(201);
        assertThat(file.allocatedBytes()).isEqualTo(201 * 4096);
        space.releasePending();
        assertThat(space.olderPages()).isZero();
        space.trim();
        assertThat(file.sizePages()).isEqualTo(50);
    }

    @Test
    void givenBackSpaceIsReservedAnewBeforeUse() throws IOException {
        for (int i = 0; i < 200; i++) {
            space.allocate();
        }
        for (long page = 50; page < 150; page++) {
            space.free(page);
        }
        space.trim();
        assertThat(file.sizePages()).isEqualTo(201);
        assertThat(file.allocatedBytes()).isEqualTo(101 * 4096);
        directory.limit(directory.allocatedBytes());
        assertThatThrownBy(() -> space.allocate()).isInstanceOf(VolumeFullException.class);
        directory.limit(Long.MAX_VALUE);
        space.reserve(100);
        directory.limit(directory.allocatedBytes());
        for (long page = 50; page < 150; page++) {
            assertThat(space.allocate()).isEqualTo(page);
        }
    }

    @Test
    void equalsBitSets() throws IOException {
        long seed = 41;
        Random random = new Random(seed);
        BitSet used = new BitSet();
        BitSet pending = new BitSet();
        used.set(0);
        for (int step = 0; step < 300_000; step++) {
            int kind = random.nextInt(100);
            int page = used.length() == 0 ? 0 : used.nextSetBit(random.nextInt(used.length()));
            if (kind < 50) {
                long got = space.allocate();
                assertThat(used.get((int) got))
                        .as("seed %d step %d", seed, step)
                        .isFalse();
                used.set((int) got);
            } else if (kind < 70 && page > 0 && !pending.get(page)) {
                space.free(page);
                used.clear(page);
            } else if (kind < 98 && page > 0 && !pending.get(page)) {
                space.freeLater(page);
                pending.set(page);
            } else if (kind == 98) {
                space.releasePending();
                used.andNot(pending);
                pending.clear();
                space.trimTail(0);
            } else if (random.nextInt(20) == 0) {
                space.trim();
            }
            assertThat(space.usedPages()).isEqualTo(used.cardinality());
            assertThat(space.pendingPages()).isEqualTo(pending.cardinality());
        }
        used.andNot(pending);
        assertThat(space.endAfterCheckpoint()).isEqualTo(used.length());
        for (int word = 0; word * 64 < used.length() + 64; word++) {
            long[] expected = used.get(word * 64, word * 64 + 64).toLongArray();
            assertThat(space.wordAfterCheckpoint(word)).isEqualTo(expected.length == 0 ? 0 : expected[0]);
        }
    }
}
