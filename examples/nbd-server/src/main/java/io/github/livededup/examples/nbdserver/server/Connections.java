package io.github.livededup.examples.nbdserver.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The clients that are connected. */
final class Connections {
    private final Set<Connection> all = new HashSet<>();
    private final int max;
    private boolean stopped;

    Connections(int max) {
        this.max = max;
    }

    /** Adds a client; false if there is no room, or the server stops. */
    synchronized boolean add(Connection connection) {
        return !stopped && all.size() < max && all.add(connection);
    }

    /** Whether a client would be turned away now. */
    synchronized boolean isFull() {
        return stopped || all.size() >= max;
    }

    synchronized void remove(Connection connection) {
        all.remove(connection);
        notifyAll();
    }

    synchronized List<Connection> snapshot() {
        return List.copyOf(all);
    }

    /** Takes no more clients, and asks those that are here to end. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        snapshot().forEach(Connection::stop);
    }

    /** Waits until nobody is left; false if that takes too long. */
    synchronized boolean awaitNone(Duration patience) throws InterruptedException {
        long endNanos = System.nanoTime() + patience.toNanos();
        while (!all.isEmpty()) {
            long leftNanos = endNanos - System.nanoTime();
            if (leftNanos <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
        return true;
    }
}
