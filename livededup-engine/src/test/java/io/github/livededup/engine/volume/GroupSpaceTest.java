package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A full disk, or the maximum size: typed errors, and everything that was stored stays usable. */
class GroupSpaceTest {
    private static final int GROUP_BYTES = 1 << 20;
    private static final GroupListener NOBODY = (group, region) -> {};

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, 4096, 32);
    private final StoredBlocks blocks = new StoredBlocks(1);

    @Test
    void aDiskThatIsFullAtAnyMomentLeavesEverythingUsable() throws IOException {
        for (int allocations = 0; allocations < 40; allocations++) {
            MemoryDirectory directory = new MemoryDirectory();
            CountingFile file = new CountingFile(directory.open("blocks.dat", OpenMode.CREATE));
            BlockGroups groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1 << 30));
            StoredBlocks stored = new StoredBlocks(allocations);
            file.allocationsLeft = allocations;
            assertThatThrownBy(() -> stored.append(groups, 100_000, 4096)).isInstanceOf(VolumeFullException.class);
            stored.assertAllIn(groups);
            groups.force();
            assertThat(groups.usedBytes()).isEqualTo(file.allocatedBytes());
            for (GroupLayout layout : groups.layouts()) {
                if (!layout.sealed()) {
                    assertThat(groups.writers().seal(layout.group())).isNotNull(); // room for that was reserved
                }
                groups.check(layout.group());
            }
            file.allocationsLeft = Integer.MAX_VALUE;
            stored.append(groups, 300, 4096);
            stored.assertAllIn(groups);
            groups.close();
        }
    }

    @Test
    void theSystemBeginsToWriteInLargeStepsWhatIsInTheFile() throws IOException {
        int step = 4 << 20;
        VolumeGeometry large = new VolumeGeometry(UUID.randomUUID(), 16 << 20, 4096, 32);
        CountingFile file = new CountingFile(new MemoryDirectory().open("blocks.dat", OpenMode.CREATE));
        try (BlockGroups groups = new BlockGroups(file, large, GroupSettings.unlimited(1 << 30))) {
            groups.writers().acquire(NOBODY); // so that the other's region is not the file's first
            GroupWriter writer = groups.writers().acquire(NOBODY);
            while (file.written.size() < 6) {
                assertThat(blocks.append(writer, 4096)).isNotEqualTo(BlockAddress.HOLE);
            }
            long start = large.regionStart(groups.layout(writer.group()).region());
            for (int i = 0; i < file.written.size(); i += 2) {
                assertThat(file.written.get(i)).isEqualTo(i == 0 ? start : file.written.get(i - 1));
                assertThat(file.written.get(i + 1) - file.written.get(i)).isBetween((long) step, 2L * step);
            }
            assertThat(file.written.get(5))
                    .isLessThanOrEqualTo(start + groups.layout(writer.group()).dataEnd());
            int told = file.written.size();
            groups.force();
            assertThat(file.written).as("a small flush").hasSize(told);
        }
    }

    @Test
    void aFullDirectoryIsFilledToItsLastPages() throws IOException {
        MemoryDirectory directory = new MemoryDirectory("small", 2_500_000);
        BlockGroups groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.CREATE), geometry, GroupSettings.unlimited(1 << 30));
        assertThatThrownBy(() -> blocks.append(groups, 100_000, 4096)).isInstanceOf(VolumeFullException.class);
        assertThat(directory.allocatedBytes()).isBetween(2_500_000L - 3 * 4096, 2_500_000L);
        blocks.assertAllIn(groups);
        groups.force();
    }

    @Test
    void theMaximumSizeIsKept() throws IOException {
        AtomicLong others = new AtomicLong(500_000);
        try (VolumeFile file = new MemoryDirectory().open("blocks.dat", OpenMode.CREATE)) {
            BlockGroups groups =
                    new BlockGroups(file, geometry, new GroupSettings(false, 1 << 30, 16, 3_000_000, others::get));
            assertThatThrownBy(() -> blocks.append(groups, 100_000, 4096))
                    .isInstanceOf(VolumeFullException.class)
                    .hasMessageContaining("maximum physical size");
            assertThat(file.allocatedBytes()).isEqualTo(groups.usedBytes()).isBetween(2_400_000L, 2_500_000L);
            blocks.assertAllIn(groups);
            others.set(0);
            blocks.append(groups, 50, 4096);
            blocks.assertAllIn(groups);
        }
    }

    @Test
    void writersShareTheRoomThatIsLeft() throws IOException {
        try (VolumeFile file = new MemoryDirectory().open("blocks.dat", OpenMode.CREATE)) {
            BlockGroups groups =
                    new BlockGroups(file, geometry, new GroupSettings(false, 1 << 30, 16, 132_000, () -> 0));
            GroupWriter first = groups.writers().acquire(NOBODY);
            GroupWriter second = groups.writers().acquire(NOBODY);
            assertThat(second.group()).isNotEqualTo(first.group());
            blocks.append(first, 4096);
            GroupWriter third = groups.writers().acquire(NOBODY);
            assertThat(third.group()).isEqualTo(second.group()); // most room of what is allocated
            assertThatThrownBy(() -> {
                        while (true) {
                            assertThat(blocks.append(third, 4096)).isNotEqualTo(BlockAddress.HOLE);
                        }
                    })
                    .isInstanceOf(VolumeFullException.class);
            assertThat(groups.writers().acquire(NOBODY).group()).isEqualTo(first.group());
            blocks.assertAllIn(groups);
        }
    }

    /** A group that is being made counts as open, and who finds too many open waits for one of them. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void groupsThatCannotBeMadeDoNotCountAsOpen() throws IOException {
        CountingFile file = new CountingFile(new MemoryDirectory().open("blocks.dat", OpenMode.CREATE));
        try (BlockGroups groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1 << 30))) {
            file.punchesLeft = 0;
            for (int i = 0; i < 2 * GroupSettings.DEFAULT_MAX_OPEN_GROUPS; i++) {
                assertThatThrownBy(() -> groups.writers().acquire((group, region) -> {
                            throw new VolumeFullException("metadata", "full for the test");
                        }))
                        .isInstanceOf(VolumeFullException.class);
            }
            assertThat(groups.usedBytes()).isZero();
            file.punchesLeft = Integer.MAX_VALUE;
            blocks.append(groups, 300, 4096);
            blocks.assertAllIn(groups);
            assertThat(groups.layout(1).region()).isZero();
        }
    }

    @Test
    void aFailedWriteLosesNoAcceptedBlock() throws IOException {
        CountingFile file = new CountingFile(new MemoryDirectory().open("blocks.dat", OpenMode.CREATE));
        BlockGroups groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1 << 30));
        blocks.append(groups, 100, 4096);
        file.writesLeft = 0;
        assertThatThrownBy(groups::flush).hasMessage("write");
        blocks.assertAllIn(groups);
        assertThatThrownBy(() -> groups.writers().seal(1)).hasMessage("write");
        file.writesLeft = 1; // the data, not the table
        assertThatThrownBy(() -> groups.writers().seal(1)).hasMessage("write");
        assertThat(groups.isSealed(1)).isFalse();
        blocks.assertAllIn(groups);
        file.writesLeft = Integer.MAX_VALUE;
        blocks.append(groups, 50, 4096);
        blocks.assertAllIn(groups);
        groups.writers().seal(1);
        groups.check(1);
        blocks.assertAllIn(groups);
    }
}
