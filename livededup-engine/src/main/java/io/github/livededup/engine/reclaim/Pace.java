package io.github.livededup.engine.reclaim;

import io.github.livededup.OperationCancelledException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds a compaction to its rate, and stops it when it is to stop. */
final class Pace {
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Says when to stop. */
    interface Stop {
        /**
         * Whether the compaction is to end.
         *
         * @return true if so
         */
        boolean isWanted();
    }

    private final String resource;
    private final long bytesPerSecond;
    private final Stop stop;
    private final long startNanos = System.nanoTime();
    private long bytes;

    Pace(String resource, long bytesPerSecond, Stop stop) {
        this.resource = resource;
        this.bytesPerSecond = bytesPerSecond;
        this.stop = stop;
    }

    /** Counts what was copied, and waits if that was too fast. */
    void copied(long count) throws OperationCancelledException {
        bytes += count;
        check();
        while (aheadNanos() > 0) {
            LockSupport.parkNanos(this, Math.min(NAP_NANOS, aheadNanos()));
            check();
        }
    }

    private long aheadNanos() {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return 0;
        }
        double due = (double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1);
        return (long) due - (System.nanoTime() - startNanos);
    }

    void check() throws OperationCancelledException {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException(resource, true);
        }
        if (stop.isWanted()) {
            throw new OperationCancelledException(resource, false);
        }
    }

    long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }
}
