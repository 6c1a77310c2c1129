package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.crashkit.StateExaminer.Range;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Goes through all points of a recording and examines the states at each, equal ones once. */
final class CrashExamination {
    private static final int BATCH = 256;
    private static final int THOROUGH_EVERY = 61;

    private final String onlyWorkload = System.getProperty("livededup.crash.workload", "");
    private final int onlyCut = Integer.getInteger("livededup.crash.cut", -1);
    private final String onlyState = System.getProperty("livededup.crash.state", "");

    private final CrashRecording.Origin origin;
    private final RecordedDirectory recorded;
    private final StateExaminer examiner;
    private final StateChoice choice;
    /** States that were made already, by what was kept and by the files themselves. */
    private final Set<Long> made = new HashSet<>();

    private final Set<Long> madeByRecoveries = ConcurrentHashMap.newKeySet();
    private final AtomicLong ofRecoveries = new AtomicLong();
    private final List<Task> batch = new ArrayList<>();
    private long states;
    private long distinct;

    /** A state to examine. */
    private record Task(
            CrashState state, MemoryDirectory files, Range range, boolean isThorough, boolean cutsRecovery) {}

    CrashExamination(
            CrashRecording.Origin origin, RecordedDirectory recorded, StateExaminer examiner, StateChoice choice) {
        this.origin = origin;
        this.recorded = recorded;
        this.examiner = examiner;
        this.choice = choice;
    }

    CrashSummary run(int first, int recoveries, boolean isParallel) {
        long started = System.nanoTime();
        if (onlyWorkload.isEmpty() || onlyWorkload.equals(origin.name())) {
            try {
                goThrough(first, recoveries, isParallel);
            } catch (IOException e) {
                throw new IllegalStateException("directories in memory do not fail", e);
            }
        }
        return new CrashSummary(
                origin.name(),
                recorded.changes(),
                states,
                distinct,
                ofRecoveries.get(),
                (System.nanoTime() - started) / 1e9);
    }

    private void goThrough(int first, int recoveries, boolean isParallel) throws IOException {
        PowerCuts cuts = new PowerCuts(recorded);
        for (int cut = onlyCut < 0 ? first : onlyCut; cut <= (onlyCut < 0 ? recorded.changes() : onlyCut); cut++) {
            cuts.advance(cut);
            Range range = examiner.range(cut);
            for (String kind :
                    onlyState.isEmpty() ? choice.kinds(cuts, recorded.isWithinWrite(cut)) : List.of(onlyState)) {
                add(cuts, kind, range, recoveries);
                if (batch.size() >= BATCH) {
                    examineAll(isParallel);
                }
            }
        }
        examineAll(isParallel);
    }

    private void add(PowerCuts cuts, String kind, Range range, int recoveries) throws IOException {
        states++;
        long when = StateChoice.mix(range.durable() * 1_000_003L + range.last());
        long identity = choice.identity(cuts, kind);
        if (identity != 0 && !made.add(identity ^ when)) {
            return;
        }
        MemoryDirectory files = StateChoice.make(cuts, kind);
        if (!made.add(files.digest() + when)) {
            return;
        }
        distinct++;
        CrashState state = new CrashState(origin.name(), cuts.at(), recorded.changes(), kind);
        boolean cutsRecovery = recoveries > 0 && distinct % recoveries == 0;
        batch.add(new Task(state, files, range, distinct % THOROUGH_EVERY == 0, cutsRecovery));
    }

    private void examineAll(boolean isParallel) {
        Stream<Task> tasks = isParallel ? batch.parallelStream() : batch.stream();
        Optional<AssertionError> failure =
                tasks.map(this::examine).flatMap(Optional::stream).findFirst();
        batch.clear();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private Optional<AssertionError> examine(Task task) {
        try {
            if (task.cutsRecovery) {
                cutRecovery(task);
            }
            examiner.examine(task.files, task.range, task.state, task.isThorough);
            return Optional.empty();
        } catch (Exception | AssertionError e) {
            return Optional.of(new AssertionError(
                    origin.name() + ", after change " + task.state.cut() + " of " + task.state.changes() + ", "
                            + task.state.kind() + ": " + e.getMessage() + "\nrepeat with: "
                            + origin.command() + " " + task.state.properties()
                            + (task.cutsRecovery ? " -Dlivededup.crash.recoveries=1" : ""),
                    e));
        }
    }

    /** Cuts the recovery from a crash at every point. */
    private void cutRecovery(Task task) throws Exception {
        RecordedDirectory recovery = new RecordedDirectory(task.files);
        examiner.recover(recovery);
        PowerCuts cuts = new PowerCuts(recovery);
        for (int cut = 0; cut <= recovery.changes(); cut++) {
            cuts.advance(cut);
            for (String kind : choice.kinds(cuts, recovery.isWithinWrite(cut))) {
                MemoryDirectory files = StateChoice.make(cuts, kind);
                long when = StateChoice.mix(task.range.durable() * 1_000_003L + task.range.last());
                if (!madeByRecoveries.add(files.digest() + when)) {
                    continue;
                }
                ofRecoveries.incrementAndGet();
                try {
                    examiner.examine(files, task.range, task.state, false);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(
                            "recovery cut after change " + cut + " of " + recovery.changes() + ", " + kind + ": "
                                    + e.getMessage(),
                            e);
                }
            }
        }
    }
}
