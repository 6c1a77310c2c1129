package io.github.livededup.examples.nbdserver.server;

import java.io.Closeable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks at every connection several times a second, and cuts off those that take too long. */
final class Watchdog implements Closeable {
    private static final long PERIOD_MILLIS = 200;

    private final Connections connections;
    private final CountDownLatch closed = new CountDownLatch(1);

    Watchdog(Connections connections) {
        this.connections = connections;
    }

    void start() {
        Thread thread = new Thread(this::run, "nbd-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
                connections.snapshot().forEach(Connection::closeIfStalled);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
