package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.handshake.Negotiated;
import io.github.livededup.examples.nbdserver.metrics.Metrics;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import io.github.livededup.examples.nbdserver.protocol.ProtocolException;
import io.github.livededup.examples.nbdserver.transport.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests of one connection: reads them, has them done by the workers, several at the same time, and sends the
 * replies as they come.
 */
public final class Transmission {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Wire wire;
    private final RequestRules rules;
    private final RequestHandler handler;
    private final Resources resources;
    private final Admission admission;
    private final ReplyWriter writer;

    /**
     * Makes the transmission.
     *
     * @param wire the connection, with its handshake done
     * @param negotiated what the handshake has come to; its export stays open until {@link #run} has returned
     * @param blockSizeBytes the volume's block size
     * @param resources what all connections share
     */
    public Transmission(Wire wire, Negotiated negotiated, int blockSizeBytes, Resources resources) {
        this.wire = wire;
        this.resources = resources;
        rules = new RequestRules(negotiated);
        handler = new RequestHandler(negotiated, blockSizeBytes);
        admission = new Admission(
                resources.maxRequestsPerConnection(), resources.maxBytesPerConnection(), resources.allBytes());
        writer = new ReplyWriter(wire);
    }

    /**
     * Serves until the client says goodbye, goes, or breaks the protocol. When this returns, normally or not, no request is
     * under way any more, and every reply was sent unless the connection failed.
     *
     * @throws ProtocolException if the client breaks the protocol
     * @throws IOException if the connection failed
     */
    public void run() throws IOException {
        Thread thread = new Thread(writer, Thread.currentThread().getName() + "-replies");
        thread.start();
        try {
            boolean goesOn = true;
            while (goesOn && wire.input().awaitMessage()) {
                goesOn = accept(Request.read(wire.input()));
            }
        } finally {
            admission.awaitIdle();
            writer.finish();
            join(thread);
        }
        try {
            wire.finish();
        } catch (IOException e) {
            // The client has gone without waiting for it, as it may.
        }
    }

    /**
     * How much this connection has taken of the room that all share.
     *
     * @return the bytes, as of about now
     */
    public int sharedBytes() {
        return admission.sharedBytes();
    }

    /** Takes in one request; false if it says goodbye. */
    private boolean accept(Request request) throws IOException {
        Command command = request.command();
        if (command == Command.DISCONNECT) {
            return false;
        }
        long startedNanos = System.nanoTime();
        NbdError error = rules.check(request);
        if (command == null || error != null) {
            if (command == Command.WRITE) {
                wire.input().skip(request.lengthBytes());
            }
            refuse(command, request, error == null ? NbdError.EINVAL : error, startedNanos);
            return true;
        }
        boolean hasPayload = command == Command.READ || command == Command.WRITE;
        Admission.Ticket ticket = admission.admit(hasPayload ? (int) request.lengthBytes() : 0);
        boolean handedOn = false;
        try {
            ByteBuffer payload = hasPayload ? ByteBuffer.allocate((int) request.lengthBytes()) : NOTHING.duplicate();
            if (command == Command.WRITE) {
                wire.input().readFully(payload);
                payload.flip();
            }
            resources.workers().execute(() -> perform(command, request, payload, ticket, startedNanos));
            handedOn = true;
        } catch (RejectedExecutionException e) {
            writer.send(handler.refuse(request, NbdError.ESHUTDOWN, "the server is stopping"), ticket);
            handedOn = true;
        } finally {
            if (!handedOn) {
                ticket.release();
            }
        }
        return true;
    }

    private void perform(
            Command command, Request request, ByteBuffer payload, Admission.Ticket ticket, long startedNanos) {
        Reply reply = handler.handle(command, request, payload);
        resources.metrics().request(command, request.lengthBytes(), System.nanoTime() - startedNanos, reply.isError());
        writer.send(reply, ticket);
    }

    private void refuse(@Nullable Command command, Request request, NbdError error, long startedNanos) {
        Admission.Ticket ticket = admission.admit(0);
        if (command != null) {
            resources.metrics().request(command, request.lengthBytes(), System.nanoTime() - startedNanos, true);
        }
        String message = (command == null ? "unknown command" : command.name()) + " at "
                + Long.toUnsignedString(request.offset()) + ", " + request.lengthBytes() + " bytes: refused";
        writer.send(handler.refuse(request, error, message), ticket);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What all connections share.
     *
     * @param workers do the requests; they may be slow to begin, and refuse when the server stops
     * @param allBytes what may be in flight in all, apart from a few bytes of each connection
     * @param maxRequestsPerConnection requests in flight of one connection
     * @param maxBytesPerConnection bytes in flight of one connection
     * @param metrics told of every request
     */
    public record Resources(
            Executor workers,
            Budget allBytes,
            int maxRequestsPerConnection,
            int maxBytesPerConnection,
            Metrics metrics) {}
}
