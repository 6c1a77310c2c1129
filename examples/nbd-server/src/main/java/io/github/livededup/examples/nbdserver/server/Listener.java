package io.github.livededup.examples.nbdserver.server;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Accepts the clients of one socket, in a thread of its own. */
final class Listener implements Closeable {
    private static final Logger LOG = System.getLogger(Listener.class.getName());
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel channel;
    private final Consumer<SocketChannel> clients;

    /**
     * Makes the listener.
     *
     * @param channel bound; closed by the listener
     * @param clients takes each client over
     */
    Listener(ServerSocketChannel channel, Consumer<SocketChannel> clients) {
        this.channel = channel;
        this.clients = clients;
    }

    void start() throws IOException {
        new Thread(this::run, "nbd-listener-" + address()).start();
    }

    /** Where it listens: for TCP with the port that it was given. */
    SocketAddress address() throws IOException {
        return channel.getLocalAddress();
    }

    private void run() {
        while (channel.isOpen()) {
            try {
                handOver(channel.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                // Too many open files, or no memory for a thread: others may end meanwhile.
                LOG.log(Level.WARNING, "a client cannot be accepted", e);
                pause();
            }
        }
    }

    /** A client that cannot be taken over is not left connected with nobody there. */
    private void handOver(SocketChannel client) throws IOException {
        boolean taken = false;
        try {
            clients.accept(client);
            taken = true;
        } finally {
            if (!taken) {
                client.close();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
