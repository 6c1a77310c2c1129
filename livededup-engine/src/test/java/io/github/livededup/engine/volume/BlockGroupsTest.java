package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.Seeds;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockGroupsTest {
    private static final int GROUP_BYTES = 1 << 20;
    private static final GroupListener NOBODY = (group, region) -> {};

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, 4096, 32);
    private final MemoryDirectory directory = new MemoryDirectory();
    private VolumeFile file;
    private BlockGroups groups;

    @BeforeEach
    void create() throws IOException {
        file = directory.open("blocks.dat", OpenMode.CREATE);
        groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1L << 30));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 4096, 65536})
    void findsWhatWasAppended(int maxBytes) throws IOException {
        long seed = Seeds.seed();
        System.out.println("seed " + seed);
        StoredBlocks blocks = new StoredBlocks(seed);
        for (int round = 0; round < 6; round++) {
            blocks.append(groups, 150, maxBytes);
            blocks.assertAllIn(groups);
            groups.flush();
            blocks.assertAllIn(groups);
        }
        for (GroupLayout layout : groups.layouts()) {
            if (!layout.sealed()) {
                groups.writers().seal(layout.group());
            }
            groups.check(layout.group());
        }
        blocks.assertAllIn(groups);
        groups.close();
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        StoredBlocks blocks = new StoredBlocks(1);
        blocks.append(groups, 10, 4096);
        StoredBlock found = new StoredBlock();
        byte[] fingerprint = new byte[32];
        for (long address : new long[] {
            BlockAddress.HOLE,
            BlockAddress.of(1, 10),
            BlockAddress.of(2, 0),
            BlockAddress.of(BlockAddress.MAX_GROUP, BlockAddress.MAX_SLOTS - 1),
            -1L,
            Long.MAX_VALUE
        }) {
            assertThat(groups.locate(address, found)).isFalse();
            int ticket = groups.enter();
            assertThat(groups.locateEntered(address, found)).isFalse();
            groups.leave(ticket);
            assertThat(groups.fingerprintMatches(address, fingerprint, 0)).isFalse();
            assertThatThrownBy(() -> groups.fingerprint(address, fingerprint, 0))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> groups.storedBytes(address)).isInstanceOf(NotFoundException.class);
        }
        assertThat(groups.fingerprintMatches(BlockAddress.of(1, 0), fingerprint, 0))
                .isFalse();
        assertThat(groups.slotCount(1)).isEqualTo(10);
        assertThat(groups.slotCount(2)).isZero();
        groups.prefetch(2);
        assertThatThrownBy(() -> groups.layout(2)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void sealingKeepsBlocksAndGivesSpaceBack() throws IOException {
        StoredBlocks blocks = new StoredBlocks(2);
        blocks.append(groups, 20, 4096);
        GroupLayout open = groups.layout(1);
        assertThat(open.sealed()).isFalse();
        GroupLayout sealed = groups.writers().seal(1);
        assertThat(sealed).isEqualTo(groups.layout(1));
        assertThat(sealed.sealed()).isTrue();
        assertThat(sealed.slots()).isEqualTo(open.slots()).isEqualTo(20);
        assertThat(sealed.dataEnd()).isEqualTo(open.dataEnd());
        assertThat(sealed.tableOffset() % 64).isZero();
        assertThat(groups.isSealed(1)).isTrue();
        assertThat(groups.writers().seal(1)).isNull();
        assertThat(groups.usedBytes())
                .isEqualTo(file.allocatedBytes())
                .isEqualTo((sealed.tableOffset() + 20 * 48 + 128 + 4095) / 4096 * 4096);
        blocks.assertAllIn(groups);
        groups.prefetch(1);
    }

    @Test
    void aSealedGroupTakesNoMore() throws IOException {
        GroupWriter writer = groups.writers().acquire(NOBODY);
        StoredBlocks blocks = new StoredBlocks(3);
        blocks.append(writer, 100);
        groups.writers().seal(writer.group());
        assertThat(blocks.append(writer, 100)).isEqualTo(BlockAddress.HOLE);
        groups.writers().release(writer);
        assertThat(groups.writers().acquire(NOBODY).group()).isEqualTo(2);
    }

    @Test
    void neverMoreThanTheMostSlots() throws IOException {
        GroupWriter writer = groups.writers().acquire(NOBODY);
        StoredBlocks blocks = new StoredBlocks(4);
        int slots = 0;
        while (blocks.append(writer, 1) != BlockAddress.HOLE) {
            slots++;
        }
        assertThat(slots).isEqualTo(geometry.maxSlots()).isEqualTo(2048);
        groups.writers().seal(writer.group());
        blocks.assertAllIn(groups);
    }

    @Test
    void aGroupIsFilledToItsEnd() throws IOException {
        StoredBlocks blocks = new StoredBlocks(5);
        GroupWriter writer = groups.writers().acquire(NOBODY);
        while (blocks.append(writer, 4096) != BlockAddress.HOLE) {
            assertThat(groups.layout(1).dataEnd()).isLessThan(GROUP_BYTES);
        }
        GroupLayout sealed = groups.writers().seal(1);
        assertThat(sealed).isNotNull();
        assertThat(GROUP_BYTES - geometry.sealedEnd(sealed.dataEnd(), sealed.slots()))
                .isBetween(0L, 4096L + 128);
        blocks.assertAllIn(groups);
        groups.check(1);
    }

    @Test
    void refusesWrongArgumentsUnchanged() throws IOException {
        GroupWriter writer = groups.writers().acquire(NOBODY);
        ByteBuffer stored = ByteBuffer.allocate(100_000);
        byte[] fingerprint = new byte[32];
        assertThatThrownBy(() -> writer.append(fingerprint, 0, stored, 0, 0, 0, 0, BlockListener.NONE))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> writer.append(fingerprint, 0, stored, 0, 65_537, 0, 0, BlockListener.NONE))
                .isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> writer.append(fingerprint, 1, stored, 0, 1, 0, 0, BlockListener.NONE))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> writer.append(fingerprint, 0, stored, 99_999, 2, 0, 0, BlockListener.NONE))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(groups.slotCount(1)).isZero();
        assertThat(writer.append(fingerprint, 0, stored, 99_999, 1, 0, 0, BlockListener.NONE))
                .isEqualTo(BlockAddress.of(1, 0));
    }

    @Test
    void aListenerIsToldOfABlockBeforeItCanBeFound() throws IOException {
        GroupWriter writer = groups.writers().acquire(NOBODY);
        ByteBuffer stored = ByteBuffer.wrap(new byte[100]);
        byte[] fingerprint = new byte[32];
        fingerprint[5] = 42;
        List<Long> told = new ArrayList<>();
        long address = writer.append(fingerprint, 0, stored, 0, 100, 0, 7, (added, table, at) -> {
            told.add(added);
            assertThat(table.get(at + 5)).isEqualTo((byte) 42);
            assertThat(TableEntry.isIntact(added, table, at, 32)).isTrue();
            assertThat(groups.slotCount(1)).isZero();
        });
        assertThat(told).containsExactly(address);
        assertThat(groups.slotCount(1)).isOne();
    }

    @Test
    void aBlockWhoseListenerFailsIsNotAppended() throws IOException {
        GroupWriter writer = groups.writers().acquire(NOBODY);
        StoredBlocks blocks = new StoredBlocks(9);
        blocks.append(writer, 4000);
        IOException failure = new IOException("cannot be recorded");
        assertThatThrownBy(() ->
                        writer.append(new byte[32], 0, ByteBuffer.allocate(3000), 0, 3000, 0, 0, (added, table, at) -> {
                            throw failure;
                        }))
                .isSameAs(failure);
        assertThat(groups.slotCount(1)).isOne();
        for (int i = 0; i < 300; i++) { // more than fits the buffer
            blocks.append(writer, 9000);
        }
        groups.force();
        blocks.assertAllIn(groups);
        assertThat(groups.writers().seal(1)).isNotNull();
        groups.check(1);
        blocks.assertAllIn(groups);
    }

    @Test
    void eachWriterHasItsOwnGroupUntilThereAreTooMany() throws IOException {
        BlockGroups few = new BlockGroups(
                directory.open("few", OpenMode.CREATE),
                geometry,
                new GroupSettings(false, 1 << 30, 3, Long.MAX_VALUE, () -> 0));
        List<String> opened = new ArrayList<>();
        List<GroupWriter> writers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            writers.add(few.writers().acquire((group, region) -> opened.add(group + "@" + region)));
        }
        assertThat(opened).containsExactly("1@0", "2@1", "3@2");
        Set<Integer> first = new HashSet<>();
        writers.subList(0, 3).forEach(writer -> first.add(writer.group()));
        assertThat(first).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(writers.get(4).group()).isBetween(1, 3);
        StoredBlocks blocks = new StoredBlocks(6);
        blocks.append(writers.get(0), 4000);
        blocks.append(writers.get(1), 1);
        assertThat(few.writers().acquire(NOBODY).group()).isEqualTo(3); // most room
        writers.forEach(few.writers()::release);
        writers.forEach(few.writers()::release);
    }

    @Test
    void anIdleGroupIsUsedAgain() throws IOException {
        GroupWriter one = groups.writers().acquire(NOBODY);
        GroupWriter two = groups.writers().acquire(NOBODY);
        new StoredBlocks(7).append(two, 100);
        groups.writers().release(one);
        groups.writers().release(two);
        assertThat(groups.writers().acquire(NOBODY).group()).isEqualTo(two.group()); // the fuller one
        assertThat(groups.writers().acquire(NOBODY).group()).isEqualTo(one.group());
    }

    @Test
    void aGroupThatCannotBeRecordedIsGivenUp() throws IOException {
        assertThatThrownBy(() -> groups.writers().acquire((group, region) -> {
                    throw new IOException("journal");
                }))
                .hasMessage("journal");
        assertThat(groups.layouts()).isEmpty();
        assertThat(groups.usedBytes()).isZero();
        GroupWriter writer =
                groups.writers().acquire((group, region) -> assertThat(region).isZero());
        assertThat(writer.group()).isEqualTo(1);
    }

    @Test
    void visitsHeadsInPartsTheHighestFirst() throws IOException {
        VolumeGeometry large = new VolumeGeometry(UUID.randomUUID(), 4 << 20, 4096, 32);
        BlockGroups several = new BlockGroups(file, large, GroupSettings.unlimited(1 << 30));
        StoredBlocks blocks = new StoredBlocks(8);
        int slots = FingerprintHeads.CAPACITY + 700;
        blocks.append(several, slots, 100);
        for (int round = 0; round < 2; round++) {
            List<Integer> visited = new ArrayList<>();
            assertThat(several.forEachHead(1, new FingerprintHeads(), heads -> {
                        for (int i = 0; i < heads.count(); i++) {
                            visited.add(heads.slot(i));
                            byte[] fingerprint = blocks.blocks()
                                    .get(BlockAddress.of(1, heads.slot(i)))
                                    .fingerprint();
                            assertThat(heads.first(i)).isEqualTo(Bytes.longAt(fingerprint, 0));
                            assertThat(heads.second(i)).isEqualTo(Bytes.longAt(fingerprint, 8));
                        }
                    }))
                    .isZero();
            List<Integer> expected = new ArrayList<>();
            IntStream.range(FingerprintHeads.CAPACITY, slots).forEach(expected::add);
            IntStream.range(0, FingerprintHeads.CAPACITY).forEach(expected::add);
            assertThat(visited).isEqualTo(expected);
            several.writers().seal(1);
        }
    }

    @Test
    void retiredSlotsAreNotVisited() throws IOException {
        StoredBlocks blocks = new StoredBlocks(8);
        blocks.append(groups, 300, 100);
        groups.writers().seal(1);
        SlotSet dead = new SlotSet(300);
        IntStream.range(100, 200).forEach(dead::add);
        groups.reclaim().retire(1, dead);
        List<Integer> visited = new ArrayList<>();
        groups.forEachHead(1, new FingerprintHeads(), heads -> {
            for (int i = 0; i < heads.count(); i++) {
                visited.add(heads.slot(i));
            }
        });
        assertThat(visited).hasSize(200).doesNotContain(100, 199).contains(99, 200);
    }

    @Test
    void forcesOnlyWhatIsNew() throws IOException {
        CountingFile counting = new CountingFile(file);
        BlockGroups counted = new BlockGroups(counting, geometry, GroupSettings.unlimited(1 << 30));
        assertThat(counted.isDirty()).isFalse();
        counted.force();
        assertThat(counting.forces).isZero();
        StoredBlocks blocks = new StoredBlocks(9);
        blocks.append(counted, 1, 100);
        assertThat(counted.isDirty()).isTrue();
        counted.force();
        counted.force();
        assertThat(counted.isDirty()).isFalse();
        assertThat(counting.forces).isEqualTo(1);
        counted.writers().seal(1);
        assertThat(counted.isDirty()).isTrue();
        counting.failForce = true;
        assertThatThrownBy(counted::force).hasMessage("force");
        assertThat(counted.isDirty()).isTrue();
        counting.failForce = false;
        assertThatThrownBy(counted::force)
                .isInstanceOf(VolumeFailedException.class)
                .hasRootCauseMessage("force");
        assertThat(counting.forces).as("not tried again").isEqualTo(2);
        assertThat(counted.isDirty()).isTrue();
    }

    @Test
    void readOnlyRefusesChanges() throws IOException {
        BlockGroups reading =
                new BlockGroups(file, geometry, new GroupSettings(true, 1 << 30, 16, Long.MAX_VALUE, () -> 0));
        reading.restore().open(1, 0);
        assertThatThrownBy(() -> reading.writers().acquire(NOBODY)).isInstanceOf(ReadOnlyException.class);
        assertThatThrownBy(() -> reading.writers().seal(1)).isInstanceOf(ReadOnlyException.class);
        reading.force();
        assertThat(file.sizeBytes()).isZero();
    }

    @Test
    void refusesUseAfterClose() throws IOException {
        StoredBlocks blocks = new StoredBlocks(10);
        blocks.append(groups, 10, 100);
        groups.writers().seal(1);
        long address = BlockAddress.of(1, 0);
        groups.close();
        groups.close();
        assertThatThrownBy(() -> groups.locate(address, new StoredBlock())).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> groups.fingerprintMatches(address, new byte[32], 0))
                .isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> groups.writers().acquire(NOBODY)).isInstanceOf(VolumeClosedException.class);
    }

    @Test
    void residentMemoryStaysNearTheBudget() throws IOException {
        CountingFile counting = new CountingFile(file);
        long budget = 4L << 20;
        BlockGroups tight = new BlockGroups(counting, geometry, GroupSettings.unlimited(budget));
        StoredBlocks blocks = new StoredBlocks(11);
        blocks.append(tight, 6000, 4096);
        assertThat(tight.layouts()).hasSizeGreaterThan(8);
        blocks.assertAllIn(tight);
        assertThat(counting.drops).isPositive();
        assertThat(tight.touchedBytes()).isLessThanOrEqualTo(budget);
        blocks.assertAllIn(tight);
    }

    /** However many groups there are, of which little is touched. */
    @Test
    void residentMemoryStaysNearTheBudgetWithALittleOfEachGroup() throws IOException {
        CountingFile counting = new CountingFile(file);
        long budget = 2L << 20;
        BlockGroups tight = new BlockGroups(counting, geometry, GroupSettings.unlimited(budget));
        StoredBlocks blocks = new StoredBlocks(11);
        blocks.append(tight, 6000, 4096);
        int groupsRead = tight.layouts().size() - 1;
        assertThat(groupsRead).isBetween(11, 30);
        StoredBlock found = new StoredBlock();
        for (int slot = 0; slot < 400; slot += 100) {
            for (int group = 1; group <= groupsRead; group++) {
                tight.locate(BlockAddress.of(group, slot), found);
            }
        }
        found.release();
        // A block makes a window resident and its entry another: 512 KiB of each group at most.
        assertThat(counting.drops).isPositive();
        assertThat(tight.touchedBytes()).isLessThanOrEqualTo(budget);
    }

    @Test
    void whatIsReadAgainAndAgainCountsOnce() throws IOException {
        CountingFile counting = new CountingFile(file);
        BlockGroups tight = new BlockGroups(counting, geometry, GroupSettings.unlimited(2L << 20));
        StoredBlocks blocks = new StoredBlocks(11);
        blocks.append(tight, 300, 4096);
        tight.writers().seal(1);
        StoredBlock found = new StoredBlock();
        for (int i = 0; i < 10_000; i++) {
            tight.locate(BlockAddress.of(1, i % 300), found);
            tight.fingerprintMatches(BlockAddress.of(1, i % 300), new byte[32], 0);
        }
        found.release();
        assertThat(counting.drops).isZero();
        assertThat(tight.touchedBytes()).isBetween(300L << 10, 1L << 20);
    }
}
