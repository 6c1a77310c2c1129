package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.CompactionOptions;
import io.github.livededup.Compression;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.CrashKit;
import io.github.livededup.engine.crashkit.CrashRecording;
import io.github.livededup.engine.crashkit.CrashSummary;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scripted workload on a disk that fails once, for every write, force and other change there is in it, one after the
 * other. After the first failure the volume takes no changes, says which failure was the first, and never reports a commit
 * as done; it can be read; opened anew it has what was committed. That holds for a crash at any point after the failure
 * as well, although the disk works again: what a failed force dropped does not become durable by a later one.
 */
@Tag("exhaustive")
class FailedWriteTest {
    private static final int BLOCK = 64 << 10;
    private static final VolumeOptions OPTIONS = CrashWorkloads.OVERWRITE.options().toBuilder()
            .blockSizeBytes(BLOCK)
            .compression(Compression.NONE)
            .build();

    /** Which operation fails, and how. */
    private enum Failing {
        WRITE(FileOperation.WRITE, Fault.error(), 10),
        SHORT_WRITE(FileOperation.WRITE, Fault.shortWrite(700), 10),
        FORCE(FileOperation.FORCE, Fault.error(), 10),
        ALLOCATE(FileOperation.ALLOCATE, Fault.error(), 10),
        RESIZE(FileOperation.RESIZE, Fault.error(), 1),
        PUNCH(FileOperation.PUNCH, Fault.error(), 1),
        MAP(FileOperation.MAP, Fault.error(), 1),
        /** The volume goes on, so that there is much to cut after each. */
        FULL(FileOperation.ALLOCATE, Fault.diskFull(), 0),
        /** The index is only advice. */
        INDEX_WRITE(FileOperation.WRITE, Fault.error(), 0),
        INDEX_FORCE(FileOperation.FORCE, Fault.error(), 0),
        INDEX_FORCE_FOLDER(FileOperation.FORCE_FOLDER, Fault.error(), 0);

        private final FileOperation operation;
        private final Fault fault;
        private final int leastRefusals;

        Failing(FileOperation operation, Fault fault, int leastRefusals) {
            this.operation = operation;
            this.fault = fault;
            this.leastRefusals = leastRefusals;
        }

        boolean isOf(String file) {
            return file.startsWith("index") == name().startsWith("INDEX");
        }

        /** Every one is tried where it matters. */
        int step() {
            return this == FULL ? 4 : this == INDEX_WRITE ? 45 : 1;
        }
    }

    private int refusals;

    private static CrashKit kit(Failing failing, long number, AtomicReference<@Nullable FaultyDirectory> disk) {
        return CrashKit.with(OPTIONS)
                .named(failing + "-" + number)
                .prepare(volume -> {
                    CrashWorkloads.create(volume, "kept", 1, 3, 5);
                    CrashWorkloads.create(volume, "dies", CrashWorkloads.odd(101, 16));
                })
                .onDisk(faulty -> {
                    disk.set(faulty);
                    faulty.on(failing.operation)
                            .ofAny(failing::isOf)
                            .nth(number)
                            .then(failing.fault);
                });
    }

    /** Commits, seals a group, gives groups back, takes checkpoints. */
    private static void work(Volume volume) throws IOException {
        CrashWorkloads.create(volume, "first", 7, 9);
        volume.commit();
        try (Image image = volume.images().open("kept")) {
            image.write(ByteBuffer.wrap(TestData.block(BLOCK, 11)), BLOCK);
            image.flush();
        }
        volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, 13)));
        volume.images().snapshot("kept", "snapshot");
        volume.images().delete("dies");
        volume.compact(CompactionOptions.defaults().withMinDeadShare(0.05));
        CrashWorkloads.create(volume, "second", 15, 17);
        volume.commit();
    }

    @ParameterizedTest
    @EnumSource
    void everyOneLeavesWhatWasCommitted(Failing failing) throws Exception {
        AtomicReference<@Nullable FaultyDirectory> disk = new AtomicReference<>();
        CrashSummary sum = new CrashSummary("failed " + failing, 0, 0, 0, 0, 0);
        int failures = 0;
        for (long number = 0; ; number += failing.step()) {
            CrashRecording recording = kit(failing, number, disk).record(this::workUntilFailure);
            if (disk.get().struck() == 0) {
                break;
            }
            failures++;
            sum = sum.plus(recording
                    .from(failureOf(recording))
                    .exhaustive(failing == Failing.FULL ? 2 : 4)
                    .samples(failing == Failing.FULL ? 2 : 6)
                    .verify());
        }
        System.out.printf("%s; %d failures, after %d no changes%n", sum, failures, refusals);
        assertThat(failures).isPositive();
        assertThat(refusals).as("failures that end the changes").isGreaterThanOrEqualTo(failing.leastRefusals);
    }

    /** The point before the change that failed. */
    private static int failureOf(CrashRecording recording) {
        List<String> trace = recording.trace();
        for (int i = 0; i < trace.size(); i++) {
            if (trace.get(i).contains("FAILED ")) {
                return Math.max(0, i - 1);
            }
        }
        throw new AssertionError("no failure in " + trace);
    }

    private void workUntilFailure(Volume volume) throws IOException {
        try {
            work(volume);
        } catch (VolumeFailedException e) {
            refusals++;
            assertRefuses(volume, e);
            assertReads(volume);
            throw e;
        }
    }

    private static void assertRefuses(Volume volume, VolumeFailedException first) {
        Throwable cause = first.getCause();
        assertThat(cause).isNotNull().hasMessageContaining("injected");
        for (int i = 0; i < 2; i++) {
            assertRefused(catchThrowable(volume::commit), cause);
            assertRefused(catchThrowable(() -> volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, 19)))), cause);
            assertRefused(catchThrowable(() -> volume.images().create("new", BLOCK)), cause);
            assertRefused(catchThrowable(() -> volume.images().delete("kept")), cause);
            assertRefused(catchThrowable(() -> volume.compact(CompactionOptions.defaults())), cause);
        }
        assertThatThrownBy(() -> {
                    try (Image image = volume.images().open("kept")) {
                        image.write(ByteBuffer.wrap(new byte[BLOCK]), 0);
                        image.flush();
                    }
                })
                .isInstanceOf(VolumeFailedException.class);
    }

    private static void assertRefused(Throwable refusal, Throwable cause) {
        assertThat(refusal).isInstanceOf(VolumeFailedException.class);
        assertThat(refusal.getCause()).isSameAs(cause);
    }

    private static void assertReads(Volume volume) throws IOException {
        try (Image image = volume.images().openReadOnly("kept")) {
            assertThat(TestData.read(image, 0, BLOCK)).isEqualTo(TestData.block(BLOCK, 1));
            assertThat(TestData.read(image, 2 * BLOCK, BLOCK)).isEqualTo(TestData.block(BLOCK, 5));
            assertThat(TestData.read(image, BLOCK, BLOCK)).isIn(TestData.block(BLOCK, 3), TestData.block(BLOCK, 11));
        }
        assertThat(volume.images().list()).isNotEmpty();
    }
}
