package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of single pages: copied, moved, freed, and found room for. */
class PageStoreTest {
    private static final TreeShape SHAPE = TreeShape.COUNTS;
    private static final int PAYLOAD = PageLayout.HEADER_BYTES;

    private final FaultyDirectory directory = new FaultyDirectory(new MemoryDirectory());
    /** What the file may still grow by. */
    private long allowance = Long.MAX_VALUE;

    private MetadataStore store;
    private PageStore pages;

    @BeforeEach
    void create() throws IOException {
        store = MetadataStore.create(directory, settings(false));
        pages = store.pages();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        assertThat(directory.openFiles()).isZero();
    }

    private MetadataSettings settings(boolean readOnly) {
        SpaceGuard guard = bytes -> {
            if (bytes > allowance) {
                throw new VolumeFullException("guard", "no more");
            }
            allowance -= bytes;
        };
        return new MetadataSettings(
                MetadataFixture.VOLUME, MetadataFixture.ENTRY_BYTES, 1 << 20, readOnly, LivenessListener.NONE, guard);
    }

    private void checkpoint() throws IOException {
        pages.checkpoint();
        pages.checkpointDone(0);
    }

    private Page filled(int value) throws IOException {
        Page page = pages.allocate(SHAPE, 0);
        page.data[PAYLOAD] = (byte) value;
        page.used = 1;
        return page;
    }

    private long pending() {
        return pages.freeSpace().pendingPages();
    }

    private long used() {
        return pages.freeSpace().usedPages();
    }

    /** What a change lets go of, it may still read; so it is not overwritten before the next change but one. */
    @Test
    void aFreedPagesMemoryIsUsedAgainAfterACheckpoint() throws IOException {
        Page freed = filled(7);
        checkpoint();
        pages.free(freed.pointer);
        Page early = pages.allocate(SHAPE, 0);
        assertThat(early.data).isNotSameAs(freed.data);
        assertThat(freed.data[PAYLOAD]).isEqualTo((byte) 7);
        checkpoint();
        Page late = pages.allocate(SHAPE, 0);
        assertThat(late.data).isSameAs(freed.data);
        assertThat(late.data[PAYLOAD]).isZero();
        assertThat(late.used).isZero();
    }

    @Test
    void memoryOfFreedPagesIsKeptForAsManyAsTwoCheckpointsWrote() throws IOException {
        Page[] many = new Page[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = filled(i);
        }
        checkpoint();
        for (Page page : many) {
            pages.free(page.pointer);
        }
        assertThat(pages.sparePages()).isEqualTo(many.length);
        filled(1);
        checkpoint();
        assertThat(pages.sparePages()).as("the bitmap's page too").isEqualTo(many.length + 1);
        filled(2);
        checkpoint();
        assertThat(pages.sparePages()).as("twice a page and the bitmap's").isEqualTo(4);
    }

    @Test
    void aNewFileIsAllocatedAndForced() {
        assertThat(directory.count(FileOperation.ALLOCATE)).isEqualTo(1);
        assertThat(directory.count(FileOperation.FORCE)).isEqualTo(1);
        assertThat(allowance).as("asked for").isEqualTo(Long.MAX_VALUE - PageLayout.PAGE_BYTES);
    }

    @Test
    void aPageThatNoCheckpointKnowsIsFreedAtOnce() throws IOException {
        checkpoint();
        long before = used();
        Page page = filled(1);
        assertThat(used()).isEqualTo(before + 1);
        assertThat(pages.dirtyPage(page.number())).isSameAs(page);
        pages.free(page.pointer);
        assertThat(used()).isEqualTo(before);
        assertThat(pending()).isZero();
        assertThat(pages.dirtyPages()).isZero();
        assertThat(pages.dirtyPage(page.number())).isNull();
    }

    @Test
    void anyOtherPageIsFreedWithTheNextCheckpoint() throws IOException {
        Page page = filled(1);
        checkpoint();
        long before = used();
        int clean = pages.cleanPages();
        assertThat(pages.read(page.pointer, SHAPE, 0).data[PAYLOAD]).isEqualTo((byte) 1);
        assertThat(pages.dirtyPage(page.number())).as("it is clean").isNull();
        pages.free(page.pointer);
        assertThat(pending()).isEqualTo(1);
        assertThat(used()).isEqualTo(before);
        assertThat(pages.cleanPages()).isEqualTo(clean - 1);
        Page other = filled(2);
        assertThat(other.number()).isNotEqualTo(page.number());
        checkpoint();
        assertThat(pending()).isZero();
        assertThat(filled(3).number()).as("the lowest free one").isLessThanOrEqualTo(page.number());
    }

    @Test
    void aPageThatIsNotInMemoryIsFreedUnread() throws IOException {
        Page page = filled(1);
        checkpoint();
        MetadataRoots roots = store.checkpoint();
        store.close();
        store = MetadataStore.open(directory, roots, settings(false));
        pages = store.pages();
        long reads = directory.count(FileOperation.READ);
        pages.free(page.pointer);
        assertThat(pending()).isEqualTo(1);
        assertThat(directory.count(FileOperation.READ)).isEqualTo(reads);
    }

    @Test
    void aMovedPageLeavesTheCheckpointsAlone() throws IOException {
        Page page = filled(1);
        checkpoint();
        Page clean = pages.read(page.pointer, SHAPE, 0);
        Page moved = pages.move(clean);
        moved.data[PAYLOAD] = 2;
        assertThat(moved.number()).isNotEqualTo(page.number());
        assertThat(moved.used).isEqualTo(1);
        assertThat(pending()).isEqualTo(1);
        assertThat(pages.read(moved.pointer, SHAPE, 0)).isSameAs(moved);
        assertThat(pages.read(page.pointer, SHAPE, 0).data[PAYLOAD])
                .as("as the checkpoint has it")
                .isEqualTo((byte) 1);
    }

    @Test
    void aCopyIsAPageOfItsOwn() throws IOException {
        Page page = filled(1);
        Page copy = pages.duplicate(page);
        copy.data[PAYLOAD] = 2;
        assertThat(page.data[PAYLOAD]).isEqualTo((byte) 1);
        assertThat(copy.number()).isNotEqualTo(page.number());
        assertThat(copy.used).isEqualTo(1);
        checkpoint();
        assertThat(pages.read(page.pointer, SHAPE, 0).data[PAYLOAD]).isEqualTo((byte) 1);
        assertThat(pages.read(copy.pointer, SHAPE, 0).data[PAYLOAD]).isEqualTo((byte) 2);
    }

    @Test
    void reservedPagesAndACheckpointNeedNoMoreRoom() throws IOException {
        checkpoint();
        for (int round = 0; round < 3; round++) {
            allowance = Long.MAX_VALUE;
            pages.reserve(512);
            allowance = 0;
            for (int i = 0; i < 512; i++) {
                filled(i);
            }
            checkpoint();
        }
        allowance = Long.MAX_VALUE;
        pages.reserve(10);
        long ready = pages.freeSpace().readyPages();
        pages.reserve(ready - 4);
        assertThat(pages.freeSpace().readyPages()).as("no more than is needed").isEqualTo(ready);
    }

    @Test
    void aCheckpointWithoutRoomChangesNothing() throws IOException {
        filled(1);
        checkpoint();
        allowance = 0;
        assertThatThrownBy(() -> {
                    while (true) {
                        filled(2);
                    }
                })
                .isInstanceOf(VolumeFullException.class);
        long[] bitmap = pages.bitmapPages();
        long forces = directory.count(FileOperation.FORCE);
        long pendingBefore = pending();
        assertThatThrownBy(pages::checkpoint).isInstanceOf(VolumeFullException.class);
        assertThat(pages.bitmapPages()).isEqualTo(bitmap);
        assertThat(pending()).isEqualTo(pendingBefore);
        assertThat(directory.count(FileOperation.FORCE)).isEqualTo(forces);
        allowance = Long.MAX_VALUE;
        checkpoint();
        assertThat(pages.dirtyPages()).isZero();
    }

    @Test
    void aLongUnusedEndIsCutOffUnlessItIsKeptReady() throws IOException {
        long[] pointers = new long[2000];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = filled(1).pointer;
        }
        checkpoint();
        for (long pointer : pointers) {
            pages.free(pointer);
        }
        long length = pages.file().sizePages();
        pages.checkpoint();
        pages.checkpointDone(1900);
        assertThat(pages.file().sizePages()).as("they are kept ready").isEqualTo(length);
        filled(1);
        checkpoint();
        filled(1);
        checkpoint();
        assertThat(pages.file().sizePages()).isLessThan(600);
        assertThat(pages.freeSpace().capacityPages()).isEqualTo(pages.file().sizePages());
    }

    @Test
    void whatLiesFarBehindTheEndTakesNoMemory() throws IOException {
        filled(1);
        MetadataRoots roots = store.checkpoint();
        store.checkpointDone();
        store.close();
        try (VolumeFile file = directory.open(MetadataStore.FILE_NAME, OpenMode.WRITE)) {
            file.resize(PageLayout.PAGE_BYTES * (5L << 20));
        }
        store = MetadataStore.open(directory, roots, settings(true));
        assertThat(store.pages().freeSpace().capacityPages()).isEqualTo(roots.pageCount() + (1 << 20));
        assertThatThrownBy(store::checkpoint).isInstanceOf(ReadOnlyException.class);
    }

    @Test
    void theGenerationUnderWayIsOneAboveTheCheckpoints() throws IOException {
        long generation = pages.generation();
        Page page = filled(1);
        assertThat(PagePointer.generationBits(page.pointer)).isEqualTo(generation);
        checkpoint();
        assertThat(pages.generation()).isEqualTo(generation + 1);
        MetadataRoots roots = store.checkpoint();
        store.close();
        store = MetadataStore.open(directory, roots, settings(false));
        pages = store.pages();
        assertThat(pages.generation()).isEqualTo(roots.generation() + 1);
    }
}
