package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that is full for more than new blocks: for giving space back, for making changes durable. */
class FullDiskTest {
    private static final int BLOCK = 4096;
    private static final int IMAGE_BLOCKS = 600;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(4 << 20)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .writeBufferBytes(0)
            .build();

    private final MemoryDirectory memory = new MemoryDirectory();
    private final FaultyDirectory disk = new FaultyDirectory(memory);

    private static void put(Volume volume, String name, long seed) throws IOException {
        byte[] bytes = TestData.distinctBlocks(BLOCK, seed, IMAGE_BLOCKS);
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    /** Seals the group before all its room is taken. */
    private static void fillAllSlots(Volume volume) throws IOException {
        byte[] bytes = TestData.blocks(
                BLOCK, LongStream.range(1, 9_000).map(i -> 100_000 + 2 * i).toArray());
        try (Image image = volume.images().create("short blocks", bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static void check(Volume volume, String name, long seed) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            assertThat(TestData.readAll(image)).isEqualTo(TestData.distinctBlocks(BLOCK, seed, IMAGE_BLOCKS));
        }
    }

    private static void verify(Volume volume) throws IOException {
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .isEmpty();
    }

    /** Punching takes room on file systems that copy on write. */
    @Test
    void aGroupIsSealedThoughItsSpareSpaceCannotBeGivenBack() throws IOException {
        VolumeOptions large = OPTIONS.toBuilder().groupSizeBytes(8 << 20).build();
        try (Volume volume = MemoryProvider.create(disk, large)) {
            put(volume, "dies", 2_000);
            volume.images().delete("dies");
            put(volume, "a", 1_000); // known to the journal only
            volume.commit();
            disk.on(FileOperation.PUNCH).of("blocks.dat").times(1).then(Fault.diskFull());
            volume.compact(CompactionOptions.defaults().withMinDeadShare(0.1));
            assertThat(disk.struck()).isEqualTo(1);
            check(volume, "a", 1_000);
            verify(volume);
            put(volume, "c", 5_000);
        }
        try (Volume volume = MemoryProvider.open(memory, large)) {
            check(volume, "a", 1_000);
            check(volume, "c", 5_000);
            put(volume, "d", 4_000);
            check(volume, "a", 1_000);
            verify(volume);
        }
    }

    @Test
    void aVolumeOpensThoughNothingCanBeGivenBack() throws IOException {
        MemoryDirectory crashed;
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            put(volume, "a", 1_000);
            fillAllSlots(volume);
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
            check(volume, "a", 1_000);
            put(volume, "b", 2_000);
            verify(volume);
        }
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS)) {
            check(volume, "a", 1_000);
            check(volume, "b", 2_000);
        }
    }

    /** What a failed force was to make durable may be durable all the same, so its pages must stay. */
    @ParameterizedTest
    @ValueSource(strings = {"superblock", "metadata.dat"})
    void aCheckpointThatCannotBeForcedEndsAllChanges(String file) throws IOException {
        Volume volume = MemoryProvider.create(disk, OPTIONS);
        put(volume, "a", 1_000);
        put(volume, "b", 2_000);
        disk.on(FileOperation.FORCE).of(file).times(1).then(Fault.diskFull());
        assertFails(() -> volume.compact(CompactionOptions.defaults()));
        assertFails(() -> put(volume, "c", 1_000));
        assertFails(() -> volume.compact(CompactionOptions.defaults()));
        assertFails(volume::close);
        assertThat(disk.struck()).isEqualTo(1);
        try (Volume again = MemoryProvider.open(memory, OPTIONS)) {
            check(again, "a", 1_000);
            check(again, "b", 2_000);
            verify(again);
        }
    }

    private static void assertFails(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(VolumeFailedException.class).hasStackTraceContaining("injected");
    }
}
