package io.github.livededup.examples.nbdserver.server;

import io.github.livededup.Volume;
import io.github.livededup.examples.nbdserver.export.Exports;
import io.github.livededup.examples.nbdserver.metrics.Metrics;
import io.github.livededup.examples.nbdserver.transmission.Budget;
import io.github.livededup.examples.nbdserver.transmission.Transmission;
import io.github.livededup.examples.nbdserver.transport.SocketTransport;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves the images of an open volume to NBD clients. The volume stays its caller's, who closes it after the server. */
public final class NbdServer implements Closeable {
    private static final Logger LOG = System.getLogger(NbdServer.class.getName());
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(10);

    private final ServerSettings settings;
    private final Metrics metrics = new Metrics();
    private final Exports exports;
    private final Connections connections;
    private final Watchdog watchdog;
    private final ExecutorService workers;
    private final Transmission.Resources resources;
    private final List<Listener> listeners = new ArrayList<>();
    private final AtomicInteger lastNumber = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Makes a server that does not listen yet.
     *
     * @param volume whose images are served
     * @param settings what it does, and where
     */
    public NbdServer(Volume volume, ServerSettings settings) {
        this.settings = settings;
        ServerLimits limits = settings.limits();
        exports = new Exports(volume, settings.exports());
        connections = new Connections(limits.maxConnections());
        AtomicInteger number = new AtomicInteger();
        workers = Executors.newFixedThreadPool(
                limits.threads(), task -> new Thread(task, "nbd-worker-" + number.incrementAndGet()));
        resources = new Transmission.Resources(
                workers,
                new Budget(limits.maxBytes()),
                limits.maxRequestsPerConnection(),
                limits.maxBytesPerConnection(),
                metrics);
        watchdog = new Watchdog(connections, resources.allBytes());
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if a socket cannot be opened; nothing is left open
     */
    public void start() throws IOException {
        try {
            Path path = settings.unixSocket();
            if (path != null) {
                listeners.add(new Listener(Sockets.unix(path), this::accept));
            }
            InetSocketAddress address = settings.tcpAddress();
            if (address != null) {
                listeners.add(new Listener(Sockets.tcp(address), this::accept));
            }
            for (String clone : exports.leftOverClones()) {
                LOG.log(Level.INFO, "{0} is a clone that an earlier server has left", clone);
            }
            for (Listener listener : listeners) {
                listener.start();
            }
            watchdog.start();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Where it listens.
     *
     * @return the addresses, that of the Unix socket first; of TCP with the port it was given
     * @throws IOException if the server is closed
     */
    public List<SocketAddress> addresses() throws IOException {
        List<SocketAddress> addresses = new ArrayList<>();
        for (Listener listener : listeners) {
            addresses.add(listener.address());
        }
        return addresses;
    }

    /**
     * What it has done.
     *
     * @return always the same object
     */
    public Metrics metrics() {
        return metrics;
    }

    /**
     * What is in flight now, of all clients.
     *
     * @return the bytes
     */
    public int bytesInFlight() {
        return resources.allBytes().bytesInFlight();
    }

    private void accept(SocketChannel client) {
        if (connections.isFull()) { // before there is any memory for it
            metrics.connectionRefused();
            closeQuietly(client);
            return;
        }
        Wire wire = new Wire(new SocketTransport(client));
        Connection connection = new Connection(wire, exports, settings.tls(), settings.limits(), resources);
        if (!connections.add(connection)) {
            metrics.connectionRefused();
            wire.close();
            return;
        }
        metrics.connectionAccepted();
        boolean started = false;
        try {
            Sockets.prepare(client);
            new Thread(() -> run(connection), "nbd-client-" + lastNumber.incrementAndGet()).start();
            started = true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client has gone at once", e);
        } finally {
            if (!started) {
                ended(connection);
                wire.close();
            }
        }
    }

    private void run(Connection connection) {
        try {
            connection.run();
        } finally {
            ended(connection);
        }
    }

    private void ended(Connection connection) {
        metrics.connectionEnded();
        connections.remove(connection);
    }

    /**
     * Stops in order: takes no more clients and requests, finishes and answers those in flight, then ends the connections.
     * Whoever is not done within the time set for it is cut off. The Unix socket is removed. Closing again does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        listeners.forEach(NbdServer::closeQuietly);
        Path path = settings.unixSocket();
        if (path != null && !listeners.isEmpty()) {
            closeQuietly(() -> Files.deleteIfExists(path));
        }
        connections.stop();
        try {
            if (!connections.awaitNone(settings.limits().stopTimeout())) {
                LOG.log(Level.WARNING, "clients are cut off with requests in flight");
                connections.snapshot().forEach(Connection::cut);
                connections.awaitNone(LAST_PATIENCE);
            }
            workers.shutdown();
            if (!workers.awaitTermination(LAST_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(Level.WARNING, "requests are still being worked on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchdog.close();
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing a socket failed", e);
        }
    }
}
