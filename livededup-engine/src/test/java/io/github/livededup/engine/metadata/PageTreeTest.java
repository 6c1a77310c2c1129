package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTreeTest {
    private static final long MAX = 1L << 48;

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void countsEqualPlainMap(long seed) throws IOException {
        Random random = new Random(seed);
        TreeRoot root = new TreeRoot();
        TreeMap<Long, Long> model = new TreeMap<>();
        try (MetadataFixture fixture = MetadataFixture.create(new MemoryDirectory())) {
            PageStore pages = fixture.store.pages();
            CountTree tree = new CountTree(pages, TreeShape.COUNTS);
            long usedBefore = fixture.store.statistics().usedPages();
            for (int step = 0; step < 200_000; step++) {
                long index = anyIndex(random);
                long before = model.getOrDefault(index, 0L);
                int delta = random.nextInt(2001) - 1000;
                long expected = before + delta;
                long actual = tree.add(root, index, delta);
                if (expected < 0) {
                    assertThat(actual).isEqualTo(-1);
                } else {
                    assertThat(actual).as("seed %d step %d", seed, step).isEqualTo(expected);
                    model.merge(index, (long) delta, Long::sum);
                    model.remove(index, 0L);
                }
                if (random.nextInt(2000) == 0) {
                    fixture.checkpoint();
                }
            }
            for (var entry : model.entrySet()) {
                assertThat(tree.get(root, entry.getKey())).isEqualTo(entry.getValue());
            }
            long leaf = 0;
            for (long index : model.keySet()) {
                long expected = index / 1016;
                if (expected >= leaf) {
                    assertThat(tree.tree().nextLeaf(root, leaf)).isEqualTo(expected);
                    leaf = expected + 1;
                }
            }
            assertThat(tree.tree().nextLeaf(root, leaf)).isEqualTo(Long.MAX_VALUE);
            for (var entry : model.entrySet()) {
                assertThat(tree.add(root, entry.getKey(), (int) -entry.getValue()))
                        .isZero();
            }
            assertThat(root.pointer).isZero();
            assertThat(root.height).isZero();
            fixture.checkpoint();
            assertThat(fixture.store.statistics().usedPages()).isEqualTo(usedBefore);
        }
    }

    private static long anyIndex(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> (random.nextLong() & MAX - 1) >>> random.nextInt(40);
            case 1 -> MAX - 1 - random.nextInt(3000);
            default -> random.nextInt(20_000);
        };
    }

    @Test
    void dropFreesEveryPage() throws IOException {
        try (MetadataFixture fixture = MetadataFixture.create(new MemoryDirectory())) {
            long usedBefore = fixture.store.statistics().usedPages();
            CountTree tree = new CountTree(fixture.store.pages(), TreeShape.COUNTS);
            TreeRoot root = new TreeRoot();
            for (long index = 1; index < MAX; index *= 3) {
                tree.add(root, index, 1);
            }
            assertThat(root.height).isEqualTo(6);
            fixture.checkpoint();
            tree.tree().drop(root);
            fixture.checkpoint();
            assertThat(fixture.store.statistics().usedPages()).isEqualTo(usedBefore);
        }
    }

    @Test
    void dirtyPagesChangeInPlaceAndCleanOnesMove() throws IOException {
        try (MetadataFixture fixture = MetadataFixture.create(new MemoryDirectory())) {
            CountTree tree = new CountTree(fixture.store.pages(), TreeShape.COUNTS);
            TreeRoot root = new TreeRoot();
            tree.add(root, 5, 1);
            long first = root.pointer;
            tree.add(root, 6, 1);
            assertThat(root.pointer).isEqualTo(first);
            fixture.checkpoint();
            tree.add(root, 7, 1);
            assertThat(root.pointer).isNotEqualTo(first);
            assertThat(tree.get(root, 5) + tree.get(root, 6) + tree.get(root, 7))
                    .isEqualTo(3);
        }
    }

    @Test
    void unsignedCountsEndAt32Bits() throws IOException {
        try (MetadataFixture fixture = MetadataFixture.create(new MemoryDirectory())) {
            CountTree tree = new CountTree(fixture.store.pages(), TreeShape.COUNTS);
            TreeRoot root = new TreeRoot();
            assertThat(tree.add(root, 9, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
            assertThat(tree.add(root, 9, Integer.MAX_VALUE)).isEqualTo(0xFFFF_FFFEL);
            assertThat(tree.add(root, 9, 1)).isEqualTo(0xFFFF_FFFFL);
            assertThat(tree.add(root, 9, 1)).isEqualTo(-1);
            assertThat(tree.get(root, 9)).isEqualTo(0xFFFF_FFFFL);
        }
    }
}
