package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage in the file is a typed error that names the block or group; never a crash, never wrong bytes. */
class GroupDamageTest {
    private static final int GROUP_BYTES = 1 << 20;
    private static final int SLOTS = 100;

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, 4096, 32);
    private final StoredBlocks blocks = new StoredBlocks(1);
    private MemoryDirectory directory = new MemoryDirectory();
    private VolumeFile file;
    private GroupLayout sealed;

    @BeforeEach
    void create() throws IOException {
        file = directory.open("blocks.dat", OpenMode.CREATE);
        BlockGroups groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1 << 30));
        blocks.append(groups, SLOTS, 4096);
        sealed = groups.writers().seal(1);
    }

    private BlockGroups reopen() throws IOException {
        BlockGroups groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.WRITE), geometry, GroupSettings.unlimited(1 << 30));
        groups.restore().sealed(sealed);
        return groups;
    }

    private void flip(long position) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.read(one, position);
        one.put(0, (byte) ~one.get(0));
        file.write(one.flip(), position);
    }

    @Test
    void aDamagedHeaderMakesTheGroupUnreadable() throws IOException {
        flip(20);
        BlockGroups groups = reopen();
        assertThatThrownBy(() -> groups.locate(BlockAddress.of(1, 0), new StoredBlock()))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("group 1");
        assertThatThrownBy(() -> groups.fingerprintMatches(BlockAddress.of(1, 0), new byte[32], 0))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> groups.check(1)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> groups.prefetch(1)).isInstanceOf(CorruptionException.class);
        flip(20);
        blocks.assertAllIn(groups); // nothing of the failure sticks
        groups.close();
    }

    /** A group that was compacted in place is counted anew at each open. */
    @ParameterizedTest
    @ValueSource(longs = {0, 4096, 50_000})
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void countingWhatAGroupTakesEndsWhereTheFileWasCutOff(long sizeBytes) throws IOException {
        BlockGroups groups = reopen();
        groups.reclaim().retire(1, new SlotSet(SLOTS));
        file.resize(sizeBytes);
        groups.reclaim().recountPunched();
        assertThat(groups.usedBytes()).isLessThanOrEqualTo(sizeBytes);
        groups.close();
    }

    @Test
    void aDamagedEntryCostsItsBlockOnly() throws IOException {
        int slot = 42;
        long address = BlockAddress.of(1, slot);
        StoredBlocks.Block damaged = blocks.blocks().remove(address);
        for (int at = 0; at < 48; at++) {
            flip(sealed.tableOffset() + slot * 48L + at);
            BlockGroups groups = reopen();
            assertThatThrownBy(() -> groups.locate(address, new StoredBlock()))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("block " + address);
            assertThat(groups.fingerprintMatches(address, damaged.fingerprint(), 0))
                    .isFalse();
            assertThatThrownBy(() -> groups.fingerprint(address, new byte[32], 0))
                    .isInstanceOf(CorruptionException.class);
            assertThatThrownBy(() -> groups.storedBytes(address)).isInstanceOf(CorruptionException.class);
            List<Integer> visited = new ArrayList<>();
            assertThat(groups.forEachHead(1, new FingerprintHeads(), heads -> addSlots(heads, visited)))
                    .isEqualTo(1);
            assertThat(visited).hasSize(sealed.slots() - 1).doesNotContain(slot);
            assertThatThrownBy(() -> groups.check(1))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("table checksum");
            blocks.assertAllIn(groups);
            flip(sealed.tableOffset() + slot * 48L + at);
            groups.close();
        }
    }

    private static void addSlots(FingerprintHeads heads, List<Integer> slots) {
        for (int i = 0; i < heads.count(); i++) {
            slots.add(heads.slot(i));
        }
    }

    /** Each is whole, and would lead to a block that is whole: only the place tells. */
    @Test
    void twoEntriesThatChangedPlacesAreDamage() throws IOException {
        byte[] first = entry(10);
        byte[] second = entry(20);
        file.write(ByteBuffer.wrap(second), sealed.tableOffset() + 10 * 48L);
        file.write(ByteBuffer.wrap(first), sealed.tableOffset() + 20 * 48L);
        BlockGroups groups = reopen();
        for (int slot : new int[] {10, 20}) {
            long address = BlockAddress.of(1, slot);
            blocks.blocks().remove(address);
            assertThatThrownBy(() -> groups.locate(address, new StoredBlock()))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("block " + address);
        }
        assertThatThrownBy(() -> groups.check(1))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("table checksum");
        blocks.assertAllIn(groups);
        groups.close();
    }

    /** The checks of entries must not make all tables of a size alike to a CRC over them. */
    @Test
    void theChecksumOfATableDependsOnItsEntries() throws IOException {
        long address = BlockAddress.of(1, 10);
        ByteBuffer other = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        TableEntry.write(address, other, 0, new byte[32], 0, 32, 64, 100, 0, 7, new CRC32C());
        file.write(other, sealed.tableOffset() + 10 * 48L);
        BlockGroups groups = reopen();
        assertThat(groups.storedBytes(address)).as("the entry is intact").isEqualTo(100);
        assertThatThrownBy(() -> groups.check(1))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("table checksum");
        groups.close();
    }

    private byte[] entry(int slot) throws IOException {
        byte[] entry = new byte[48];
        file.read(ByteBuffer.wrap(entry), sealed.tableOffset() + slot * 48L);
        return entry;
    }

    @Test
    void anIntactEntryThatPointsOutsideIsDamage() throws IOException {
        long address = BlockAddress.of(1, 3);
        for (int[] wild : new int[][] {
            {0, 100},
            {48, 100},
            {sealed.dataEnd() & -16, 4096},
            {GROUP_BYTES - 16, 65_536},
            {Integer.MAX_VALUE & -16, 1},
            {-16, 65_536}
        }) {
            ByteBuffer entry = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
            TableEntry.write(address, entry, 0, new byte[32], 0, 32, wild[0], wild[1], 0, 0, new CRC32C());
            file.write(entry, sealed.tableOffset() + 3 * 48);
            BlockGroups groups = reopen();
            assertThatThrownBy(() -> groups.locate(address, new StoredBlock()))
                    .as("offset %d", wild[0])
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("block " + address);
            groups.close();
        }
    }

    @Test
    void everyDamagedByteOfTheFooterIsFound() throws IOException {
        long footer = geometry.footerOffset(sealed.tableOffset(), SLOTS);
        for (int at = 0; at < 64; at++) {
            flip(footer + at);
            BlockGroups groups = reopen();
            assertThatThrownBy(() -> groups.check(1)).as("byte %d", at).isInstanceOf(CorruptionException.class);
            blocks.assertAllIn(groups);
            flip(footer + at);
            groups.close();
        }
    }

    @Test
    void damagedBytesAreToldByTheirChecksum() throws IOException {
        long address = BlockAddress.of(1, 7);
        StoredBlock found = new StoredBlock();
        BlockGroups groups = reopen();
        assertThat(groups.locate(address, found)).isTrue();
        assertThat(found.isIntact()).isTrue();
        flip(found.offset() + found.lengthBytes() - 1L);
        assertThat(found.isIntact()).isFalse();
    }

    @Test
    void aFileThatWasCutIsDamage() throws IOException {
        for (int size : new int[] {0, 63, 64, 4096, sealed.tableOffset() - 1, sealed.tableOffset() + 48 * 50}) {
            MemoryDirectory copy = directory.copy();
            try (VolumeFile cut = copy.open("blocks.dat", OpenMode.WRITE)) {
                cut.resize(size);
            }
            MemoryDirectory whole = directory;
            directory = copy;
            BlockGroups groups = reopen();
            assertThatThrownBy(() -> groups.locate(BlockAddress.of(1, 99), new StoredBlock()))
                    .as("size %d", size)
                    .isInstanceOf(CorruptionException.class);
            assertThatThrownBy(() -> groups.check(1)).isInstanceOf(CorruptionException.class);
            assertThatThrownBy(() -> groups.prefetch(1)).isInstanceOf(CorruptionException.class);
            assertThatThrownBy(() -> groups.forEachHead(1, new FingerprintHeads(), heads -> {}))
                    .isInstanceOf(CorruptionException.class);
            groups.close();
            directory = whole;
        }
    }

    @Test
    void aCutOpenGroupIsDamageForItsBlocks() throws IOException {
        MemoryDirectory cut = new MemoryDirectory();
        VolumeFile short1 = cut.open("blocks.dat", OpenMode.CREATE);
        short1.write(ByteBuffer.allocate(100), 0);
        BlockGroups reading =
                new BlockGroups(short1, geometry, new GroupSettings(true, 1 << 30, 16, Long.MAX_VALUE, () -> 0));
        ByteBuffer entry = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        TableEntry.write(BlockAddress.of(1, 0), entry, 0, new byte[32], 0, 32, 64, 4096, 0, 0, new CRC32C());
        reading.restore().open(1, 0);
        reading.restore().entries(1, 0, entry);
        assertThatThrownBy(() -> reading.locate(BlockAddress.of(1, 0), new StoredBlock()))
                .isInstanceOf(CorruptionException.class);
    }
}
