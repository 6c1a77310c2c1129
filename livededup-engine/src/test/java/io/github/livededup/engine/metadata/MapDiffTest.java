package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MapDiffTest {
    private static final int PER_LEAF = 508;
    private static final long GIB_BLOCKS = (1L << 30) / 4096;

    private MetadataFixture fixture;
    private ImageMap maps;
    private int base;
    private int image;

    @BeforeEach
    void create() throws IOException {
        fixture = MetadataFixture.create(new MemoryDirectory());
        fixture.store.groups().open(1, 0);
        maps = fixture.store.maps();
        base = fixture.image("base");
        image = fixture.image("image");
    }

    @AfterEach
    void close() throws IOException {
        fixture.assertSound();
        fixture.close();
    }

    private static long block(int slot) {
        return BlockAddress.of(1, slot);
    }

    /** Block to "base address / address"; also checks what every step promises. */
    private Map<Long, String> compare(MapDiff diff, int baseId, int imageId, long from, long to) throws IOException {
        Map<Long, String> found = new TreeMap<>();
        long at = from;
        long last = from - 1;
        while (at < to) {
            long visited = diff.pagesVisited();
            long next = maps.compare(diff, baseId, imageId, at, to);
            assertThat(next).isGreaterThan(at).isLessThanOrEqualTo(to);
            assertThat(diff.pagesVisited() - visited).isLessThan(160);
            for (int i = 0; i < diff.size(); i++) {
                assertThat(diff.block(i)).isBetween(Math.max(at, last + 1), next - 1);
                last = diff.block(i);
                found.put(last, diff.baseAddress(i) + "/" + diff.address(i));
            }
            at = next;
        }
        return found;
    }

    private Map<Long, String> compare(int baseId, int imageId) throws IOException {
        return compare(maps.diff(), baseId, imageId, 0, ImageMap.MAX_BLOCKS);
    }

    @Test
    void clonesDoNotDiffer() throws IOException {
        maps.map(base, 0, block(0), 100 * PER_LEAF);
        maps.share(base, image);
        MapDiff diff = maps.diff();
        assertThat(compare(diff, base, image, 0, ImageMap.MAX_BLOCKS)).isEmpty();
        assertThat(diff.pagesVisited()).isZero();
        int other = fixture.image("other");
        assertThat(compare(other, fixture.image("empty"))).isEmpty();
    }

    @Test
    void theTimeIsThatOfTheDifference() throws IOException {
        long blocks = 100 * GIB_BLOCKS;
        for (long at = 0; at < blocks; at += 30_000) {
            maps.map(base, at, block((int) (at / 30_000) * 4), 4);
        }
        assertThat(fixture.store.statistics().usedPages()).isGreaterThan(800);
        maps.share(base, image);
        int other = fixture.image("other");
        maps.share(base, other);
        maps.map(image, 5, block(9_000), 1);
        maps.map(image, blocks / 2, block(9_001), 1);
        maps.unmap(other, 30_001, 1);
        MapDiff diff = maps.diff();
        Map<Long, String> found = compare(diff, image, other, 0, blocks);
        assertThat(found).containsOnlyKeys(5L, 30_001L, blocks / 2);
        assertThat(found).containsEntry(30_001L, block(5) + "/0");
        // Of each tree the root, the pages above the three leaves, and the leaves.
        assertThat(diff.pagesVisited()).isBetween(6L, 14L);
    }

    @Test
    void treesOfOtherHeights() throws IOException {
        maps.map(base, 1, block(1), 2);
        maps.map(image, 2, block(2), 1);
        maps.map(image, 1L << 40, block(3), 1);
        assertThat(compare(base, image))
                .containsExactly(Map.entry(1L, block(1) + "/0"), Map.entry(1L << 40, "0/" + block(3)));
        assertThat(compare(image, base))
                .containsExactly(Map.entry(1L, "0/" + block(1)), Map.entry(1L << 40, block(3) + "/0"));
        assertThat(compare(maps.diff(), base, image, 3, 1L << 40)).isEmpty();
        assertThat(compare(maps.diff(), base, image, (1L << 40) + 1, ImageMap.MAX_BLOCKS))
                .isEmpty();
        assertThat(compare(maps.diff(), image, base, 1L << 47, ImageMap.MAX_BLOCKS))
                .isEmpty();
    }

    @Test
    void aSmallerTreeSharedWithAHigherOne() throws IOException {
        maps.map(base, 0, block(0), 600 * PER_LEAF);
        maps.share(base, image);
        maps.map(image, 1L << 44, block(7), 1);
        MapDiff diff = maps.diff();
        assertThat(compare(diff, base, image, 0, ImageMap.MAX_BLOCKS)).containsOnlyKeys(1L << 44);
        assertThat(diff.pagesVisited()).isLessThan(20);
        assertThat(compare(image, base)).containsOnlyKeys(1L << 44);
    }

    @Test
    void withoutABaseAllThatIsMappedDiffers() throws IOException {
        maps.map(image, 100, block(0), 3 * PER_LEAF);
        maps.map(image, 1L << 33, block(0), 1);
        assertThat(compare(MapDiff.NO_IMAGE, image)).hasSize(3 * PER_LEAF + 1);
        assertThat(compare(MapDiff.NO_IMAGE, base)).isEmpty();
    }

    @Test
    void manyDifferencesTakeManySteps() throws IOException {
        maps.map(base, 0, block(0), 100 * PER_LEAF);
        maps.map(image, 0, block(1), 100 * PER_LEAF);
        MapDiff diff = maps.diff();
        assertThat(maps.compare(diff, base, image, 0, ImageMap.MAX_BLOCKS)).isEqualTo(8 * PER_LEAF);
        assertThat(diff.size()).isEqualTo(8 * PER_LEAF);
        assertThat(compare(base, image)).hasSize(100 * PER_LEAF);
    }

    @Test
    void scatteredDifferencesTakeBoundedSteps() throws IOException {
        for (int i = 0; i < 300; i++) {
            maps.map(base, i * 300_000L, block(i), 1);
            maps.map(image, i * 300_000L + 5, block(i), 1);
        }
        assertThat(compare(base, image)).hasSize(600);
    }

    @Test
    void anImageThatIsGone() {
        assertThatThrownBy(() -> compare(99, image)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomMapsAgainstAComparisonBlockByBlock(long seed) throws IOException {
        Random random = new Random(seed);
        int[] images = {base, image, fixture.image("third")};
        long[] spots = {0, PER_LEAF - 2, 20 * PER_LEAF, 508L * PER_LEAF - 3, 508L * 508 * PER_LEAF + 1, 1L << 41};
        int window = 3 * PER_LEAF;
        for (int step = 0; step < 120; step++) {
            int id = images[random.nextInt(images.length)];
            long at = spots[random.nextInt(spots.length)] + random.nextInt(PER_LEAF);
            int count = 1 + random.nextInt(random.nextBoolean() ? 3 : PER_LEAF);
            switch (random.nextInt(5)) {
                case 0 -> maps.unmap(id, at, count);
                case 1 -> {
                    int from = images[random.nextInt(images.length)];
                    if (from != id) {
                        maps.unmap(id, 0, ImageMap.MAX_BLOCKS);
                        maps.share(from, id);
                    }
                }
                default -> maps.map(id, at, block(random.nextInt(1000)), count);
            }
            if (step % 10 == 0) {
                fixture.checkpoint();
            }
            int first = images[random.nextInt(images.length)];
            int second = images[random.nextInt(images.length)];
            Map<Long, String> expected = new TreeMap<>();
            for (long spot : spots) {
                for (long b = spot; b < spot + window; b++) {
                    long baseAddress = maps.get(first, b);
                    long address = maps.get(second, b);
                    if (baseAddress != address) {
                        expected.put(b, baseAddress + "/" + address);
                    }
                }
            }
            assertThat(compare(first, second)).as("seed %d step %d", seed, step).isEqualTo(expected);
            long from = spots[random.nextInt(spots.length)] + random.nextInt(PER_LEAF);
            long to = from + random.nextInt(2 * PER_LEAF);
            assertThat(compare(maps.diff(), first, second, from, to))
                    .as("seed %d step %d range %d..%d", seed, step, from, to)
                    .isEqualTo(new TreeMap<>(new TreeMap<>(expected).subMap(from, to)));
        }
    }
}
