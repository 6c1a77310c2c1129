package io.github.livededup.engine;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.reclaim.Compactor;
import io.github.livededup.engine.store.LiveCounters;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Compacts in the background, on a thread of its own that looks now and then whether blocks died. It ends when the volume
 * is closed or has failed; a full disk is tried again.
 */
final class BackgroundCompactor {
    private static final Logger LOG = System.getLogger(BackgroundCompactor.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Compactor compactor;
    private final LiveCounters live;
    private final KeepAlive guard;
    private final BackgroundCompaction setting;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread = WorkerThreads.factory("livededup-compact").newThread(this::run);
    private long seenDeaths;

    BackgroundCompactor(Compactor compactor, LiveCounters live, KeepAlive guard, BackgroundCompaction setting) {
        this.compactor = compactor;
        this.live = live;
        this.guard = guard;
        this.setting = setting;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                if (live.deaths() != seenDeaths) {
                    round();
                }
            }
        } catch (VolumeClosedException e) {
            LOG.log(Level.DEBUG, "background compaction ends: the volume is closed");
        } catch (IOException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "background compaction ends", e);
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "background compaction ends: interrupted");
        }
    }

    private void round() throws IOException {
        long deaths = live.deaths();
        guard.enter();
        try {
            compactor.inBackground(setting.minDeadShare(), setting.bytesPerSecond(), guard::isClosed);
            seenDeaths = deaths;
        } catch (VolumeFullException e) {
            LOG.log(Level.DEBUG, "background compaction: no room", e);
        } finally {
            guard.exit();
        }
    }

    /** Ends it; a round in progress gives up soon, and is waited for by the volume's guard. */
    void stop() {
        stopped.countDown();
    }
}
