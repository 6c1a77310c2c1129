package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageMapTest {
    private static final int PER_LEAF = 508;

    private MetadataFixture fixture;
    private ImageMap maps;
    private int image;

    @BeforeEach
    void create() throws IOException {
        fixture = MetadataFixture.create(new MemoryDirectory());
        fixture.store.groups().open(1, 0);
        maps = fixture.store.maps();
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

    private long count(int slot) throws IOException {
        return fixture.store.references().count(block(slot));
    }

    @Test
    void countsFollowMapping() throws IOException {
        maps.map(image, 10, block(0), 3);
        maps.map(image, 20, block(0), 1);
        assertThat(count(0)).isEqualTo(2);
        assertThat(count(2)).isEqualTo(1);
        maps.map(image, 10, block(5), 3);
        assertThat(count(0)).isEqualTo(1);
        assertThat(count(2)).isZero();
        assertThat(fixture.store.catalogue().get(image).mappedBlocks()).isEqualTo(4);
        maps.map(image, 10, new long[] {0, block(5), 0}, 0, 3);
        assertThat(fixture.store.catalogue().get(image).mappedBlocks()).isEqualTo(2);
        assertThat(fixture.store.groups().get(1).liveBlocks()).isEqualTo(2);
    }

    @Test
    void newReferencesComeBeforeOldOnesGo() throws IOException {
        maps.map(image, 0, block(7), 1);
        List<String> heard = new ArrayList<>();
        fixture.heard = heard;
        maps.map(image, 0, block(7), 1);
        maps.map(image, 0, new long[] {block(8), block(7)}, 0, 2);
        maps.map(image, 0, block(9), 1);
        // Block 7 leaves its place before it comes to the next one.
        assertThat(heard).containsExactly("live 8", "dead 7", "live 7", "live 9", "dead 8");
    }

    @Test
    void cloneSharesPagesAndCountsThemOnce() throws IOException {
        maps.map(image, 0, block(0), 600 * PER_LEAF);
        fixture.checkpoint();
        long used = fixture.store.statistics().usedPages();
        int clone = fixture.image("clone");
        maps.share(image, clone);
        fixture.checkpoint();
        // A page of extra references is all it takes.
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(used + 1);
        assertThat(count(0)).isEqualTo(1);
        assertThat(maps.get(clone, 77)).isEqualTo(block(77));
        // The path to one leaf is copied: its blocks have two references now, the other leaves' one.
        maps.map(clone, 0, block(400_000), 1);
        assertThat(count(0)).isEqualTo(1);
        assertThat(count(1)).isEqualTo(2);
        assertThat(count(PER_LEAF)).isEqualTo(1);
        assertThat(maps.get(image, 0)).isEqualTo(block(0));
        List<Boolean> shared = new ArrayList<>();
        maps.forEachLeaf(clone, 0, 2 * PER_LEAF, (first, addresses, count, isShared) -> shared.add(isShared));
        assertThat(shared).containsExactly(false, true);
        fixture.assertSound();
        fixture.checkpoint();
        fixture.reopen();
        maps = fixture.store.maps();
        fixture.delete(image, 10);
        assertThat(count(0)).isZero();
        assertThat(count(1)).isEqualTo(1);
        assertThat(count(PER_LEAF)).isEqualTo(1);
        fixture.assertSound();
        fixture.delete(clone, 10);
        fixture.checkpoint();
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(3);
    }

    @Test
    void sharedPagesSurviveTheOriginal() throws IOException {
        maps.map(image, 0, block(0), 5000);
        List<Integer> clones = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            clones.add(fixture.image("clone " + i));
            maps.share(image, clones.get(i));
        }
        fixture.delete(image, 3);
        for (int clone : clones) {
            maps.unmap(clone, 1000, 1000);
            assertThat(maps.get(clone, 999)).isEqualTo(block(999));
            assertThat(maps.get(clone, 1000)).isZero();
            fixture.assertSound();
        }
        assertThat(count(1500)).isZero();
        for (int clone : clones) {
            fixture.delete(clone, 100);
        }
        assertThat(fixture.store.groups().get(1).liveBlocks()).isZero();
    }

    @Test
    void stepsOfALongUnmapping() throws IOException {
        maps.map(image, 0, block(0), 100 * PER_LEAF);
        maps.map(image, 1L << 40, block(0), 10);
        long end = maps.endOfStep(image, 0, ImageMap.MAX_BLOCKS, 30);
        assertThat(end).isEqualTo(30 * PER_LEAF);
        assertThat(maps.endOfStep(image, end + 5, ImageMap.MAX_BLOCKS, 30)).isEqualTo(60 * PER_LEAF);
        assertThat(maps.endOfStep(image, 99 * PER_LEAF, ImageMap.MAX_BLOCKS, 1))
                .isGreaterThan(99 * PER_LEAF)
                .isLessThanOrEqualTo(1L << 40);
        assertThat(maps.endOfStep(image, 1L << 41, ImageMap.MAX_BLOCKS, 1)).isEqualTo(ImageMap.MAX_BLOCKS);
        assertThat(maps.endOfStep(image, 0, 100, 1)).isEqualTo(100);
        int clone = fixture.image("clone");
        maps.share(image, clone);
        assertThat(maps.endOfStep(image, 0, ImageMap.MAX_BLOCKS, 1)).isEqualTo(ImageMap.MAX_BLOCKS);
    }

    @Test
    void deletingACloneCostsWhatIsItsOwn() throws IOException {
        // Three levels: the root has two children, the first of them 508 leaves.
        maps.map(image, 0, block(0), 600 * PER_LEAF);
        int clone = fixture.image("clone");
        maps.share(image, clone);
        maps.map(clone, 5, block(400_000), 1);
        maps.map(clone, 3 * PER_LEAF, block(400_001), 1);
        fixture.checkpoint();
        List<Long> own = new ArrayList<>();
        maps.forEachOwnLeaf(clone, 0, ImageMap.MAX_BLOCKS, (first, addresses, count, isShared) -> {
            assertThat(isShared).isFalse();
            return own.add(first);
        });
        assertThat(own).containsExactly(0L, 3L * PER_LEAF);
        own.clear();
        maps.forEachOwnLeaf(clone, 1, ImageMap.MAX_BLOCKS, (first, addresses, count, isShared) -> {
            own.add(first);
            return false;
        });
        assertThat(own).containsExactly(1L);
        maps.forEachOwnLeaf(image, 0, ImageMap.MAX_BLOCKS, (first, addresses, count, isShared) -> own.add(first));
        // The original's pages that the clone has copied, and none of those it shares.
        assertThat(own).containsExactly(1L, 0L, 3L * PER_LEAF);

        // As long as it is not being deleted, what it shares must be counted: one page of pages is a step.
        assertThat(maps.endOfStep(clone, 508L * PER_LEAF, ImageMap.MAX_BLOCKS, 10))
                .isEqualTo(ImageMap.MAX_BLOCKS);
        fixture.store.catalogue().hide(clone);
        assertThat(fixture.store.catalogue().get(clone).deleting()).isTrue();
        assertThat(maps.endOfStep(clone, 0, ImageMap.MAX_BLOCKS, 1000)).isEqualTo(ImageMap.MAX_BLOCKS);
        int steps = 0;
        long from = 0;
        while (from < ImageMap.MAX_BLOCKS) {
            long to = maps.endOfStep(clone, from, ImageMap.MAX_BLOCKS, 100);
            assertThat(maps.pagesToUnmap(clone, from, to - from)).isLessThan(1000);
            maps.unmap(clone, from, to - from);
            from = to;
            steps++;
            // In the middle of it, all counts are right but that of mapped blocks, which is not kept.
            fixture.assertSound();
            fixture.checkpoint();
            fixture.reopen();
            maps = fixture.store.maps();
            assertThat(fixture.store.catalogue().get(clone).mappedBlocks()).isZero();
        }
        assertThat(steps).isBetween(5, 7);
        fixture.store.catalogue().remove(clone);
        assertThat(count(0)).isEqualTo(1);
        assertThat(count(400_000)).isZero();
        assertThat(fixture.store.catalogue().get(image).mappedBlocks()).isEqualTo(600 * PER_LEAF);
        assertThat(fixture.store.groups().get(1).liveBlocks()).isEqualTo(600 * PER_LEAF);
    }

    @Test
    void visitorMayStop() throws IOException {
        maps.map(image, 0, block(0), 10 * PER_LEAF);
        List<Long> firsts = new ArrayList<>();
        maps.forEachLeaf(image, 100, ImageMap.MAX_BLOCKS, (first, addresses, count, shared) -> {
            firsts.add(first);
            return firsts.size() < 3;
        });
        assertThat(firsts).containsExactly(100L, (long) PER_LEAF, 2L * PER_LEAF);
    }

    @Test
    void argumentsOutOfRange() throws IOException {
        assertThatThrownBy(() -> maps.get(image, -1)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> maps.map(image, ImageMap.MAX_BLOCKS, block(1), 1))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> maps.map(image, 0, 5, 1)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> maps.map(image, 0, new long[] {block(1), -1}, 0, 2))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> maps.get(99, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(maps.nextMapped(image, 0, ImageMap.MAX_BLOCKS)).isEqualTo(ImageMap.MAX_BLOCKS);
        maps.map(image, ImageMap.MAX_BLOCKS - 1, block(1), 1);
        assertThat(maps.nextMapped(image, 0, ImageMap.MAX_BLOCKS)).isEqualTo(ImageMap.MAX_BLOCKS - 1);
    }
}
