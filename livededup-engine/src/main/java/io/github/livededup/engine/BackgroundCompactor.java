package io.github.livededup.engine;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.lifecycle.KeepAlive;
import io.github.livededup.engine.reclaim.Compactor;
import io.github.livededup.engine.store.LiveCounters;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Compacts in the background, if blocks died since it last did, or it was cut short by a compaction on demand. A round in progress
 * gives up soon after the volume's closing has begun; a full disk is tried again.
 */
final class BackgroundCompactor implements PeriodicThread.Work {
    private static final Logger LOG = System.getLogger(BackgroundCompactor.class.getName());
    /** How often it is worth looking. */
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Compactor compactor;
    private final LiveCounters live;
    private final KeepAlive guard;
    private final BackgroundCompaction setting;
    private long seenDeaths;

    BackgroundCompactor(Compactor compactor, LiveCounters live, KeepAlive guard, BackgroundCompaction setting) {
        this.compactor = compactor;
        this.live = live;
        this.guard = guard;
        this.setting = setting;
    }

    @Override
    public void run() throws IOException {
        long deaths = live.deaths();
        if (deaths == seenDeaths) {
            return;
        }
        try {
            if (compactor.inBackground(setting.minDeadShare(), setting.bytesPerSecond(), guard::isClosed)) {
                seenDeaths = deaths;
            }
        } catch (VolumeFullException e) {
            LOG.log(Level.DEBUG, "background compaction: no room", e);
        }
    }
}
