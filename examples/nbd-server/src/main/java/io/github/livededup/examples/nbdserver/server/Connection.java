package io.github.livededup.examples.nbdserver.server;

import io.github.livededup.LiveDedupException;
import io.github.livededup.examples.nbdserver.export.Exports;
import io.github.livededup.examples.nbdserver.export.OpenExport;
import io.github.livededup.examples.nbdserver.handshake.Handshake;
import io.github.livededup.examples.nbdserver.handshake.Negotiated;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.metrics.Metrics;
import io.github.livededup.examples.nbdserver.transmission.Transmission;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** One client, from accepting it to its end. Whatever it does, nobody else notices. */
final class Connection implements Runnable {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

    private final Wire wire;
    private final Exports exports;
    private final TlsPolicy tls;
    private final ServerLimits limits;
    private final Transmission.Resources resources;
    private final long acceptedNanos = System.nanoTime();
    private volatile @Nullable Transmission transmission;

    Connection(Wire wire, Exports exports, TlsPolicy tls, ServerLimits limits, Transmission.Resources resources) {
        this.wire = wire;
        this.exports = exports;
        this.tls = tls;
        this.limits = limits;
        this.resources = resources;
    }

    @Override
    public void run() {
        try {
            Negotiated negotiated = new Handshake(wire, exports, tls).run();
            if (negotiated != null) {
                serve(negotiated);
            }
        } catch (LiveDedupException e) {
            LOG.log(Level.WARNING, "the volume failed a client", e);
        } catch (IOException e) {
            metrics().connectionBroken();
            LOG.log(Level.DEBUG, "a connection is broken", e);
        } catch (RuntimeException | OutOfMemoryError e) {
            metrics().connectionBroken();
            LOG.log(Level.WARNING, "a connection is given up", e);
        } finally {
            wire.close();
        }
    }

    private void serve(Negotiated negotiated) throws IOException {
        try (OpenExport export = negotiated.export()) {
            Transmission served = new Transmission(wire, negotiated, exports.preferredBytes(), resources);
            transmission = served;
            metrics().connectionServed(wire.isSecure());
            LOG.log(Level.DEBUG, "a client has {0} open", export.export().name());
            served.run();
        }
    }

    private Metrics metrics() {
        return resources.metrics();
    }

    /** Cuts the client off if it takes too long over something. */
    void closeIfStalled() {
        boolean late = transmission == null
                && System.nanoTime() - acceptedNanos > limits.handshakeTimeout().toNanos();
        if (late || wire.isStalled(limits.stallTimeout())) {
            closeAsStalled();
        }
    }

    void closeAsStalled() {
        metrics().connectionStalled();
        LOG.log(Level.DEBUG, "a client is cut off because it takes too long");
        wire.close();
    }

    /** Whether the client takes longer over something than it may while others wait. */
    boolean isSlowInCrowd() {
        return wire.isStalled(limits.crowdedStallTimeout());
    }

    /** How much this client has taken of the bytes that all share. */
    int sharedBytes() {
        Transmission current = transmission;
        return current == null ? 0 : current.sharedBytes();
    }

    /** Takes no more requests; those in flight are finished and answered. */
    void stop() {
        wire.shutdownInput();
    }

    /** Ends the connection as soon as no request is being worked on. */
    void cut() {
        wire.close();
    }
}
