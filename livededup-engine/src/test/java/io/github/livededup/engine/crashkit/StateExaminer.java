package io.github.livededup.engine.crashkit;

import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.crashkit.model.ObservedVolume;
import io.github.livededup.engine.crashkit.model.VolumeHistory;
import io.github.livededup.engine.io.VolumeDirectory;

/** Opens what a crash left, verifies it and compares it with the history. */
final class StateExaminer {
    private final VolumeOptions options;
    private final VolumeHistory history;
    private final CrashRecording.Check check;

    StateExaminer(VolumeOptions options, VolumeHistory history, CrashRecording.Check check) {
        this.options = options;
        this.history = history;
        this.check = check;
    }

    /** The states of the history between which the crash came. */
    record Range(int durable, int last) {}

    Range range(int cut) {
        int done = history.reachedBefore(cut);
        return new Range(history.durable(done), Math.max(done, history.reachedAfter(cut)));
    }

    /** Fails if the volume in a directory is not as it may be; changes it as opening and closing do. */
    void examine(VolumeDirectory files, Range range, CrashState state, boolean isThorough) throws Exception {
        if (isThorough) {
            open(files, range, state, VerifyLevel.FINGERPRINTS, (volume, when) -> {});
        }
        // What was made of it stays.
        open(files, range, state, VerifyLevel.METADATA, check);
    }

    private void open(
            VolumeDirectory files, Range range, CrashState state, VerifyLevel level, CrashRecording.Check last)
            throws Exception {
        try (Volume volume = MemoryProvider.open(files, options)) {
            VerifyReport report = volume.verify(VerifyOptions.of(level));
            if (!report.isClean()) {
                throw new AssertionError("verify: " + report.problems());
            }
            ObservedVolume observed = new ObservedVolume(volume, history.addresses(range.durable, range.last));
            observed.assertNothingLeaked();
            history.explain(observed, range.durable, range.last);
            last.check(volume, state);
        }
    }

    /** Opens and closes, nothing else. */
    void recover(VolumeDirectory files) throws Exception {
        MemoryProvider.open(files, options).close();
    }
}
