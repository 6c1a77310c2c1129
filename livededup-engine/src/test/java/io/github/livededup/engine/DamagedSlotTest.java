package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CorruptionException;
import io.github.livededup.Image;
import io.github.livededup.RepairPlan;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.Superblock;
import io.github.livededup.engine.format.SuperblockLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.metadata.superblock.SuperblockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The superblock's newest slot is damaged: the volume goes on from the other one, if that is still true of the block groups. */
class DamagedSlotTest {
    private static final int BLOCK = 4096;
    private static final int IMAGE_BLOCKS = 1_000;
    private static final int GROUP_BYTES = 1 << 20;
    private static final long UNOWNED = 40L * GROUP_BYTES;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(GROUP_BYTES)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .writeBufferBytes(0)
            .build();

    private final MemoryDirectory memory = new MemoryDirectory();

    private static void put(Volume volume) throws IOException {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1_000, IMAGE_BLOCKS);
        try (Image image = volume.images().create("a", bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static void discardEveryOther(Volume volume) throws IOException {
        try (Image image = volume.images().open("a")) {
            for (int block = 1; block < IMAGE_BLOCKS; block += 2) {
                image.discard((long) block * BLOCK, BLOCK);
            }
        }
    }

    /** Every other block is there. */
    private static void check(Volume volume) throws IOException {
        try (Image image = volume.images().openReadOnly("a")) {
            for (int block = 0; block < IMAGE_BLOCKS; block += 2) {
                assertThat(TestData.read(image, (long) block * BLOCK, BLOCK))
                        .isEqualTo(TestData.block(BLOCK, 1_000 + block));
            }
        }
    }

    private static void damageNewest(MemoryDirectory directory) throws IOException {
        int newest = -1;
        long generation = -1;
        for (SuperblockFile.Slot slot : SuperblockFile.slots(directory)) {
            Superblock found = slot.superblock();
            if (found != null && found.generation() > generation) {
                generation = found.generation();
                newest = slot.number();
            }
        }
        new FaultyDirectory(directory).rot(SuperblockFile.NAME, newest * SuperblockLayout.SLOT_DISTANCE_BYTES + 40L, 3);
    }

    /** States of a compaction, each with a checkpoint that is durable and nothing of the next one written. */
    @Test
    void theOlderOneHoldsAllThroughACompaction() throws IOException {
        FaultyDirectory disk = new FaultyDirectory(memory);
        List<MemoryDirectory> states = new ArrayList<>();
        try (Volume volume = MemoryProvider.create(disk, OPTIONS)) {
            put(volume);
            discardEveryOther(volume);
            String[] last = {""};
            disk.on(FileOperation.WRITE)
                    .ofAny(name -> {
                        if (name.equals("metadata.dat") && last[0].equals(SuperblockFile.NAME)) {
                            states.add(memory.copy());
                        }
                        last[0] = name;
                        return false;
                    })
                    .then(Fault.error());
            assertThat(volume.compact(CompactionOptions.defaults()).rewrittenGroups())
                    .isPositive();
        }
        assertThat(states).hasSizeGreaterThan(1);
        for (MemoryDirectory state : states) {
            damageNewest(state);
            try (Volume volume = MemoryProvider.open(state, OPTIONS)) {
                check(volume);
                VerifyReport report = volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS));
                assertThat(report.problems()).isEmpty();
            }
        }
    }

    /** Much is mapped, and then deleted in one go: the last checkpoint needs far fewer pages than the one before. */
    @Test
    void theOlderOneHoldsAfterClosing() throws IOException {
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            put(volume);
            discardEveryOther(volume);
            for (int clone = 0; clone < 20; clone++) {
                String name = "clone" + clone;
                volume.images().clone("a", name);
                try (Image image = volume.images().open(name)) {
                    image.write(ByteBuffer.wrap(TestData.block(BLOCK, clone)), 0);
                }
            }
        }
        try (Volume volume = MemoryProvider.open(memory, OPTIONS)) {
            for (int clone = 0; clone < 20; clone++) {
                volume.images().delete("clone" + clone);
            }
        }
        damageNewest(memory);
        try (Volume volume = MemoryProvider.open(memory, OPTIONS)) {
            check(volume);
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                    .isEmpty();
            assertThat(volume.images().list()).hasSize(1);
        }
    }

    /** What only the older one needs is little when a volume is closed, however much was deleted. */
    @Test
    void closingGivesBackWhatADeletedImageHad() throws IOException {
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            put(volume);
            try (Image image = volume.images().create("wide", 1L << 36)) {
                for (long at = 0; at < 1L << 36; at += 1L << 25) {
                    image.write(ByteBuffer.wrap(TestData.block(BLOCK, 1_000)), at);
                }
            }
        }
        try (Volume volume = MemoryProvider.open(memory, OPTIONS)) {
            volume.images().delete("wide");
        }
        try (VolumeFile metadata = memory.open("metadata.dat", OpenMode.READ)) {
            assertThat(metadata.allocatedBytes()).isLessThan(2 << 20);
        }
    }

    private static void writeToBlocks(MemoryDirectory directory, long position, byte[] bytes) throws IOException {
        try (VolumeFile blocks = directory.open("blocks.dat", OpenMode.WRITE)) {
            blocks.write(ByteBuffer.wrap(bytes), position);
        }
    }

    @Test
    void isNotGoneBackFromIfAGroupIsNotWhereTheOlderOneHasIt() throws IOException {
        MemoryDirectory crashed;
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            put(volume);
            volume.compact(CompactionOptions.defaults());
            volume.compact(CompactionOptions.defaults()); // both slots have the groups
            crashed = memory.copy();
        }
        damageNewest(crashed);
        writeToBlocks(crashed, 0, new byte[GROUP_BYTES]); // punched since
        writeToBlocks(crashed, UNOWNED, new byte[] {1}); // where it was moved to
        FaultyDirectory disk = new FaultyDirectory(crashed);
        assertThatThrownBy(() -> MemoryProvider.open(disk, OPTIONS))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("group 1");
        for (FileOperation operation : FileOperation.values()) {
            boolean changes = switch (operation) {
                case CREATE, CREATE_FOLDER, DELETE, RENAME, WRITE, RESIZE, ALLOCATE, PUNCH -> true;
                default -> false;
            };
            assertThat(changes && disk.count(operation) > 0).as("%s", operation).isFalse();
        }
        assertThat(disk.openFiles()).isZero();
        RepairPlan plan = new RepairTrials(crashed).plan();
        assertThat(plan.opens()).isFalse();
        assertThat(plan.advised()).isEmpty();
        assertThat(plan.trials()).isNotEmpty().noneMatch(RepairPlan.Trial::helps);
        assertThat(plan.trials())
                .filteredOn(trial -> trial.problems().get(0).kind() == VerifyReport.Kind.GROUP)
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial.loses()).startsWith("blocks of 1 block groups"));
    }

    @Test
    void regionsThatNoGroupTakesAreKeptUntilTheNextOpen() throws IOException {
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            put(volume);
        }
        damageNewest(memory);
        writeToBlocks(memory, UNOWNED, new byte[] {1});
        for (byte left : new byte[] {1, 0}) {
            try (Volume volume = MemoryProvider.open(memory, OPTIONS)) {
                check(volume);
            }
            ByteBuffer one = ByteBuffer.allocate(1);
            try (VolumeFile blocks = memory.open("blocks.dat", OpenMode.READ)) {
                blocks.read(one, UNOWNED);
            }
            assertThat(one.get(0)).isEqualTo(left);
        }
    }
}
