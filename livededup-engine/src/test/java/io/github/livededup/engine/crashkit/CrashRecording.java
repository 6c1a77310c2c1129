package io.github.livededup.engine.crashkit;

import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.model.VolumeHistory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded, and the states that a crash at any point of it could have left. The defaults come from properties:
 * {@code livededup.crash.exhaustive} is up to how many pending changes all subsets of them are made, {@code
 * livededup.crash.samples} how many states are taken otherwise, {@code livededup.crash.recoveries} of how many states one
 * recovery is cut in turn, {@code livededup.crash.seed} chooses. With {@code livededup.crash.workload}, {@code cut} and
 * {@code state} one state alone is examined.
 */
public final class CrashRecording {
    /** A check of the caller's. */
    @FunctionalInterface
    public interface Check {
        /**
         * Looks at a volume after a crash; verified and compared with the model it was already.
         *
         * @param volume the open volume; it may be changed
         * @param state which crash it was
         * @throws Exception fails the state, as does an error
         */
        void check(Volume volume, CrashState state) throws Exception;
    }

    /** Of what this is a recording. */
    record Origin(String name, String command, VolumeOptions options) {}

    private static final int EXHAUSTIVE = Integer.getInteger("livededup.crash.exhaustive", 10);
    private static final int SAMPLES = Integer.getInteger("livededup.crash.samples", 24);
    private static final int RECOVERIES = Integer.getInteger("livededup.crash.recoveries", 0);
    private static final long SEED = Long.getLong("livededup.crash.seed", 1);

    private final Origin origin;
    private final RecordedDirectory recorded;
    private final VolumeHistory history;
    private final @Nullable IOException failure;
    private int exhaustive = EXHAUSTIVE;
    private int samples = SAMPLES;
    private int recoveries = RECOVERIES;
    private long seed = SEED;
    private int first;
    private boolean isParallel = true;

    CrashRecording(Origin origin, RecordedDirectory recorded, VolumeHistory history, @Nullable IOException failure) {
        this.origin = origin;
        this.recorded = recorded;
        this.history = history;
        this.failure = failure;
    }

    /**
     * The changes of files.
     *
     * @return their number
     */
    public int changes() {
        return recorded.changes();
    }

    /**
     * The changes of files, for a test that wants to know whether what it is about was recorded.
     *
     * @return a line for each: what was done, the file, and where if it has a place
     */
    public List<String> trace() {
        return IntStream.range(0, recorded.changes())
                .mapToObj(i -> recorded.change(i).toString())
                .toList();
    }

    /**
     * What ended the recording.
     *
     * @return the failure of a disk that was to fail; empty if none did
     */
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Sets how many pending changes may be combined in all ways: their subsets are two to that power, at each point.
     *
     * @param mostPending the number; 0 for no such combinations
     * @return this
     */
    public CrashRecording exhaustive(int mostPending) {
        exhaustive = mostPending;
        return this;
    }

    /**
     * Sets how many states are taken at a point where not all are made.
     *
     * @param number of each kind
     * @return this
     */
    public CrashRecording samples(int number) {
        samples = number;
        return this;
    }

    /**
     * Cuts recoveries as well: the opening and closing after a crash is recorded and cut at every point.
     *
     * @param oneIn of how many states one has its recovery cut; 0 for none
     * @return this
     */
    public CrashRecording cutRecoveries(int oneIn) {
        recoveries = oneIn;
        return this;
    }

    /**
     * Sets what chooses.
     *
     * @param number another one takes other samples
     * @return this
     */
    public CrashRecording seed(long number) {
        seed = number;
        return this;
    }

    /**
     * Leaves out the crashes before a point.
     *
     * @param change how many changes were made at the first one
     * @return this
     */
    public CrashRecording from(int change) {
        first = change;
        return this;
    }

    /**
     * Examines on the calling thread only, as a check needs that is not safe for use by several.
     *
     * @return this
     */
    public CrashRecording oneByOne() {
        isParallel = false;
        return this;
    }

    /**
     * Examines all states: each must open, verify, leak nothing, and hold what the model allows.
     *
     * @return what was examined
     * @throws AssertionError for the first state that fails, with how to repeat it
     */
    public CrashSummary verify() {
        return forEachState((volume, state) -> {});
    }

    /**
     * Examines all states, and shows each to a check.
     *
     * @param check called by several threads
     * @return what was examined
     * @throws AssertionError for the first state that fails, with how to repeat it
     */
    public CrashSummary forEachState(Check check) {
        StateExaminer examiner = new StateExaminer(origin.options(), history, check);
        StateChoice choice = new StateChoice(exhaustive, samples, seed);
        CrashExamination examination = new CrashExamination(origin, recorded, examiner, choice);
        try (QuietEngine quiet = new QuietEngine()) {
            return examination.run(first, recoveries, isParallel);
        }
    }
}
