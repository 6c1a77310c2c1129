package io.github.livededup.examples.nbdserver.server;

import io.github.livededup.examples.nbdserver.protocol.Limits;
import io.github.livededup.examples.nbdserver.transmission.Budget;
import java.io.Closeable;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at every connection several times a second, and cuts off those that take too long: while others wait for bytes, one
 * that holds more than its share sooner than the rest.
 */
final class Watchdog implements Closeable {
    private static final long PERIOD_MILLIS = 200;

    private final Connections connections;
    private final Budget allBytes;
    private final CountDownLatch closed = new CountDownLatch(1);

    Watchdog(Connections connections, Budget allBytes) {
        this.connections = connections;
        this.allBytes = allBytes;
    }

    void start() {
        Thread thread = new Thread(this::run, "nbd-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                List<Connection> all = connections.snapshot();
                all.forEach(Connection::closeIfStalled);
                if (allBytes.isAwaited()) {
                    makeRoom(all);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Cuts off the client that holds most, of those that are slow and hold more than their share. That is what each could have
     * with room left for the longest request; so while one that waits does not fit in, somebody holds more.
     */
    private void makeRoom(List<Connection> all) {
        int shareBytes = (allBytes.capacityBytes() - Limits.MAX_PAYLOAD_BYTES) / Math.max(1, all.size());
        all.stream()
                .filter(connection -> connection.sharedBytes() > shareBytes && connection.isSlowInCrowd())
                .max(Comparator.comparingInt(Connection::sharedBytes))
                .ifPresent(Connection::closeAsStalled);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
