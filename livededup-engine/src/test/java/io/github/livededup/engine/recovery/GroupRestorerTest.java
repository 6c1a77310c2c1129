package io.github.livededup.engine.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.metadata.GroupDirectory;
import io.github.livededup.engine.metadata.MetadataRoots;
import io.github.livededup.engine.util.SlotSet;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Block groups as a checkpoint left them, and the roots that it is found by. */
class GroupRestorerTest extends RecoveryCase {
    private static final int OPEN_SLOTS = 150;

    @Test
    void sealedAndOpenGroupsComeBackAndFreeOnesDoNot() throws IOException {
        GroupDirectory directory = metadata.groups();
        directory.open(1, 4);
        directory.seal(1, 1, 164, 192, 77);
        directory.open(2, 0);
        metadata.openTables().append(2, 0, entries(2, OPEN_SLOTS));
        directory.progress(2, OPEN_SLOTS, dataOffsetBytes(OPEN_SLOTS));
        directory.open(3, 1);
        directory.open(4, 2);
        directory.seal(4, 200, 64 + 200 * 112, 64 * (352 - 1), 78);
        SlotSet retired = new SlotSet(200);
        retired.add(9);
        metadata.retired().put(4, retired);
        directory.free(3);

        GroupRestorer.restore(metadata, groups, ENTRY_BYTES);

        assertThat(groups.layouts()).extracting(GroupLayout::group).containsExactlyInAnyOrder(1, 2, 4);
        assertThat(groups.layout(1)).isEqualTo(new GroupLayout(1, 4, true, 1, 164, 192, 77));
        assertThat(groups.layout(4)).isEqualTo(new GroupLayout(4, 2, true, 200, 22_464, 22_464, 78));
        assertThat(groups.isUsable(BlockAddress.of(4, 9))).as("retired").isFalse();
        GroupLayout open = groups.layout(2);
        assertThat(open.sealed()).isFalse();
        assertThat(open.region()).isZero();
        assertThat(open.slots()).isEqualTo(OPEN_SLOTS);
        assertThat(open.dataEnd()).isEqualTo(dataOffsetBytes(OPEN_SLOTS - 1) + 100);
        for (int slot = 0; slot < OPEN_SLOTS; slot++) {
            assertThat(groups.fingerprintMatches(BlockAddress.of(2, slot), fingerprint(slot), 0))
                    .isTrue();
        }
        assertThat(groups.slotCount(2)).isEqualTo(OPEN_SLOTS);
    }

    @Test
    void moreSlotsThanARegionHoldsTakeNoMemory() throws IOException {
        metadata.groups().open(1, 0);
        metadata.groups().progress(1, 1 << 23, 1000);
        assertThatThrownBy(() -> GroupRestorer.restore(metadata, groups, ENTRY_BYTES))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("group 1 slots: actual=" + (1 << 23) + " expected=at most 2048");
    }

    @Test
    void anEmptyVolumeHasNoGroups() throws IOException {
        GroupRestorer.restore(metadata, groups, ENTRY_BYTES);
        assertThat(groups.layouts()).isEmpty();
    }

    @Test
    void rootsComeBackFromTheSuperblock() {
        MetadataRoots roots = new MetadataRoots(11, 12, 13, 2, 15, 3, 17, 4, 19, 20);
        VolumeFormat format = new VolumeFormat(new UUID(1, 2), 0, BLOCK, 1 << 20, FingerprintAlgorithm.SHA_256);
        Superblock superblock = new Superblock(format, 11, Roots.toFormat(roots), 0, 0, false, 0);
        assertThat(Roots.fromFormat(superblock)).isEqualTo(roots);
        assertThat(superblock.roots().metadataPages()).isEqualTo(12);
    }
}
