package io.github.livededup.examples.nbdserver.transmission;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The bytes that may be in flight. Who waits longest comes first, so a large request is not starved by small ones. */
public final class Budget {
    private final Semaphore permits;
    private final int capacityBytes;
    /** In flight, but with room elsewhere. */
    private final AtomicInteger apartBytes = new AtomicInteger();

    /**
     * Makes a budget that nobody has drawn from.
     *
     * @param capacityBytes what may be in flight at most; no request is larger
     */
    public Budget(int capacityBytes) {
        this.capacityBytes = capacityBytes;
        permits = new Semaphore(capacityBytes, true);
    }

    void acquire(int bytes) {
        permits.acquireUninterruptibly(bytes);
    }

    /** Takes bytes if there is room for them now. */
    boolean tryAcquire(int bytes) {
        return permits.tryAcquire(bytes);
    }

    /** Counts bytes as in flight that have room elsewhere; fewer bytes if negative. */
    void countApart(int bytes) {
        apartBytes.addAndGet(bytes);
    }

    void release(int bytes) {
        permits.release(bytes);
    }

    void awaitNothingInFlight() {
        permits.acquireUninterruptibly(capacityBytes);
        permits.release(capacityBytes);
    }

    /**
     * What is in flight.
     *
     * @return the bytes, as of about now
     */
    public int bytesInFlight() {
        return capacityBytes - permits.availablePermits() + apartBytes.get();
    }

    /**
     * What may be in flight at most, apart from what has room elsewhere.
     *
     * @return the bytes
     */
    public int capacityBytes() {
        return capacityBytes;
    }

    /**
     * Whether somebody is waiting for room.
     *
     * @return true if so, as of about now
     */
    public boolean isAwaited() {
        return permits.hasQueuedThreads();
    }
}
