package io.github.livededup.examples.nbdserver.transmission;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets requests of one connection in, and makes its reader wait while too many of them, or too many bytes, are in flight, of
 * this connection or of all. So a client that sends faster than it is served, or does not take its replies, is not read from.
 * A few bytes of each connection have room of their own, so that small requests never wait for other connections.
 */
final class Admission {
    /** As much as a connection's two buffers. */
    static final int OWN_BYTES = 128 << 10;

    private final Budget requests;
    private final Budget connectionBytes;
    private final Budget ownBytes = new Budget(OWN_BYTES);
    private final Budget allBytes;
    private final AtomicInteger sharedBytes = new AtomicInteger();

    Admission(int maxRequests, int maxBytes, Budget allBytes) {
        requests = new Budget(maxRequests);
        connectionBytes = new Budget(maxBytes);
        this.allBytes = allBytes;
    }

    /** Waits until there is room. */
    Ticket admit(int bytes) {
        requests.acquire(1);
        connectionBytes.acquire(bytes);
        boolean isOwn = ownBytes.tryAcquire(bytes);
        if (isOwn) {
            allBytes.countApart(bytes);
        } else {
            allBytes.acquire(bytes);
            sharedBytes.addAndGet(bytes);
        }
        return new Ticket(bytes, isOwn);
    }

    /** How much of the room for all this connection has taken. */
    int sharedBytes() {
        return sharedBytes.get();
    }

    /** Waits until every ticket is given back. Nobody else is let in meanwhile. */
    void awaitIdle() {
        requests.awaitNothingInFlight();
    }

    /** A request's place, held until its reply is written or dropped. */
    final class Ticket {
        private final int bytes;
        private final boolean isOwn;
        private final AtomicBoolean released = new AtomicBoolean();

        private Ticket(int bytes, boolean isOwn) {
            this.bytes = bytes;
            this.isOwn = isOwn;
        }

        /** Gives the place back; again does nothing. */
        void release() {
            if (released.compareAndSet(false, true)) {
                if (isOwn) {
                    allBytes.countApart(-bytes);
                    ownBytes.release(bytes);
                } else {
                    sharedBytes.addAndGet(-bytes);
                    allBytes.release(bytes);
                }
                connectionBytes.release(bytes);
                requests.release(1);
            }
        }
    }
}
