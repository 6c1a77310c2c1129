package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The metadata opened without its counts, which are made anew; and what an opening that fails leaves. */
class CountRebuildTest {
    private static final int BLOCKS = 3_000;

    private final FaultyDirectory directory = new FaultyDirectory(new MemoryDirectory());
    private MetadataFixture fixture;

    @BeforeEach
    void fill() throws IOException {
        fixture = MetadataFixture.create(directory);
        fixture.store.groups().open(1, 0);
        int image = fixture.image("a");
        fixture.store.maps().map(image, 0, BlockAddress.of(1, 0), BLOCKS);
        int clone = fixture.store.catalogue().freeId();
        fixture.store.catalogue().createFrom(image, clone, "b", false, false, 1000);
        fixture.store.maps().share(image, clone);
        fixture.store.references().addExternal(BlockAddress.of(1, 7), 5);
        fixture.store.references().addExternal(BlockAddress.of(1, BLOCKS), 2);
        fixture.checkpoint();
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
        assertThat(directory.openFiles()).isZero();
    }

    private MetadataStore openWithoutCounts(List<MetadataRoots> others) throws IOException {
        return MetadataStore.openWithoutCounts(directory, fixture.roots, others, fixture.settings(false));
    }

    /** Damages the pages of a kind; returns how many there are. */
    private int damage(int kind) throws IOException {
        int found = 0;
        PageFile file = fixture.store.pages().file();
        for (long page = 1; page < file.sizePages(); page++) {
            byte[] data = new byte[PageLayout.PAGE_BYTES];
            try (VolumeFile raw = directory.open(MetadataStore.FILE_NAME, OpenMode.READ)) {
                raw.read(ByteBuffer.wrap(data), page * PageLayout.PAGE_BYTES);
            }
            if (data[4] == kind && data[5] == 'M') {
                directory.rot(MetadataStore.FILE_NAME, page * PageLayout.PAGE_BYTES + 100, 1);
                found++;
            }
        }
        return found;
    }

    private void assertCountsAsBefore() throws IOException {
        ReferenceCounts counts = fixture.store.references();
        assertThat(counts.count(BlockAddress.of(1, 0)))
                .as("two images, one page")
                .isEqualTo(1);
        assertThat(counts.count(BlockAddress.of(1, 7))).isEqualTo(6);
        assertThat(counts.external(BlockAddress.of(1, 7))).isEqualTo(5);
        assertThat(counts.count(BlockAddress.of(1, BLOCKS))).isEqualTo(2);
        assertThat(counts.count(BlockAddress.of(1, BLOCKS + 1))).isZero();
        GroupInfo group = fixture.store.groups().get(1);
        assertThat(group.liveBlocks()).isEqualTo(BLOCKS + 1);
        assertThat(group.liveBytes()).isEqualTo((BLOCKS + 1L) * MetadataFixture.STORED_BYTES);
        fixture.assertSound();
    }

    @Test
    void countsAndTheListOfFreePagesAreMadeAnewFromTheMaps() throws IOException {
        long usedBefore = fixture.store.statistics().usedPages();
        assertThat(damage(PageLayout.KIND_COUNTS & 0xFF)).isPositive();
        assertThat(damage(PageLayout.KIND_FREE_SPACE & 0xFF)).isPositive();
        assertThat(damage(PageLayout.KIND_SHARED_PAGES & 0xFF)).isPositive();
        fixture.store.close();
        assertThatThrownBy(fixture::reopen).isInstanceOf(CorruptionException.class);

        MetadataFixture rebuilt = MetadataFixture.openWithoutCounts(fixture);
        assertThat(rebuilt.store.groups().get(1).liveBlocks()).as("cleared").isZero();
        assertThat(rebuilt.store.groups().get(1).liveBytes()).isZero();
        rebuilt.store.rebuildCounts();
        fixture = rebuilt;
        fixture.checkpoint();
        assertCountsAsBefore();
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(usedBefore);
        fixture.reopen();
        assertCountsAsBefore();
    }

    @Test
    void pagesOfAllCheckpointsNamedStayUntilTheNextOne() throws IOException {
        MetadataRoots older = fixture.roots;
        Set<Long> needed = new HashSet<>();
        collect(older, needed);
        fixture.store.maps().map(1, 5_000, BlockAddress.of(1, 0), 2_000);
        fixture.checkpoint();
        collect(fixture.roots, needed);
        fixture.store.close();

        fixture = MetadataFixture.openWithoutCounts(fixture, older);
        PageStore pages = fixture.store.pages();
        assertThat(pages.generation()).isEqualTo(fixture.roots.generation() + 1);
        long[] taken = new long[300];
        for (int i = 0; i < taken.length; i++) {
            Page page = pages.allocate(TreeShape.COUNTS, 0);
            assertThat(needed).doesNotContain(page.number());
            taken[i] = page.pointer;
        }
        for (long pointer : taken) {
            pages.free(pointer);
        }
        fixture.store.rebuildCounts();
        fixture.checkpoint();
        // Then they are free: the check misses none.
        assertThat(pages.freeSpace().pendingPages()).isZero();
        fixture.assertSound();
        fixture.reopen();
        fixture.assertSound();
    }

    private void collect(MetadataRoots roots, Set<Long> into) throws IOException {
        PageCensus census = PageCensus.take(fixture.store.pages().file(), roots, MetadataFixture.ENTRY_BYTES);
        census.reached().stream().forEach(page -> into.add((long) page));
        census.derived().stream().forEach(page -> into.add((long) page));
    }

    @Test
    void whatCannotBeMadeAnewMustBeIntact() throws IOException {
        assertThat(damage(PageLayout.KIND_IMAGE_MAP & 0xFF)).isPositive();
        fixture.store.close();
        assertThatThrownBy(() -> openWithoutCounts(List.of()))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("image map");
        assertThat(directory.openFiles()).isZero();
    }

    @Test
    void creatingOrOpeningThatFailsClosesTheFile() throws IOException {
        fixture.store.close();
        MetadataRoots wrong = new MetadataRoots(
                fixture.roots.generation(),
                1 << 20,
                fixture.roots.catalogue(),
                fixture.roots.catalogueHeight(),
                fixture.roots.groups(),
                fixture.roots.groupsHeight(),
                fixture.roots.sharedPages(),
                fixture.roots.sharedPagesHeight(),
                fixture.roots.freeSpace(),
                fixture.roots.freeSpacePages());
        directory.on(FileOperation.CLOSE).nth(0).then(Fault.error());
        assertThatThrownBy(() -> MetadataStore.open(directory, wrong, fixture.settings(true)))
                .isInstanceOf(CorruptionException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(directory.openFiles()).isZero();
        directory.delete(MetadataStore.FILE_NAME);
        directory.on(FileOperation.FORCE).nth(0).then(Fault.error());
        assertThatThrownBy(() -> MetadataStore.create(directory, fixture.settings(false)))
                .hasMessageContaining("injected");
        assertThat(directory.openFiles()).isZero();
    }

    @Test
    void figuresAreThoseOfTheFile() throws IOException {
        MetadataStatistics figures = fixture.store.statistics();
        long bytes;
        try (VolumeFile file = directory.open(MetadataStore.FILE_NAME, OpenMode.READ)) {
            bytes = file.sizeBytes();
        }
        assertThat(figures.fileBytes()).isEqualTo(bytes).isPositive();
        assertThat(figures.allocatedBytes()).isBetween(figures.usedPages() * PageLayout.PAGE_BYTES, bytes);
        assertThat(figures.dirtyPages()).isZero();
        assertThat(figures.pendingPages()).isZero();
        assertThat(figures.cachedPages()).isPositive();
    }

    @Test
    void trimmingGivesBackWhatIsNotUsed() throws IOException {
        fixture.delete(1, 4);
        fixture.delete(2, 4);
        fixture.checkpoint();
        MetadataStatistics before = fixture.store.statistics();
        fixture.store.trim();
        MetadataStatistics after = fixture.store.statistics();
        assertThat(after.fileBytes()).isLessThan(before.fileBytes());
        assertThat(after.allocatedBytes()).isLessThan(before.allocatedBytes());
        assertThat(after.usedPages()).isEqualTo(before.usedPages());
        fixture.reopen();
        fixture.assertSound();
    }

    @Test
    void retiredSlotsAreKept() throws IOException {
        SlotSet retired = new SlotSet(200);
        retired.add(3);
        retired.add(130);
        fixture.store.groups().open(2, 1);
        fixture.store.groups().seal(2, 200, 4096, 4096, 1);
        fixture.store.retired().put(2, retired);
        fixture.checkpoint();
        fixture.reopen();
        SlotSet found = fixture.store.retired().get(2, 200);
        assertThat(found.count()).isEqualTo(2);
        assertThat(found.contains(3)).isTrue();
        assertThat(found.contains(130)).isTrue();
        assertThat(fixture.store.retired().get(1, 200).count()).isZero();
    }
}
