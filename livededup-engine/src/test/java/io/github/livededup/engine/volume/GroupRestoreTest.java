package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupRestoreTest {
    private static final int GROUP_BYTES = 1 << 20;

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, 4096, 32);
    private final MemoryDirectory directory = new MemoryDirectory();
    private final StoredBlocks blocks = new StoredBlocks(1);
    private BlockGroups groups;

    @BeforeEach
    void create() throws IOException {
        groups = groups(directory.open("blocks.dat", OpenMode.CREATE), false);
    }

    private BlockGroups groups(VolumeFile file, boolean readOnly) {
        return new BlockGroups(file, geometry, new GroupSettings(readOnly, 1 << 30, 16, Long.MAX_VALUE, () -> 0));
    }

    private ByteBuffer entries(int group) throws IOException {
        ByteBuffer entries = ByteBuffer.allocate(200_000).order(ByteOrder.LITTLE_ENDIAN);
        int copied = groups.copyEntries(group, 0, entries);
        assertThat(copied).isEqualTo(groups.slotCount(group));
        assertThat(entries.position()).isEqualTo(copied * 48);
        return entries.flip();
    }

    /** Opens the file again as a crash now would leave it, everything being durable that was forced. */
    private BlockGroups reopen(boolean readOnly) throws IOException {
        groups.force();
        return groups(directory.copy().open("blocks.dat", readOnly ? OpenMode.READ : OpenMode.WRITE), readOnly);
    }

    @Test
    void aCheckpointIsRestored() throws IOException {
        blocks.append(groups, 1000, 4096);
        groups.writers().seal(groups.writers().acquire((group, region) -> {}).group());
        blocks.append(groups, 30, 4096);
        for (boolean readOnly : new boolean[] {true, false}) {
            BlockGroups again = reopen(readOnly);
            for (GroupLayout layout : groups.layouts()) {
                if (layout.sealed()) {
                    again.restore().sealed(layout);
                } else {
                    again.restore().open(layout.group(), layout.region());
                    again.restore().entries(layout.group(), 0, entries(layout.group()));
                }
            }
            assertThat(again.layouts()).isEqualTo(groups.layouts());
            blocks.assertAllIn(again);
            assertThat(again.isDirty()).isFalse();
            for (GroupLayout layout : again.layouts()) {
                again.check(layout.group());
            }
        }
    }

    @Test
    void restoredOpenGroupsAreFilledOnAndSealed() throws IOException {
        blocks.append(groups, 30, 4096);
        BlockGroups again = reopen(false);
        again.restore().open(1, 0);
        again.restore().entries(1, 0, entries(1));
        blocks.append(groups, 40, 4096); // what the crash loses; its bytes are garbage in the file
        BlockGroups crashed = reopen(false);
        crashed.restore().open(1, 0);
        ByteBuffer firstEntries = entries(1).limit(30 * 48);
        crashed.restore().entries(1, 0, firstEntries);
        blocks.blocks().keySet().removeIf(address -> BlockAddress.slot(address) >= 30);

        blocks.append(crashed, 100, 4096);
        blocks.assertAllIn(crashed);
        for (GroupLayout layout : crashed.layouts()) {
            crashed.writers().seal(layout.group());
            crashed.check(layout.group());
        }
        blocks.assertAllIn(crashed);
    }

    private static ByteBuffer entry(ByteBuffer entries, int slot) {
        return entries.slice(slot * 48, 48).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void theJournalIsReplayed() throws IOException {
        blocks.append(groups, 600, 1000);
        ByteBuffer entries = entries(1);
        BlockGroups again = reopen(false);
        GroupRestore restore = again.restore();
        restore.open(1, 0);
        // Written by several threads, records come out of order; the checkpoint held the first ones already.
        restore.entries(1, 0, entries.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(20 * 48));
        for (int slot = 599; slot >= 10; slot--) {
            if (slot != 300) {
                restore.appended(BlockAddress.of(1, slot), entry(entries, slot));
            }
        }
        long vacant = BlockAddress.of(1, 300);
        assertThat(again.locate(vacant, new StoredBlock())).isFalse();
        assertThat(again.fingerprintMatches(vacant, new byte[32], 0)).isFalse();
        StoredBlocks.Block lost = blocks.blocks().remove(vacant);
        assertThat(lost).isNotNull();
        blocks.assertAllIn(again);
        assertThat(again.slotCount(1)).isEqualTo(600);
        assertAllButOneIsVisited(again, 300);
        again.writers().seal(1);
        blocks.assertAllIn(again);
        assertThat(again.locate(vacant, new StoredBlock())).isFalse();
        assertAllButOneIsVisited(again, 300);
        again.check(1);
    }

    private static void assertAllButOneIsVisited(BlockGroups groups, int vacant) throws IOException {
        BitSet visited = new BitSet();
        assertThat(groups.forEachHead(1, new FingerprintHeads(), heads -> {
                    for (int i = 0; i < heads.count(); i++) {
                        visited.set(heads.slot(i));
                    }
                }))
                .isZero();
        assertThat(visited.cardinality()).isEqualTo(groups.slotCount(1) - 1);
        assertThat(visited.get(vacant)).isFalse();
    }

    @Test
    void aSealIsReplayed() throws IOException {
        blocks.append(groups, 50, 4096);
        ByteBuffer entries = entries(1);
        GroupLayout sealed = groups.writers().seal(1);
        BlockGroups again = reopen(false);
        again.restore().open(1, 0);
        again.restore()
                .entries(
                        1, 0, entries.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(40 * 48));
        again.restore().seal(sealed);
        again.restore().appended(BlockAddress.of(1, 45), entry(entries, 45)); // journaled after the seal
        assertThat(again.layout(1)).isEqualTo(sealed);
        assertThat(again.usedBytes()).isEqualTo(groups.usedBytes());
        blocks.assertAllIn(again);
        again.check(1);
        assertThat(again.writers().acquire((group, region) -> {}).group()).isEqualTo(2);
    }

    @Test
    void anOpenedGroupWithoutBlocksIsUsable() throws IOException {
        groups.writers().acquire((group, region) -> {});
        BlockGroups again = reopen(false);
        again.restore().open(1, 0);
        blocks.append(again, 20, 4096);
        again.flush();
        blocks.assertAllIn(again);
        assertThat(again.layouts()).hasSize(1);
    }

    @Test
    void freeRegionsAreFoundBetweenRestoredOnes() throws IOException {
        BlockGroups again = reopen(false);
        again.restore().open(2, 2);
        again.restore().open(5, 0);
        again.writers().acquire((group, region) -> {});
        again.writers().acquire((group, region) -> {});
        again.writers()
                .acquire((group, region) -> assertThat(List.of(group, region)).isEqualTo(List.of(1, 1)));
        again.writers()
                .acquire((group, region) -> assertThat(List.of(group, region)).isEqualTo(List.of(3, 3)));
    }

    @Test
    void whatCannotBeTrueIsDamage() throws IOException {
        GroupRestore restore = groups.restore();
        restore.open(1, 0);
        Map<String, GroupLayout> wrong = Map.of(
                "number", new GroupLayout(0, 1, true, 0, 64, 64, 0),
                "region", new GroupLayout(2, -1, true, 0, 64, 64, 0),
                "far region", new GroupLayout(2, Integer.MAX_VALUE, true, 0, 64, 64, 0),
                "slots", new GroupLayout(2, 1, true, 2049, 64, 64, 0),
                "negative slots", new GroupLayout(2, 1, true, -1, 64, 64, 0),
                "data end", new GroupLayout(2, 1, true, 0, GROUP_BYTES, GROUP_BYTES, 0),
                "negative data end", new GroupLayout(2, 1, true, 0, -64, -64, 0),
                "table", new GroupLayout(2, 1, true, 0, 64, 128, 0),
                "end", new GroupLayout(2, 1, true, 2048, GROUP_BYTES - 4096, GROUP_BYTES - 4096, 0),
                "region twice", new GroupLayout(2, 0, true, 0, 64, 64, 0));
        wrong.forEach((what, layout) ->
                assertThatThrownBy(() -> restore.sealed(layout)).as(what).isInstanceOf(CorruptionException.class));
        assertThatThrownBy(() -> restore.open(1, 1)).isInstanceOf(CorruptionException.class);
        ByteBuffer entry = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        entry.putInt(32, 5);
        assertThatThrownBy(() -> restore.appended(BlockAddress.of(1, 0), entry))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> restore.appended(BlockAddress.of(9, 0), entry))
                .isInstanceOf(CorruptionException.class);
        for (int length : new int[] {0, 1, 32, 47, 49, 96}) {
            ByteBuffer other = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            assertThatThrownBy(() -> restore.appended(BlockAddress.of(1, 0), other))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("actual=" + length + " expected=48");
        }
        assertThatThrownBy(() -> restore.seal(new GroupLayout(1, 3, true, 0, 64, 64, 0)))
                .isInstanceOf(CorruptionException.class);
        assertThat(groups.layouts()).hasSize(1);
    }
}
