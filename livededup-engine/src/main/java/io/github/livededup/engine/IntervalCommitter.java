package io.github.livededup.engine;

import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Commits at an interval, on a thread of its own. It ends when the volume is closed or has failed; any other failure, for
 * instance a full disk or an image whose map is damaged, is logged and tried again, since others have writes to commit.
 */
final class IntervalCommitter {
    private static final Logger LOG = System.getLogger(IntervalCommitter.class.getName());

    private final BlockStoreCore store;
    private final KeepAlive guard;
    private final Duration interval;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = WorkerThreads.factory("livededup-commit").newThread(this::run);

    IntervalCommitter(BlockStoreCore store, KeepAlive guard, Duration interval) {
        this.store = store;
        this.guard = guard;
        this.interval = interval;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                commit();
            }
        } catch (VolumeClosedException e) {
            LOG.log(Level.DEBUG, "interval commits end: the volume is closed");
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "interval commits end", e);
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "interval commits end: interrupted");
        }
    }

    private void commit() throws IOException {
        guard.enter();
        try {
            store.keepRoom();
            store.commitUnawaited();
        } catch (VolumeFullException e) {
            LOG.log(Level.WARNING, "interval commit: no room", e);
        } catch (VolumeClosedException | VolumeFailedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "interval commit: not everything was committed", e);
        } finally {
            guard.exit();
        }
    }

    /** Ends it; a commit in progress is waited for by the volume's guard. */
    void stop() {
        stopped.countDown();
    }
}
