package io.github.livededup.engine.check;

import io.github.livededup.OperationCancelledException;
import io.github.livededup.VerifyOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Holds all threads of a verification together to its rate and its time, and stops them when it is cancelled. */
final class CheckPace {
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String resource;
    private final VerifyOptions options;
    private final CheckClock clock;
    private final Thread caller = Thread.currentThread();
    private volatile boolean interrupted;
    private final long startNanos;
    private final long limitNanos;
    /** Guarded by this. */
    private long rateStartNanos;

    private long rateBytes;

    CheckPace(String resource, VerifyOptions options, CheckClock clock) {
        this.resource = resource;
        this.options = options;
        this.clock = clock;
        startNanos = clock.nanos();
        rateStartNanos = startNanos;
        limitNanos = options.maxDuration().map(CheckPace::nanos).orElse(Long.MAX_VALUE);
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE; // 292 years will do
        }
    }

    /** Begins to count bytes: what was before does not make up for haste. */
    synchronized void startRate() {
        rateStartNanos = clock.nanos();
        rateBytes = 0;
    }

    /** Counts what was read, and waits if that was too fast, but not beyond the limit of time. */
    void read(long bytes) throws OperationCancelledException {
        synchronized (this) {
            rateBytes += bytes;
        }
        check();
        long ahead;
        while ((ahead = aheadNanos()) > 0 && !isOver()) {
            clock.park(Math.min(NAP_NANOS, ahead));
            check();
        }
    }

    private synchronized long aheadNanos() {
        if (options.bytesPerSecond() == Long.MAX_VALUE) {
            return 0;
        }
        double due = (double) rateBytes / options.bytesPerSecond() * TimeUnit.SECONDS.toNanos(1);
        return (long) due - (clock.nanos() - rateStartNanos);
    }

    /** Whether the time is up. */
    boolean isOver() {
        return elapsedNanos() >= limitNanos;
    }

    /** Notes that the caller was interrupted, where it has to wait and its interrupt status is not to be seen. */
    void noteInterrupt() {
        interrupted = true;
    }

    void check() throws OperationCancelledException {
        if (interrupted || caller.isInterrupted()) {
            throw new OperationCancelledException(resource, true);
        }
        if (options.cancellation().isCancelled()) {
            throw new OperationCancelledException(resource, false);
        }
    }

    /** Whether this is the thread that called for the verification. */
    boolean isCaller() {
        return Thread.currentThread() == caller;
    }

    long elapsedNanos() {
        return clock.nanos() - startNanos;
    }
}
