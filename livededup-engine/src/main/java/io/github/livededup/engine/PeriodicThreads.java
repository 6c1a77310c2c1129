package io.github.livededup.engine;

import io.github.livededup.engine.lifecycle.KeepAlive;
import java.util.List;

/** The threads of an open volume that do their work again and again: all of them are started, or none goes on. */
final class PeriodicThreads {
    private final KeepAlive guard;
    private final List<PeriodicThread> threads;

    PeriodicThreads(KeepAlive guard, List<PeriodicThread> threads) {
        this.guard = guard;
        this.threads = List.copyOf(threads);
    }

    /**
     * Starts all. If one cannot be, the others are stopped and the guard is closed, so that none is inside when the volume's parts
     * are taken away.
     *
     * @throws OutOfMemoryError if the system grants no thread
     */
    void start() {
        boolean all = false;
        try {
            threads.forEach(PeriodicThread::start);
            all = true;
        } finally {
            if (!all) {
                stop();
                guard.close();
            }
        }
    }

    /** Tells all to end; what they do at the moment is waited for by closing the guard. */
    void stop() {
        threads.forEach(PeriodicThread::stop);
    }
}
