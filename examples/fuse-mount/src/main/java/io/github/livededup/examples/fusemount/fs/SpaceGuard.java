package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Volume;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Refuses data while there is still room for names: a full file system must be able to remove files. The volume is asked how much room
 * there is each time half of it was used, so it is asked often only when it is nearly full.
 */
final class SpaceGuard {
    private static final long MIN_RESERVE_BYTES = 2L << 20;
    private static final long MAX_RESERVE_BYTES = 256L << 20;
    private static final long MIN_STEP_BYTES = 256 << 10;
    private static final int RESERVE_SHARE = 64;
    private static final int LOG_COPIES = 2;
    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Volume volume;
    private final LongSupplier logBytes;
    private final AtomicLong admitted = new AtomicLong();
    private volatile VolumeStatistics statistics;
    private volatile long askedNanos;

    SpaceGuard(Volume volume, LongSupplier logBytes) throws IOException {
        this.volume = volume;
        this.logBytes = logBytes;
        statistics = volume.statistics();
        refresh();
    }

    /** Refuses to write so many bytes if it would eat up the reserve. */
    void admit(long bytes) throws IOException {
        if (admitted.addAndGet(-bytes) >= 0) {
            return;
        }
        synchronized (this) {
            refresh();
            if (room() < bytes || admitted.addAndGet(-bytes) < 0) {
                throw new ErrnoException(Errno.ENOSPC);
            }
        }
    }

    private void refresh() throws IOException {
        statistics = volume.statistics();
        askedNanos = System.nanoTime();
        // Written bytes take more than themselves, of tables and maps: so it is asked again before the room is used up.
        admitted.set(Math.max(room() / 2, Math.min(room(), MIN_STEP_BYTES)));
    }

    private long room() {
        return statistics.freeBytes() - reserveBytes();
    }

    /** Room for the log to go on, and to be rewritten; each small change takes a block until compaction gives it back. */
    private long reserveBytes() {
        long share = (statistics.physicalBytes() + statistics.freeBytes()) / RESERVE_SHARE;
        return Math.min(Math.max(share, MIN_RESERVE_BYTES), MAX_RESERVE_BYTES) + LOG_COPIES * logBytes.getAsLong();
    }

    /** Figures that are at most a second old. */
    VolumeStatistics recent() throws IOException {
        if (System.nanoTime() - askedNanos > MAX_AGE_NANOS) {
            synchronized (this) {
                if (System.nanoTime() - askedNanos > MAX_AGE_NANOS) {
                    refresh();
                }
            }
        }
        return statistics;
    }

    /** What may still be written, by those figures. */
    long freeBytes() throws IOException {
        return Math.max(0, recent().freeBytes() - reserveBytes());
    }
}
