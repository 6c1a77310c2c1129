package io.github.livededup.examples.nbdserver.transport;

import io.github.livededup.examples.nbdserver.protocol.ProtocolException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLEngine;

/** A connection's two directions, in plain or, from some moment on, in TLS. */
public final class Wire implements Closeable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final StallClock reading = new StallClock();
    private final StallClock writing = new StallClock();
    private volatile Transport transport;
    private Input input;
    private Output output;
    private boolean secure;

    /**
     * Makes the wire.
     *
     * @param transport the connection, which the wire closes
     */
    public Wire(Transport transport) {
        this.transport = transport;
        input = new Input(transport, reading, BUFFER_BYTES);
        output = new Output(transport, writing, BUFFER_BYTES);
    }

    /**
     * What comes in.
     *
     * @return another object after {@link #startTls}
     */
    public Input input() {
        return input;
    }

    /**
     * What goes out.
     *
     * @return another object after {@link #startTls}
     */
    public Output output() {
        return output;
    }

    /**
     * Whether TLS has begun.
     *
     * @return true after {@link #startTls}
     */
    public boolean isSecure() {
        return secure;
    }

    /**
     * Goes on in TLS; everything was flushed before.
     *
     * @param engine a new engine in server mode
     * @throws ProtocolException if bytes have come in plain that belong to nothing: somebody may have put them there
     * @throws IOException if the TLS handshake fails
     */
    public void startTls(SSLEngine engine) throws IOException {
        if (input.hasBuffered()) {
            throw new ProtocolException("bytes in plain text after STARTTLS");
        }
        TlsTransport tls = new TlsTransport(transport, engine);
        tls.handshake();
        transport = tls;
        input = new Input(tls, reading, BUFFER_BYTES);
        output = new Output(tls, writing, BUFFER_BYTES);
        secure = true;
    }

    /**
     * Whether the other side has let messages or replies hang too long. Bytes that move make good for it, 256 KiB for a second;
     * so does time without a message or reply that hangs.
     *
     * @param limit how long is too long
     * @return true if so
     */
    public boolean isStalled(Duration limit) {
        return reading.isOver(limit) || writing.isOver(limit);
    }

    /** Ends reading, so that a thread that waits for a message goes on; what is left to write can be written. */
    public void shutdownInput() {
        try {
            transport.shutdownInput();
        } catch (IOException e) {
            transport.close();
        }
    }

    /**
     * Tells the other side that nothing more comes. Everything was flushed before.
     *
     * @throws IOException if the connection failed or was closed
     */
    public void finish() throws IOException {
        writing.start();
        try {
            transport.finish();
        } finally {
            writing.stop(0);
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
