package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.Volume;
import io.github.livededup.engine.ForgottenDecrement;
import io.github.livededup.engine.crashkit.CrashKit;
import io.github.livededup.engine.crashkit.CrashKit.Workload;
import io.github.livededup.engine.crashkit.CrashRecording;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.io.VolumeDirectory;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tests catch it: bugs that an engine may have, made on purpose. Each is a step left out of what the engine does, below
 * it or behind its back, so that no product code knows of them. The crash tests must fail, and without the bug must not.
 *
 * <p>A skipped data force leaves a journal that points to bytes which are not there. A skipped journal force, and one of
 * metadata before the superblock, are the two ways to apply before the commit: for the caller, and in the home place.
 */
class DeliberateBugsTest {
    /** A force that is left out. The engine believes that it was done. */
    private enum SkippedForce {
        /** Block data is not durable when the journal points to it. */
        DATA_BEFORE_THE_JOURNAL("blocks.dat"::equals, "stored bytes fail their checksum"),
        /** A commit is acknowledged, and may be applied by a checkpoint, before the journal is durable. */
        JOURNAL_BEFORE_THE_ACKNOWLEDGEMENT(name -> name.startsWith("journal/"), "no state from"),
        /** The superblock applies new metadata that is not durable. */
        METADATA_BEFORE_THE_SUPERBLOCK("metadata.dat"::equals, "metadata.dat"),
        /** Old pages and journal are used again before the superblock that gives them up is durable. */
        SUPERBLOCK_BEFORE_REUSE("superblock"::equals, "metadata.dat page");

        private final Predicate<String> files;
        private final String symptom;

        SkippedForce(Predicate<String> files, String symptom) {
            this.files = files;
            this.symptom = symptom;
        }

        VolumeDirectory between(VolumeDirectory disk) {
            FaultyDirectory faulty = new FaultyDirectory(disk);
            faulty.on(FileOperation.FORCE).ofAny(files).then(Fault.lost());
            return faulty;
        }
    }

    private static CrashRecording record(UnaryOperator<VolumeDirectory> bug, Workload workload) throws Exception {
        return CrashKit.with(CrashWorkloads.OVERWRITE.options())
                .named("bug")
                .between(bug)
                .prepare(volume -> CrashWorkloads.create(volume, "image", 1, 2, 3, 4))
                .record(workload)
                .exhaustive(7)
                .samples(8);
    }

    private static void work(Volume volume) throws Exception {
        CrashWorkloads.create(volume, "more", 11, 12, 13);
        volume.commit();
        volume.images().delete("image");
        volume.commit();
        volume.blocks().put(CrashWorkloads.block(14));
    }

    private static void assertCaught(CrashRecording recording, String symptom) {
        Throwable failure = catchThrowable(recording::verify);
        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("repeat with: ")
                .hasMessageContaining(symptom);
        System.out.println("caught: " + failure.getMessage().lines().findFirst().orElse(""));
    }

    @Test
    void withoutABugNothingFails() throws Exception {
        CrashRecording recording = record(disk -> disk, DeliberateBugsTest::work);
        assertThat(recording.exhaustive(5).samples(4).verify().distinct()).isGreaterThan(200);
    }

    @ParameterizedTest
    @EnumSource
    void aSkippedForceIsCaught(SkippedForce bug) throws Exception {
        assertCaught(record(bug::between, DeliberateBugsTest::work), bug.symptom);
    }

    @Test
    void aForgottenDecrementIsCaught() throws Exception {
        assertCaught(
                record(disk -> disk, volume -> {
                    long address = volume.blocks().put(CrashWorkloads.block(1)).address();
                    volume.images().delete("image");
                    ForgottenDecrement.of(address, volume);
                    volume.commit();
                }),
                "references: actual=2 expected=1");
    }
}
