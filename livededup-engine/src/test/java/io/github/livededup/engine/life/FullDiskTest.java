package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is full for more than new blocks: for giving space back, for making changes durable. */
class FullDiskTest {
    private static final int IMAGE_BLOCKS = 600;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(4 << 20)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .writeBufferBytes(0)
            .build();

    private final MemoryDirectory memory = new MemoryDirectory();
    private final FaultyDirectory disk = new FaultyDirectory(memory);

    /** Punching takes room on file systems that copy on write. */
    @Test
    void aGroupIsSealedThoughItsSpareSpaceCannotBeGivenBack() throws IOException {
        VolumeOptions large = OPTIONS.toBuilder().groupSizeBytes(8 << 20).build();
        try (Volume volume = MemoryProvider.create(disk, large)) {
            SeededImages.put(volume, "dies", 2_000, IMAGE_BLOCKS);
            volume.images().delete("dies");
            SeededImages.put(volume, "a", 1_000, IMAGE_BLOCKS); // known to the journal only
            volume.commit();
            disk.on(FileOperation.PUNCH).of("blocks.dat").times(1).then(Fault.diskFull());
            volume.compact(CompactionOptions.defaults().withMinDeadShare(0.1));
            assertThat(disk.struck()).isEqualTo(1);
            SeededImages.check(volume, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.verify(volume);
            SeededImages.put(volume, "c", 5_000, IMAGE_BLOCKS);
        }
        try (Volume volume = MemoryProvider.open(memory, large)) {
            SeededImages.check(volume, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.check(volume, "c", 5_000, IMAGE_BLOCKS);
            SeededImages.put(volume, "d", 4_000, IMAGE_BLOCKS);
            SeededImages.check(volume, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.verify(volume);
        }
    }

    @Test
    void aVolumeOpensThoughNothingCanBeGivenBack() throws IOException {
        MemoryDirectory crashed;
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            SeededImages.put(volume, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.fillAllSlots(volume);
            volume.commit(); // the journal tells of a group that was sealed
            crashed = memory.copy();
        }
        try (VolumeFile blocks = crashed.open("blocks.dat", OpenMode.WRITE)) {
            blocks.write(ByteBuffer.allocate(1), 40 << 20); // in a region that no group takes
        }
        FaultyDirectory full = new FaultyDirectory(crashed);
        full.on(FileOperation.PUNCH).of("blocks.dat").then(Fault.diskFull());
        try (Volume volume = MemoryProvider.open(full, OPTIONS)) {
            assertThat(full.struck()).isEqualTo(2);
            full.heal();
            SeededImages.check(volume, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.put(volume, "b", 2_000, IMAGE_BLOCKS);
            SeededImages.verify(volume);
        }
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS)) {
            SeededImages.check(volume, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.check(volume, "b", 2_000, IMAGE_BLOCKS);
        }
    }

    /** What a failed force was to make durable may be durable all the same, so its pages must stay. */
    @ParameterizedTest
    @ValueSource(strings = {"superblock", "metadata.dat"})
    void aCheckpointThatCannotBeForcedEndsAllChanges(String file) throws IOException {
        Volume volume = MemoryProvider.create(disk, OPTIONS);
        SeededImages.put(volume, "a", 1_000, IMAGE_BLOCKS);
        SeededImages.put(volume, "b", 2_000, IMAGE_BLOCKS);
        disk.on(FileOperation.FORCE).of(file).times(1).then(Fault.diskFull());
        assertFails(() -> volume.compact(CompactionOptions.defaults()));
        assertFails(() -> SeededImages.put(volume, "c", 1_000, IMAGE_BLOCKS));
        assertFails(() -> volume.compact(CompactionOptions.defaults()));
        assertFails(volume::close);
        assertThat(disk.struck()).isEqualTo(1);
        try (Volume again = MemoryProvider.open(memory, OPTIONS)) {
            SeededImages.check(again, "a", 1_000, IMAGE_BLOCKS);
            SeededImages.check(again, "b", 2_000, IMAGE_BLOCKS);
            SeededImages.verify(again);
        }
    }

    private static void assertFails(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(VolumeFailedException.class).hasStackTraceContaining("injected");
    }
}
