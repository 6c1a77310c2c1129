package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reference counts and their recount at their limits, and what the store promises of pages. */
class CountsTest {
    private static final int PER_LEAF = 1016;
    private static final long CHUNK_BYTES = PER_LEAF * 4L + 80;

    private MetadataFixture fixture;
    private ReferenceCounts counts;

    @BeforeEach
    void create() throws IOException {
        fixture = MetadataFixture.create(new MemoryDirectory());
        fixture.store.groups().open(1, 0);
        counts = fixture.store.references();
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private static long block(int slot) {
        return BlockAddress.of(1, slot);
    }

    private static List<Integer> slots(SlotSet set) {
        List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < set.words() * 64; slot++) {
            if (set.contains(slot)) {
                slots.add(slot);
            }
        }
        return slots;
    }

    @Test
    void liveBlocksAreThoseWithReferences() throws IOException {
        for (int slot : new int[] {0, 5, PER_LEAF - 1, PER_LEAF, 3 * PER_LEAF + 7}) {
            assertThat(counts.addExternal(block(slot), 1)).isEqualTo(1);
        }
        counts.addExternal(block(6), 1);
        counts.addExternal(block(6), -1);
        int all = 3 * PER_LEAF + 8;
        assertThat(slots(counts.live(1, all))).containsExactly(0, 5, PER_LEAF - 1, PER_LEAF, 3 * PER_LEAF + 7);
        assertThat(slots(counts.live(1, all - 1))).containsExactly(0, 5, PER_LEAF - 1, PER_LEAF);
        assertThat(slots(counts.live(1, PER_LEAF))).containsExactly(0, 5, PER_LEAF - 1);
        assertThat(slots(counts.live(1, PER_LEAF + 1))).containsExactly(0, 5, PER_LEAF - 1, PER_LEAF);
        assertThat(slots(counts.live(1, 0))).isEmpty();
    }

    @Test
    void referencesFromOutsideKeepWithinTheirLimits() throws IOException {
        assertThat(counts.addExternal(block(3), 0)).isZero();
        assertThatThrownBy(() -> counts.addExternal(block(3), -1))
                .isInstanceOf(CorruptionException.class)
                .hasMessage("block 1:3: references from outside: actual=0-1 expected=0 to 2^32-1");
        assertThat(counts.addExternal(block(3), Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(counts.addExternal(block(3), Integer.MAX_VALUE)).isEqualTo(0xFFFF_FFFEL);
        assertThat(counts.addExternal(block(3), 0)).isEqualTo(0xFFFF_FFFEL);
        assertThatThrownBy(() -> counts.addExternal(block(3), 2))
                .isInstanceOf(CorruptionException.class)
                .hasMessage("block 1:3: references from outside: actual=4294967294+2 expected=0 to 2^32-1");
        assertThat(counts.addExternal(block(3), 1)).isEqualTo(ReferenceCounts.MAX_COUNT);
        assertThat(counts.external(block(3))).isEqualTo(ReferenceCounts.MAX_COUNT);
        assertThat(counts.addExternal(block(3), -1)).isEqualTo(0xFFFF_FFFEL);
        assertThat(counts.external(block(4))).isZero();
    }

    @Test
    void allReferencesTogetherKeepWithinTheirLimit() throws IOException {
        int image = fixture.image("a");
        fixture.store.maps().map(image, 0, block(9), 1);
        counts.addExternal(block(9), Integer.MAX_VALUE);
        counts.addExternal(block(9), Integer.MAX_VALUE);
        assertThat(counts.count(block(9))).isEqualTo(ReferenceCounts.MAX_COUNT);
        assertThatThrownBy(() -> counts.addExternal(block(9), 1))
                .isInstanceOf(CorruptionException.class)
                .hasMessage("block 1:9: references: actual=4294967295+1 expected=0 to 2^32-1");
        assertThat(counts.count(block(9))).isEqualTo(ReferenceCounts.MAX_COUNT);
        assertThat(counts.external(block(9))).isEqualTo(0xFFFF_FFFEL);
        assertThatThrownBy(() -> counts.add(block(9), 1))
                .isInstanceOf(CorruptionException.class)
                .hasMessage("block 1:9: references: actual=4294967295+1 expected=0 to 2^32-1");
        assertThatThrownBy(() -> counts.add(block(10), -1))
                .isInstanceOf(CorruptionException.class)
                .hasMessage("block 1:10: references: actual=0-1 expected=0 to 2^32-1");
    }

    @Test
    void countsOfManyGroupsAndLeavesAreKeptApart() throws IOException {
        for (int group = 2; group <= 90; group++) {
            fixture.store.groups().open(group, group);
        }
        Map<Long, Long> expected = new HashMap<>();
        Random random = new Random(5);
        for (int step = 0; step < 6_000; step++) {
            int slot = random.nextInt(3) * PER_LEAF + random.nextInt(2);
            long address = BlockAddress.of(1 + random.nextInt(90), slot);
            long before = expected.getOrDefault(address, 0L);
            int delta = before > 0 && random.nextBoolean() ? -1 : 1;
            assertThat(counts.addExternal(address, delta)).isEqualTo(before + delta);
            expected.put(address, before + delta);
            if (step % 1_500 == 0) {
                fixture.checkpoint();
            }
        }
        for (Map.Entry<Long, Long> each : expected.entrySet()) {
            assertThat(counts.count(each.getKey())).isEqualTo(each.getValue());
            assertThat(counts.external(each.getKey())).isEqualTo(each.getValue());
        }
        fixture.assertSound();
        fixture.checkpoint();
        fixture.reopen();
        for (Map.Entry<Long, Long> each : expected.entrySet()) {
            assertThat(fixture.store.references().count(each.getKey())).isEqualTo(each.getValue());
        }
    }

    @Test
    void aCountThatDoesNotFitStays() throws IOException {
        CountTree tree = new CountTree(fixture.store.pages(), TreeShape.SHARED_PAGES);
        TreeRoot root = new TreeRoot();
        assertThat(tree.add(root, 5_000, 3)).isEqualTo(3);
        assertThat(tree.add(root, 5_000, -4)).isEqualTo(-1);
        assertThat(tree.get(root, 5_000)).isEqualTo(3);
        assertThat(tree.get(root, 5_001)).isZero();
        assertThat(tree.add(root, 5_000, -3)).isZero();
        assertThat(root.pointer).as("no page is left").isZero();
    }

    @Test
    void countsThatAreAllNothingTakeNoPages() throws IOException {
        int image = fixture.image("a");
        long used = fixture.store.statistics().usedPages();
        fixture.store.maps().map(image, 0, block(PER_LEAF), 3);
        counts.addExternal(block(PER_LEAF), 1);
        counts.addExternal(block(9 * PER_LEAF), 1);
        assertThat(fixture.store.statistics().usedPages()).isGreaterThan(used + 5);
        assertThatThrownBy(() -> fixture.store.groups().free(1)).isInstanceOf(IllegalStateException.class);
        fixture.store.maps().unmap(image, 0, 3);
        counts.addExternal(block(9 * PER_LEAF), -1);
        assertThat(counts.count(block(PER_LEAF))).isEqualTo(1);
        counts.addExternal(block(PER_LEAF), -1);
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(used);
        fixture.store.groups().free(1);
    }

    @Test
    void pagesThatNobodySharesAnyMoreAreNotCounted() throws IOException {
        int image = fixture.image("a");
        fixture.store.maps().map(image, 0, block(0), 3);
        long used = fixture.store.statistics().usedPages();
        int clone = fixture.store.catalogue().freeId();
        fixture.store.catalogue().createFrom(image, clone, "b", false, false, 1000);
        fixture.store.maps().share(image, clone);
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(used + 1);
        fixture.delete(clone, 4);
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(used);
        assertThat(counts.count(block(0))).isEqualTo(1);
        fixture.assertSound();
    }

    @Test
    void aReferenceFromOutsideFindsPagesOrChangesNothing() throws IOException {
        long[] allowance = {Long.MAX_VALUE};
        SpaceGuard guard = bytes -> {
            if (bytes > allowance[0]) {
                throw new VolumeFullException("guard", "no more");
            }
        };
        MetadataSettings settings = new MetadataSettings(
                MetadataFixture.VOLUME, MetadataFixture.ENTRY_BYTES, 1 << 20, false, LivenessListener.NONE, guard);
        try (MetadataStore store = MetadataStore.create(new MemoryDirectory(), settings)) {
            store.groups().open(1, 0);
            while (store.pages().freeSpace().readyPages() > 4) {
                store.pages().allocate(TreeShape.COUNTS, 0);
            }
            allowance[0] = 0;
            long dirty = store.dirtyBytes();
            assertThatThrownBy(() -> store.references().addExternal(block(3), 1))
                    .isInstanceOf(VolumeFullException.class);
            assertThat(store.dirtyBytes()).isEqualTo(dirty);
            assertThat(store.references().count(block(3))).isZero();
            allowance[0] = Long.MAX_VALUE;
            assertThat(store.references().addExternal(block(3), 1)).isEqualTo(1);
        }
    }

    @Test
    void blocksOfNoGroupHaveNoReferences() throws IOException {
        assertThat(counts.count(BlockAddress.of(7, 0))).isZero();
        assertThat(counts.external(BlockAddress.of(7, 0))).isZero();
        assertThatThrownBy(() -> counts.addExternal(BlockAddress.of(7, 0), 1)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void dirtyBytesAreThoseOfDirtyPages() throws IOException {
        fixture.checkpoint();
        assertThat(fixture.store.dirtyBytes()).isZero();
        assertThat(fixture.store.isDirty()).isFalse();
        fixture.image("a");
        long pages = fixture.store.statistics().dirtyPages();
        assertThat(pages).isPositive();
        assertThat(fixture.store.dirtyBytes()).isEqualTo(pages * PageLayout.PAGE_BYTES);
        assertThat(fixture.store.isDirty()).isTrue();
    }

    @Test
    void verificationTellsHowManyPagesItRead() throws IOException {
        fixture.image("a");
        fixture.checkpoint();
        long used = fixture.store.statistics().usedPages();
        assertThat(fixture.store.verify((resource, message) -> {}, 1 << 20)).isEqualTo(used);
    }

    @Test
    void aClosedStoreReadsNoFile() throws IOException {
        fixture.image("a");
        fixture.checkpoint();
        fixture.store.close();
        assertThatThrownBy(() -> fixture.store.verify((resource, message) -> {}, 1 << 20))
                .isInstanceOf(IOException.class);
    }

    @Test
    void pagesSetAsideAreThereForWhoeverSetThemAside() throws IOException {
        AtomicLong claimed = new AtomicLong();
        MetadataSettings settings = new MetadataSettings(
                MetadataFixture.VOLUME,
                MetadataFixture.ENTRY_BYTES,
                1 << 20,
                false,
                LivenessListener.NONE,
                claimed::addAndGet);
        try (MetadataStore store = MetadataStore.create(new MemoryDirectory(), settings)) {
            FreeSpace space = store.pages().freeSpace();
            store.reserveHeld(40);
            assertThat(space.readyPages()).isBetween(40L, 80L);
            store.hold(600);
            assertThat(space.readyPages()).isBetween(728L, 900L);
            store.reserveToFree(300);
            assertThat(space.readyPages()).isBetween(900L, 1_100L);
            store.reserve(600);
            assertThat(space.readyPages()).isBetween(1_328L, 1_600L);
            store.unhold(600);
            long before = claimed.get();
            assertThat(before).isEqualTo(space.capacityPages() * PageLayout.PAGE_BYTES);
            store.hold(500);
            store.reserve(600);
            assertThat(claimed.get()).as("nothing more is needed").isEqualTo(before);
            store.unhold(10_000);
            store.reserve(1_100);
            assertThat(claimed.get()).as("less than nothing is not held").isEqualTo(before);
        }
    }

    private static Page leaf(long... addresses) {
        byte[] data = new byte[PageLayout.PAGE_BYTES];
        for (int i = 0; i < addresses.length; i++) {
            Bytes.putLong(data, PageLayout.HEADER_BYTES + i * Long.BYTES, addresses[i]);
        }
        return new Page(data, PagePointer.of(1, 1), TreeShape.IMAGE_MAP, 0, addresses.length);
    }

    @Test
    void recountLeavesGroupsForALaterPassWhenMemoryIsShort() {
        ReferenceRecount recount = new ReferenceRecount(2, 3 * CHUNK_BYTES);
        recount.count(leaf(
                BlockAddress.of(1, 0),
                BlockAddress.of(2, 7),
                BlockAddress.of(2, 7),
                0,
                BlockAddress.of(3, PER_LEAF + 1),
                BlockAddress.of(4, 0)));
        assertThat(recount.endGroup()).as("three chunks fit exactly").isEqualTo(Integer.MAX_VALUE);
        recount.count(leaf(BlockAddress.of(4, 5 * PER_LEAF)));
        assertThat(recount.endGroup()).as("the fourth is one too many").isEqualTo(4);
        // The two chunks of group 4 are free again: one more fits, a second does not.
        recount.count(leaf(BlockAddress.of(2, PER_LEAF), BlockAddress.of(4, 0), BlockAddress.of(5, 0)));
        assertThat(recount.endGroup()).isEqualTo(4);
        recount.count(leaf(BlockAddress.of(2, 2 * PER_LEAF)));
        assertThat(recount.endGroup()).isEqualTo(3);
        assertThat(recount.take(3, 1)).isNull();
        assertThat(recount.take(1, 0)).isNull();
        int[] first = recount.take(2, 0);
        assertThat(first).isNotNull();
        assertThat(first[7]).isEqualTo(2);
        assertThat(recount.take(2, 0)).as("taken once").isNull();
        ReferenceRecount.Untaken untaken = recount.nextUntaken();
        assertThat(untaken).isNotNull();
        assertThat(untaken.group()).isEqualTo(2);
        assertThat(untaken.firstSlot()).isIn(PER_LEAF, 2 * PER_LEAF);
        assertThat(untaken.counts()[0]).isEqualTo(1);
        assertThat(recount.nextUntaken()).isNotNull();
        assertThat(recount.nextUntaken()).isNull();
    }

    @Test
    void oneGroupIsRecountedWhateverItTakes() {
        ReferenceRecount recount = new ReferenceRecount(1, 1);
        recount.count(leaf(BlockAddress.of(1, 0), BlockAddress.of(1, PER_LEAF), BlockAddress.of(1, 2 * PER_LEAF)));
        assertThat(recount.endGroup()).isEqualTo(Integer.MAX_VALUE);
        for (int leaf = 0; leaf < 3; leaf++) {
            assertThat(recount.take(1, leaf)).isNotNull();
        }
    }
}
