package io.github.livededup.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each record does what the change did of which it tells. */
class ReplayApplierTest extends RecoveryCase {
    private static final int VISIBLE = JournalRecordType.FLAG_VISIBLE;
    private static final int SNAPSHOT = JournalRecordType.FLAG_SNAPSHOT;

    private ReplayApplier applier;

    @BeforeEach
    void makeApplier() {
        applier = new ReplayApplier(metadata, groups, BLOCK, "memory/journal");
    }

    private ImageRecord image(int id) throws IOException {
        ImageRecord found = metadata.catalogue().get(id);
        assertThat(found).isNotNull();
        return found;
    }

    private long[] blocks(int id, int count) throws IOException {
        long[] found = new long[count];
        metadata.maps().read(id, 0, found, 0, count);
        return found;
    }

    private static long block(int slot) {
        return BlockAddress.of(1, slot);
    }

    /** Replays a group of so many blocks. */
    private void group(int blocks) throws IOException {
        applier.groupOpened(1, 5);
        ByteBuffer entries = entries(1, blocks);
        for (int slot = 0; slot < blocks; slot++) {
            applier.blockAdded(
                    block(slot), entries.slice(slot * ENTRY_BYTES, ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    @Test
    void groupsAreOpenedFilledAndSealed() throws IOException {
        applier.groupOpened(1, 5);
        assertThat(groups.layout(1)).isEqualTo(new GroupLayout(1, 5, false, 0, 64, 0, 0));
        assertThat(metadata.groups().get(1).state()).isEqualTo(GroupInfo.State.OPEN);
        assertThat(metadata.groups().get(1).region()).isEqualTo(5);

        // The entry starts at the buffer's position.
        ByteBuffer body = ByteBuffer.allocate(8 + ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        body.put(8, entries(1, 1), 0, ENTRY_BYTES).position(8);
        applier.blockAdded(block(0), body);
        assertThat(groups.slotCount(1)).isEqualTo(1);
        assertThat(groups.fingerprintMatches(block(0), fingerprint(0), 0)).isTrue();
        assertThat(groups.storedBytes(block(0))).isEqualTo(100);

        applier.groupSealed(1, 1, 164, 192, 77);
        assertThat(groups.layout(1)).isEqualTo(new GroupLayout(1, 5, true, 1, 164, 192, 77));
        GroupInfo info = metadata.groups().get(1);
        assertThat(info.state()).isEqualTo(GroupInfo.State.SEALED);
        assertThat(info.slots()).isEqualTo(1);
        assertThat(info.dataEnd()).isEqualTo(164);
        assertThat(info.tableOffset()).isEqualTo(192);
        assertThat(info.tableCrc()).isEqualTo(77);
    }

    @Test
    void imagesAreMadeShownRenamedAndTouched() throws IOException {
        applier.imageCreated(1, "hidden", 10_000, 0, 111);
        applier.imageCreated(2, "seen", 20_000, VISIBLE, 222);
        assertThat(metadata.catalogue().names()).containsExactly("seen");
        assertThat(image(1)).isEqualTo(new ImageRecord(1, "hidden", true, false, false, 0, 10_000, 0, 111, 111));
        assertThat(image(2).hidden()).isFalse();
        applier.imageTouched(1, 333);
        assertThat(image(1).modifiedMillis()).isEqualTo(333);
        applier.imagePublished(1, "hidden");
        assertThat(image(1).hidden()).isFalse();
        assertThat(image(1).modifiedMillis()).as("publishing is no change").isEqualTo(333);
        applier.imageRenamed(1, "shown");
        assertThat(metadata.catalogue().names()).containsExactlyInAnyOrder("seen", "shown");
        assertThat(metadata.catalogue().find("shown")).isEqualTo(1);
    }

    @Test
    void blocksAreMappedAndUnmapped() throws IOException {
        group(4);
        applier.imageCreated(1, "a", 10L * BLOCK, VISIBLE, 1);
        applier.extentMapped(1, 2, 3, block(1));
        assertThat(blocks(1, 6)).containsExactly(0, 0, block(1), block(2), block(3), 0);
        assertThat(metadata.references().count(block(2))).isEqualTo(1);
        applier.extentUnmapped(1, 3, 1);
        assertThat(blocks(1, 6)).containsExactly(0, 0, block(1), 0, block(3), 0);
        assertThat(metadata.references().count(block(2))).isZero();
        assertThat(image(1).mappedBlocks()).isEqualTo(2);
    }

    @Test
    void aClonesMapIsItsSources() throws IOException {
        group(2);
        applier.imageCreated(1, "a", 2L * BLOCK, VISIBLE, 1);
        applier.extentMapped(1, 0, 2, block(0));
        applier.imageCloned(2, 1, "clone", VISIBLE, 5);
        applier.imageCloned(3, 1, "snapshot", VISIBLE | SNAPSHOT, 6);
        applier.imageCloned(4, 1, "hidden", 0, 7);
        assertThat(image(2)).isEqualTo(new ImageRecord(2, "clone", false, false, false, 1, 2L * BLOCK, 2, 5, 5));
        assertThat(image(3).snapshot()).isTrue();
        assertThat(image(3).hidden()).isFalse();
        assertThat(image(3).createdMillis()).isEqualTo(6);
        assertThat(image(4).hidden()).isTrue();
        assertThat(image(4).snapshot()).isFalse();
        for (int id = 2; id <= 4; id++) {
            assertThat(blocks(id, 2)).containsExactly(block(0), block(1));
        }
        applier.extentUnmapped(2, 0, 1);
        assertThat(blocks(1, 2)).containsExactly(block(0), block(1));
    }

    @Test
    void anImageIsDeletedWithItsBlocks() throws IOException {
        group(2);
        applier.imageCreated(1, "a", 2L * BLOCK, VISIBLE, 1);
        applier.extentMapped(1, 0, 2, block(0));
        applier.imageCreated(2, "b", 2L * BLOCK, VISIBLE, 1);
        applier.extentMapped(2, 0, 1, block(0));
        applier.imageHidden(1);
        assertThat(image(1).hidden()).isTrue();
        assertThat(image(1).deleting()).isTrue();
        assertThat(metadata.catalogue().find("a")).isNotPositive();
        applier.imageDeleted(1);
        assertThat(metadata.catalogue().get(1)).isNull();
        assertThat(metadata.references().count(block(0))).isEqualTo(1);
        assertThat(metadata.references().count(block(1))).isZero();
        // Without having been hidden before.
        applier.imageDeleted(2);
        assertThat(metadata.catalogue().names()).isEmpty();
        assertThat(metadata.references().count(block(0))).isZero();
    }

    @Test
    void whatIsBehindANewEndIsGone() throws IOException {
        group(4);
        applier.imageCreated(1, "a", 4L * BLOCK, VISIBLE, 1);
        applier.imageTouched(1, 9);
        applier.extentMapped(1, 0, 4, block(0));
        applier.imageResized(1, 2L * BLOCK + 1);
        assertThat(image(1).sizeBytes()).isEqualTo(2L * BLOCK + 1);
        assertThat(image(1).modifiedMillis()).isEqualTo(9);
        assertThat(blocks(1, 4)).containsExactly(block(0), block(1), block(2), 0);
        applier.imageResized(1, 2L * BLOCK);
        assertThat(blocks(1, 4)).containsExactly(block(0), block(1), 0, 0);
        applier.imageResized(1, BLOCK - 1);
        assertThat(blocks(1, 4)).containsExactly(block(0), 0, 0, 0);
        applier.imageResized(1, 100L * BLOCK);
        assertThat(image(1).sizeBytes()).isEqualTo(100L * BLOCK);
        assertThat(metadata.references().count(block(3))).isZero();
        applier.imageResized(1, 0);
        assertThat(image(1).mappedBlocks()).isZero();
    }

    @Test
    void referencesFromOutsideAreAddedAndTakenAway() throws IOException {
        group(1);
        applier.referenceChanged(block(0), 3);
        applier.referenceChanged(block(0), -1);
        assertThat(metadata.references().external(block(0))).isEqualTo(2);
    }

    @Test
    void batchesAreCounted() {
        assertThat(applier.batches()).isZero();
        applier.endBatch();
        applier.endBatch();
        assertThat(applier.batches()).isEqualTo(2);
    }

    @Test
    void recordsOfImagesThatAreNotThereAreCorruption() throws IOException {
        applier.imageCreated(1, "a", 0, VISIBLE, 1);
        // A number whose low half is that of an image.
        for (long id : new long[] {2, 0, -1, (1L << 32) + 1, Integer.MAX_VALUE + 1L, Integer.MAX_VALUE}) {
            List<ThrowingCallable> records = List.of(
                    () -> applier.extentMapped(id, 0, 1, block(0)),
                    () -> applier.extentUnmapped(id, 0, 1),
                    () -> applier.imageCloned(3, id, "b", VISIBLE, 1),
                    () -> applier.imageHidden(id),
                    () -> applier.imagePublished(id, "a"),
                    () -> applier.imageRenamed(id, "c"),
                    () -> applier.imageDeleted(id),
                    () -> applier.imageResized(id, 1),
                    () -> applier.imageTouched(id, 1));
            for (ThrowingCallable each : records) {
                assertThatThrownBy(each)
                        .isInstanceOf(CorruptionException.class)
                        .hasMessage("memory/journal: record of an image that is not there: actual=" + id);
            }
        }
        assertThat(metadata.catalogue().names()).containsExactly("a");
    }
}
