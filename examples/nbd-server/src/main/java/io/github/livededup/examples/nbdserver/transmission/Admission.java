package io.github.livededup.examples.nbdserver.transmission;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets requests of one connection in, and makes its reader wait while too many of them, or too many bytes, are in flight, of
 * this connection or of all. So a client that sends faster than it is served, or does not take its replies, is not read from.
 */
final class Admission {
    private final Budget requests;
    private final Budget connectionBytes;
    private final Budget allBytes;

    Admission(int maxRequests, int maxBytes, Budget allBytes) {
        requests = new Budget(maxRequests);
        connectionBytes = new Budget(maxBytes);
        this.allBytes = allBytes;
    }

    /** Waits until there is room. */
    Ticket admit(int bytes) {
        requests.acquire(1);
        connectionBytes.acquire(bytes);
        allBytes.acquire(bytes);
        return new Ticket(bytes);
    }

    /** Waits until every ticket is given back. Nobody else is let in meanwhile. */
    void awaitIdle() {
        requests.awaitNothingInFlight();
    }

    /** A request's place, held until its reply is written or dropped. */
    final class Ticket {
        private final int bytes;
        private final AtomicBoolean released = new AtomicBoolean();

        private Ticket(int bytes) {
            this.bytes = bytes;
        }

        /** Gives the place back; again does nothing. */
        void release() {
            if (released.compareAndSet(false, true)) {
                allBytes.release(bytes);
                connectionBytes.release(bytes);
                requests.release(1);
            }
        }
    }
}
