package io.github.livededup.examples.nbdserver.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** TLS over another transport. */
final class TlsTransport implements Transport {
    private final Transport plain;
    private final SSLEngine engine;
    private final Object writeLock = new Object();
    private final ByteBuffer encryptedIn;
    private final ByteBuffer encryptedOut;
    private ByteBuffer decrypted;

    TlsTransport(Transport plain, SSLEngine engine) {
        this.plain = plain;
        this.engine = engine;
        int packetBytes = engine.getSession().getPacketBufferSize();
        encryptedIn = ByteBuffer.allocate(2 * packetBytes).limit(0);
        encryptedOut = ByteBuffer.allocate(2 * packetBytes);
        decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
    }

    /** Does the TLS handshake; no other thread uses the transport yet. */
    void handshake() throws IOException {
        engine.beginHandshake();
        while (true) {
            HandshakeStatus status = engine.getHandshakeStatus();
            switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap()) {
                        throw new EOFException("the client went away within the TLS handshake");
                    }
                    if (decrypted.hasRemaining()) {
                        return; // only a finished handshake is followed by data
                    }
                }
                default -> {
                    return;
                }
            }
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (!decrypted.hasRemaining()) {
            if (!unwrap()) {
                return -1;
            }
            afterUnwrap();
        }
        int lengthBytes = Math.min(into.remaining(), decrypted.remaining());
        into.put(decrypted.slice(decrypted.position(), lengthBytes));
        decrypted.position(decrypted.position() + lengthBytes);
        return lengthBytes;
    }

    /** Key updates and the like: what the engine wants to do or say between the data. */
    private void afterUnwrap() throws IOException {
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status == HandshakeStatus.NEED_TASK || status == HandshakeStatus.NEED_WRAP) {
            if (status == HandshakeStatus.NEED_TASK) {
                runTasks();
            } else {
                wrap(ByteBuffer.allocate(0));
            }
            status = engine.getHandshakeStatus();
        }
    }

    private void runTasks() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }

    /** Takes one record, or part of one; false at the end of what comes in. */
    private boolean unwrap() throws IOException {
        decrypted.clear();
        SSLEngineResult.Status status;
        try {
            status = engine.unwrap(encryptedIn, decrypted).getStatus();
        } finally {
            decrypted.flip();
        }
        switch (status) {
            case BUFFER_UNDERFLOW -> {
                return fill();
            }
            case BUFFER_OVERFLOW ->
                decrypted = ByteBuffer.allocate(Math.max(
                                2 * decrypted.capacity(), engine.getSession().getApplicationBufferSize()))
                        .limit(0);
            case CLOSED -> {
                return false;
            }
            default -> {
                // what there was is in the buffer
            }
        }
        return true;
    }

    private boolean fill() throws IOException {
        encryptedIn.compact();
        try {
            if (!encryptedIn.hasRemaining()) {
                throw new SSLException("a TLS record is longer than allowed");
            }
            return plain.read(encryptedIn) >= 0;
        } finally {
            encryptedIn.flip();
        }
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            wrap(from);
        }
    }

    private void wrap(ByteBuffer from) throws IOException {
        synchronized (writeLock) {
            encryptedOut.clear();
            SSLEngineResult result = engine.wrap(from, encryptedOut);
            encryptedOut.flip();
            boolean stuck = result.bytesProduced() == 0 && result.bytesConsumed() == 0;
            if (stuck && (from.hasRemaining() || result.getStatus() != SSLEngineResult.Status.OK)) {
                throw new SSLException("TLS cannot go on: " + result.getStatus() + ", " + result.getHandshakeStatus());
            }
            plain.write(encryptedOut);
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        plain.shutdownInput();
    }

    @Override
    public void finish() throws IOException {
        engine.closeOutbound();
        synchronized (writeLock) {
            while (!engine.isOutboundDone()) {
                encryptedOut.clear();
                SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), encryptedOut);
                encryptedOut.flip();
                plain.write(encryptedOut);
                if (result.bytesProduced() == 0) {
                    break;
                }
            }
        }
        plain.finish();
    }

    @Override
    public void close() {
        plain.close();
    }
}
