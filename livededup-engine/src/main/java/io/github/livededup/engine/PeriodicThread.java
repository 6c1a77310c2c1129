package io.github.livededup.engine;

import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.lifecycle.KeepAlive;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A thread of an open volume that does its work again and again, after a pause each time, inside the volume's guard. It ends when it is
 * stopped, when the volume is closed, or when the work fails, which is logged: what is to be tried again is for the work to catch.
 */
final class PeriodicThread {
    private static final Logger LOG = System.getLogger(PeriodicThread.class.getName());

    /** What is done each time. */
    interface Work {
        /**
         * Does it once, as a call inside the guard.
         *
         * @throws VolumeClosedException if the volume is closed
         * @throws IOException if it is not to be tried again
         */
        void run() throws IOException;
    }

    private final String what;
    private final Duration pause;
    private final KeepAlive guard;
    private final Work work;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Makes a thread and does not start it.
     *
     * @param what what the log calls it
     * @param pause between two times, and before the first
     * @param guard entered each time
     * @param work what is done
     * @param threads makes the thread
     */
    PeriodicThread(String what, Duration pause, KeepAlive guard, Work work, ThreadFactory threads) {
        this.what = what;
        this.pause = pause;
        this.guard = guard;
        this.work = work;
        thread = threads.newThread(this::run);
    }

    /**
     * Starts it.
     *
     * @throws OutOfMemoryError if the system grants no thread
     */
    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                once();
            }
        } catch (VolumeClosedException e) {
            LOG.log(Level.DEBUG, "{0}: ends, the volume is closed", what);
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, what + ": ends", e);
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "{0}: ends, interrupted", what);
        }
    }

    private void once() throws IOException {
        guard.enter();
        try {
            work.run();
        } finally {
            guard.exit();
        }
    }

    /** Ends it, started or not; what it does at the moment is waited for by closing the volume's guard. */
    void stop() {
        stopped.countDown();
    }
}
