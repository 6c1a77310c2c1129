package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CorruptionException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Catalogue, group directory, tables of open groups, and counts. */
class RecordsTest {
    private final MemoryDirectory directory = new MemoryDirectory();
    private MetadataFixture fixture;

    @BeforeEach
    void create() throws IOException {
        fixture = MetadataFixture.create(directory);
    }

    @AfterEach
    void close() throws IOException {
        fixture.assertSound();
        fixture.close();
    }

    private void checkpointAndReopen() throws IOException {
        fixture.checkpoint();
        fixture.reopen();
    }

    @Test
    void catalogueLife() throws IOException {
        Catalogue catalogue = fixture.store.catalogue();
        assertThat(catalogue.freeId()).isEqualTo(1);
        catalogue.create(1, "one", false, 4096, 11);
        catalogue.create(2, "zwö", true, 8192, 12);
        catalogue.create(3, "zwö", true, 8193, 13);
        assertThat(catalogue.find("one")).isEqualTo(1);
        assertThat(catalogue.find("zwö")).isZero();
        catalogue.publish(3, 14);
        assertThatThrownBy(() -> catalogue.publish(2, 15)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> catalogue.create(4, "one", false, 0, 0)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> catalogue.rename(1, "zwö")).isInstanceOf(AlreadyExistsException.class);
        catalogue.rename(1, "eins");
        catalogue.resize(1, 77, 16);
        checkpointAndReopen();
        Catalogue again = fixture.store.catalogue();
        assertThat(again.names()).containsExactly("eins", "zwö");
        assertThat(again.get(1)).isEqualTo(new ImageRecord(1, "eins", false, false, false, 0, 77, 0, 11, 16));
        assertThat(again.get(2)).isEqualTo(new ImageRecord(2, "zwö", true, false, false, 0, 8192, 0, 12, 12));
        assertThat(again.get(3)).isEqualTo(new ImageRecord(3, "zwö", false, false, false, 0, 8193, 0, 13, 14));
        assertThat(again.freeId()).isEqualTo(4);
        again.hide(1);
        assertThat(again.find("eins")).isZero();
        again.remove(1);
        assertThat(again.get(1)).isNull();
        assertThat(again.freeId()).isEqualTo(1);
        assertThat(again.list()).extracting(ImageRecord::id).containsExactly(2, 3);
        assertThat(again.count()).isEqualTo(2);
    }

    @Test
    void numbersThatAreOriginsAreNotUsedAgain() throws IOException {
        Catalogue catalogue = fixture.store.catalogue();
        catalogue.create(1, "one", false, 4096, 11);
        catalogue.createFrom(1, 2, "two", false, true, 12);
        catalogue.createFrom(2, 3, "three", false, false, 13);
        catalogue.createFrom(1, 4, "four", false, false, 13);
        catalogue.createFrom(1, 5, "pin", true, true, 14);
        assertThat(catalogue.get(2)).isEqualTo(new ImageRecord(2, "two", false, false, true, 1, 4096, 0, 12, 12));
        assertThat(catalogue.get(5)).isEqualTo(new ImageRecord(5, "pin", true, false, true, 0, 4096, 0, 14, 14));
        catalogue.hide(1);
        assertThat(catalogue.get(1)).isEqualTo(new ImageRecord(1, "one", true, true, false, 0, 4096, 0, 11, 11));
        catalogue.remove(1);
        catalogue.remove(5);
        assertThat(catalogue.freeId()).isEqualTo(5);
        checkpointAndReopen();
        catalogue = fixture.store.catalogue();
        assertThat(catalogue.freeId()).isEqualTo(5);
        assertThat(catalogue.get(2).origin()).isEqualTo(1);
        catalogue.remove(2);
        // Two images name it and one of them goes: image 1 is still named, and so is 2.
        assertThat(catalogue.freeId()).isEqualTo(5);
        catalogue.remove(4);
        assertThat(catalogue.freeId()).isEqualTo(1);
        catalogue.create(1, "new", false, 1, 1);
        assertThat(catalogue.freeId()).isEqualTo(4);
        catalogue.remove(3);
        assertThat(catalogue.freeId()).isEqualTo(2);
    }

    @Test
    void catalogueRefusesBadNamesAndMappedImages() throws IOException {
        Catalogue catalogue = fixture.store.catalogue();
        assertThatThrownBy(() -> catalogue.create(1, "", false, 0, 0)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> catalogue.create(1, "ä".repeat(128), false, 0, 0))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> catalogue.create(1, "\uD800", false, 0, 0))
                .isInstanceOf(InvalidArgumentException.class);
        catalogue.create(1, "x".repeat(255), false, 0, 0);
        fixture.store.groups().open(1, 0);
        fixture.store.maps().map(1, 0, BlockAddress.of(1, 0), 1);
        assertThatThrownBy(() -> catalogue.remove(1)).isInstanceOf(IllegalStateException.class);
        checkpointAndReopen();
        assertThat(fixture.store.catalogue().find("x".repeat(255))).isEqualTo(1);
    }

    @Test
    void tenThousandImages() throws IOException {
        for (int i = 1; i <= 10_000; i++) {
            assertThat(fixture.image("image " + i)).isEqualTo(i);
        }
        checkpointAndReopen();
        assertThat(fixture.store.catalogue().count()).isEqualTo(10_000);
        assertThat(fixture.store.catalogue().find("image 7777")).isEqualTo(7777);
        for (int i = 1; i <= 10_000; i++) {
            fixture.store.catalogue().remove(i);
        }
        fixture.checkpoint();
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(2);
    }

    @Test
    void groupLife() throws IOException {
        GroupDirectory groups = fixture.store.groups();
        assertThat(groups.get(5).state()).isEqualTo(GroupInfo.State.FREE);
        groups.open(5, 9);
        groups.open(300, 10);
        groups.progress(5, 1000, 123_456);
        groups.adjustBytes(5, 5000, 7, 0);
        checkpointAndReopen();
        GroupDirectory again = fixture.store.groups();
        assertThat(again.highestGroup()).isEqualTo(300);
        assertThat(again.get(5)).isEqualTo(new GroupInfo(5, GroupInfo.State.OPEN, 9, 1000, 123_456, 0, 0, 5000, 7, 0));
        again.seal(5, 1001, 124_000, 124_032, 0xCAFE_BABE);
        again.adjustBytes(5, -5000, 5000, 0);
        checkpointAndReopen();
        assertThat(fixture.store.groups().get(5))
                .isEqualTo(
                        new GroupInfo(5, GroupInfo.State.SEALED, 9, 1001, 124_000, 124_032, 0xCAFE_BABE, 0, 5007, 0));
        assertThatThrownBy(() -> fixture.store.groups().adjustBytes(5, -1, 0, 0))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> fixture.store.groups().open(5, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fixture.store.groups().seal(5, 0, 0, 0, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fixture.store.groups().adjustBytes(6, 1, 0, 0))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> fixture.store.groups().adjustBytes(100_000, 1, 0, 0))
                .isInstanceOf(CorruptionException.class);
        fixture.store.groups().free(300);
        assertThat(fixture.store.groups().highestGroup()).isEqualTo(5);
    }

    @Test
    void openTableIsAppendedAndDroppedWhenSealed() throws IOException {
        fixture.store.groups().open(1, 0);
        byte[] expected = new byte[3000 * MetadataFixture.ENTRY_BYTES];
        Random random = new Random(61);
        random.nextBytes(expected);
        int slot = 0;
        while (slot < 3000) {
            int count = Math.min(3000 - slot, 1 + random.nextInt(400));
            ByteBuffer entries =
                    ByteBuffer.wrap(expected, slot * MetadataFixture.ENTRY_BYTES, count * MetadataFixture.ENTRY_BYTES);
            long dirty = fixture.store.statistics().dirtyPages();
            fixture.store.openTables().append(1, slot, entries);
            assertThat(entries.hasRemaining()).isFalse();
            assertThat(fixture.store.statistics().dirtyPages() - dirty)
                    .isLessThanOrEqualTo(fixture.store.openTables().pagesToAppend(count));
            slot += count;
            fixture.checkpoint();
            // Only the pages with new entries, a page above and the group's record were written.
            fixture.assertSound();
        }
        fixture.reopen();
        ByteBuffer read = ByteBuffer.allocate(2000 * MetadataFixture.ENTRY_BYTES);
        fixture.store.openTables().read(1, 500, read);
        assertThat(read.flip())
                .isEqualTo(ByteBuffer.wrap(expected, 500 * MetadataFixture.ENTRY_BYTES, read.capacity()));
        assertThatThrownBy(() -> fixture.store.openTables().append(1, 2999, ByteBuffer.allocate(48)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fixture.store.openTables().append(1, 3001, ByteBuffer.allocate(48)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fixture.store.openTables().read(1, 2999, ByteBuffer.allocate(96)))
                .isInstanceOf(CorruptionException.class);
        fixture.store.groups().seal(1, 3000, 1, 1, 1);
        fixture.checkpoint();
        assertThat(fixture.store.statistics().usedPages()).isEqualTo(3);
    }

    @Test
    void outsideReferences() throws IOException {
        fixture.store.groups().open(1, 0);
        ReferenceCounts references = fixture.store.references();
        long address = BlockAddress.of(1, BlockAddress.MAX_SLOTS - 1);
        assertThat(references.addExternal(address, 2)).isEqualTo(2);
        int image = fixture.image("image");
        fixture.store.maps().map(image, 0, address, 1);
        assertThat(references.count(address)).isEqualTo(3);
        assertThat(references.external(address)).isEqualTo(2);
        // Three references, but only two from outside.
        assertThatThrownBy(() -> references.addExternal(address, -3)).isInstanceOf(CorruptionException.class);
        checkpointAndReopen();
        assertThat(fixture.store.references().addExternal(address, -2)).isEqualTo(1);
        assertThatThrownBy(() -> fixture.store.references().addExternal(address, -1))
                .isInstanceOf(CorruptionException.class);
        assertThat(fixture.store.references().count(BlockAddress.of(2, 0))).isZero();
    }

    @Test
    void readOnlyChangesStayInMemory() throws IOException {
        fixture.store.groups().open(1, 0);
        int image = fixture.image("image");
        fixture.store.maps().map(image, 0, BlockAddress.of(1, 0), 5000);
        fixture.checkpoint();
        MemoryDirectory copy = directory.copy();
        long bytes = copy.allocatedBytes();
        try (MetadataFixture readOnly = MetadataFixture.open(copy, fixture.roots, true)) {
            readOnly.store.maps().map(image, 0, BlockAddress.of(1, 9000), 100_000);
            assertThat(readOnly.store.maps().get(image, 77_777)).isEqualTo(BlockAddress.of(1, 86_777));
            assertThat(readOnly.store.isDirty()).isTrue();
            assertThatThrownBy(readOnly.store::checkpoint).isInstanceOf(ReadOnlyException.class);
        }
        assertThat(copy.allocatedBytes()).isEqualTo(bytes);
        try (MetadataFixture readOnly = MetadataFixture.open(copy, fixture.roots, true)) {
            assertThat(readOnly.store.maps().get(image, 77_777)).isZero();
            assertThat(readOnly.store.isDirty()).isFalse();
            readOnly.assertSound();
        }
    }
}
