package io.github.livededup.examples.nbdserver.transmission;

import java.util.concurrent.Semaphore;

/** The bytes that may be in flight. Who waits longest comes first, so a large request is not starved by small ones. */
public final class Budget {
    private final Semaphore permits;
    private final int capacityBytes;

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
        return capacityBytes - permits.availablePermits();
    }
}
