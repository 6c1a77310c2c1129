package io.github.livededup.examples.nbdserver.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the other side keeps somebody waiting. Bytes that move make good for waiting, at a rate, and so does time in which
 * nobody waits; a byte now and then is not enough. One thread starts and stops it, another looks.
 */
public final class StallClock {
    /** Whoever moves this much in a second or more is never late. */
    static final int BYTES_PER_SECOND = 256 << 10;

    private final LongSupplier nanoTime;
    private volatile boolean running;
    /** When waiting began, or earlier by what was not made good then. */
    private volatile long sinceNanos;

    private long stoppedNanos;
    /** The waiting, when it ended, that was not made good yet. */
    private long owedNanos;

    StallClock() {
        this(System::nanoTime);
    }

    /** Makes a clock that goes by another. */
    StallClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        stoppedNanos = nanoTime.getAsLong();
    }

    /** Waiting begins. */
    void start() {
        long now = nanoTime.getAsLong();
        long owed = Math.max(0, owedNanos - (now - stoppedNanos));
        sinceNanos = now - owed;
        running = true;
    }

    /** Nobody waits any more, and so many bytes have moved. */
    void stop(int bytes) {
        stoppedNanos = nanoTime.getAsLong();
        long goodNanos = TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
        owedNanos = Math.max(0, stoppedNanos - sinceNanos - goodNanos);
        running = false;
    }

    /** Whether somebody is waiting, and has been too long. */
    boolean isOver(Duration limit) {
        return running && nanoTime.getAsLong() - sinceNanos > limit.toNanos();
    }
}
