package io.github.livededup.engine.crashkit;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The states that a crash may leave of anything that was recorded, for tests that have no model of it. */
public final class CrashStates {
    /** Gets each state. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Looks at a state.
         *
         * @param files what the crash left; the visitor's own
         * @param state where the crash came and what was kept, as {@link CrashState} tells it
         * @throws IOException fails the state
         */
        void visit(MemoryDirectory files, CrashState state) throws IOException;
    }

    private CrashStates() {}

    /**
     * Visits the states at all points of a recording, equal ones once, on the calling thread.
     *
     * @param name what messages call it
     * @param recorded the recording
     * @param exhaustive up to how many pending changes all subsets are made
     * @param samples how many states are taken otherwise
     * @param seed chooses those
     * @param visitor gets them
     * @return what was visited
     * @throws IOException what the visitor throws
     * @throws AssertionError of the visitor's, with the state that failed
     */
    public static CrashSummary each(
            String name, RecordedDirectory recorded, int exhaustive, int samples, long seed, Visitor visitor)
            throws IOException {
        long started = System.nanoTime();
        StateChoice choice = new StateChoice(exhaustive, samples, seed);
        Set<Long> made = new HashSet<>();
        long states = 0;
        long distinct = 0;
        PowerCuts cuts = new PowerCuts(recorded);
        for (int cut = 0; cut <= recorded.changes(); cut++) {
            cuts.advance(cut);
            for (String kind : choice.kinds(cuts, recorded.isWithinWrite(cut))) {
                states++;
                MemoryDirectory files = StateChoice.make(cuts, kind);
                if (made.add(files.digest())) {
                    distinct++;
                    visit(visitor, files, new CrashState(name, cut, recorded.changes(), kind));
                }
            }
        }
        return new CrashSummary(name, recorded.changes(), states, distinct, 0, (System.nanoTime() - started) / 1e9);
    }

    private static void visit(Visitor visitor, MemoryDirectory files, CrashState state) throws IOException {
        try {
            visitor.visit(files, state);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(state + ": " + e.getMessage(), e);
        }
    }
}
