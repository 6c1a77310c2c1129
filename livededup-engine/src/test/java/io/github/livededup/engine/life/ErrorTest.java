package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

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
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error of the JVM in the middle of something: nothing is changed any more, and what was committed is found again. */
class ErrorTest {
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(4 << 20)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .writeBufferBytes(0)
            .build();

    private final MemoryDirectory memory = new MemoryDirectory();
    private final ErringDirectory erring = new ErringDirectory(memory);

    private static void assertHasFailed(Volume volume) {
        assertThatThrownBy(volume::commit)
                .isInstanceOf(VolumeFailedException.class)
                .hasStackTraceContaining("injected");
        assertThatThrownBy(volume::close)
                .isInstanceOf(VolumeFailedException.class)
                .hasStackTraceContaining("injected");
    }

    /** Until it is noted that a group is sealed, no checkpoint may take it for one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void betweenSealingAGroupAndNotingIt(boolean isCompaction) throws IOException {
        Volume volume = MemoryProvider.create(erring, OPTIONS);
        SeededImages.put(volume, "b", 2_000, 600);
        volume.images().delete("b");
        SeededImages.put(volume, "a", 1_000, 100);
        volume.commit();
        erring.errAt(FileOperation.PUNCH, "blocks.dat", 0);
        assertThatThrownBy(() -> {
                    if (isCompaction) {
                        volume.compact(CompactionOptions.defaults().withMinDeadShare(0.1));
                    } else {
                        SeededImages.fillAllSlots(volume);
                    }
                })
                .isInstanceOf(VolumeFailedException.class)
                .hasStackTraceContaining("injected");
        assertHasFailed(volume);
        try (Volume again = MemoryProvider.open(memory, OPTIONS)) {
            SeededImages.check(again, "a", 1_000, 100);
            SeededImages.verify(again);
        }
    }

    /** All that a change needs is read before it is journaled: an error there is as if the change had not been asked for. */
    @Test
    void whileTheMapsAndCountsThatAChangeNeedsAreRead() throws IOException {
        VolumeOptions options = OPTIONS.toBuilder()
                .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
                .build();
        try (Volume volume = MemoryProvider.create(memory, options)) {
            SeededImages.put(volume, "a", 1, 3_000);
            SeededImages.put(volume, "b", 1, 3_000);
        }
        byte[] bytes = TestData.distinctBlocks(SeededImages.BLOCK_BYTES, 501, 2_000);
        int failed = 0;
        boolean errs = true;
        for (int reads = 0; errs; reads++) {
            MemoryDirectory copy = memory.copy();
            ErringDirectory disk = new ErringDirectory(copy);
            Volume volume = MemoryProvider.open(disk, options);
            disk.errAt(FileOperation.READ, "metadata.dat", reads);
            Throwable thrown = catchThrowable(() -> writeA(volume, bytes));
            errs = disk.hasErred();
            failed += thrown instanceof OutOfMemoryError ? 1 : 0;
            assertThat(thrown != null).as("the error of read %d is told", reads).isEqualTo(errs);
            disk.errAt(FileOperation.READ, "", 0);
            writeA(volume, bytes);
            volume.close();
            try (Volume again = MemoryProvider.open(copy, options)) {
                assertThat(again.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                        .as("after the error of read %d", reads)
                        .isEmpty();
                try (Image image = again.images().openReadOnly("a")) {
                    assertThat(TestData.read(image, 0, bytes.length)).isEqualTo(bytes);
                }
            }
        }
        assertThat(failed).as("errors before a change").isPositive();
    }

    private static void writeA(Volume volume, byte[] bytes) throws IOException {
        try (Image image = volume.images().open("a")) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    /** What a block takes is looked up in its group when it dies, in the middle of the change. */
    @Test
    void whileAChangeIsApplied() throws IOException {
        try (Volume volume = MemoryProvider.create(memory, OPTIONS)) {
            SeededImages.put(volume, "a", 1, 3_000);
        }
        Volume volume = MemoryProvider.open(erring, OPTIONS);
        erring.errAt(FileOperation.MAP, "blocks.dat", 0);
        try (Image image = volume.images().open("a")) {
            assertThatThrownBy(() -> image.write(ByteBuffer.allocate(SeededImages.BLOCK_BYTES), 0))
                    .isInstanceOf(VolumeFailedException.class)
                    .hasStackTraceContaining("injected");
        }
        assertThat(erring.hasErred()).isTrue();
        assertHasFailed(volume);
        try (Volume again = MemoryProvider.open(memory, OPTIONS)) {
            SeededImages.check(again, "a", 1, 3_000);
            SeededImages.verify(again);
        }
    }

    @Test
    void whileACheckpointIsTaken() throws IOException {
        Volume volume = MemoryProvider.create(erring, OPTIONS);
        SeededImages.put(volume, "a", 1_000, 100);
        erring.errAt(FileOperation.FORCE, "superblock", 0);
        assertThatThrownBy(() -> volume.compact(CompactionOptions.defaults()))
                .isInstanceOf(VolumeFailedException.class)
                .hasStackTraceContaining("injected");
        assertHasFailed(volume);
        try (Volume again = MemoryProvider.open(memory, OPTIONS)) {
            SeededImages.check(again, "a", 1_000, 100);
            SeededImages.verify(again);
        }
    }

    /** What was opened before is closed all the same. */
    @Test
    void whileClosingWhatAFailedOpeningHadOpened() throws IOException {
        MemoryProvider.create(memory, OPTIONS).close();
        FaultyDirectory disk = new FaultyDirectory(erring);
        disk.on(FileOperation.READ).of("metadata.dat").then(Fault.error());
        erring.errAt(FileOperation.CLOSE, "blocks.dat", 0);
        Throwable thrown = catchThrowable(() -> MemoryProvider.open(disk, OPTIONS));
        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(thrown.getSuppressed()).hasAtLeastOneElementOfType(OutOfMemoryError.class);
        assertThat(erring.hasErred()).isTrue();
        assertThat(disk.openFiles()).isZero();
    }
}
