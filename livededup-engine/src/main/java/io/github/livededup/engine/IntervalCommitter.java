package io.github.livededup.engine;

import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.store.Committer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Commits at an interval, on a thread of its own. A failure ends it: the volume then refuses changes by itself. */
final class IntervalCommitter {
    private static final Logger LOG = System.getLogger(IntervalCommitter.class.getName());

    private final Committer committer;
    private final KeepAlive guard;
    private final Duration interval;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(WorkerThreads.factory("livededup-commit"));

    IntervalCommitter(Committer committer, KeepAlive guard, Duration interval) {
        this.committer = committer;
        this.guard = guard;
        this.interval = interval;
    }

    void start() {
        schedule();
    }

    private void schedule() {
        timer.schedule(this::commit, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void commit() {
        try {
            guard.enter();
            try {
                committer.keepRoom();
                committer.commit();
            } finally {
                guard.exit();
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "interval commits end", e);
            timer.shutdown();
        }
    }

    /** Ends it; a commit in progress is waited for by the volume's guard. */
    void stop() {
        timer.shutdown();
    }
}
