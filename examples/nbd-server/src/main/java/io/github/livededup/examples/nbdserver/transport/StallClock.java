package io.github.livededup.examples.nbdserver.transport;

import java.time.Duration;

/** How long somebody has been waiting for the other side. One thread starts and stops it, another looks. */
public final class StallClock {
    private volatile boolean running;
    private volatile long startedNanos;

    /** Waiting begins, or bytes have moved and it begins anew. */
    public void start() {
        startedNanos = System.nanoTime();
        running = true;
    }

    /** Nobody waits. */
    public void stop() {
        running = false;
    }

    /**
     * Whether somebody has been waiting too long.
     *
     * @param limit how long is too long
     * @return true if so
     */
    public boolean isOver(Duration limit) {
        return running && System.nanoTime() - startedNanos > limit.toNanos();
    }
}
