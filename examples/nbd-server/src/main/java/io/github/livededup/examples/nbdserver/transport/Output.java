package io.github.livededup.examples.nbdserver.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Collects bytes and writes them in large pieces; while a piece waits for the other side to take it, the stall clock runs.
 * Used by one thread.
 */
public final class Output {
    private final Transport transport;
    private final StallClock clock;
    private final ByteBuffer buffer;

    Output(Transport transport, StallClock clock, int bufferBytes) {
        this.transport = transport;
        this.clock = clock;
        buffer = ByteBuffer.allocateDirect(bufferBytes);
    }

    /**
     * Takes bytes; what does not fit into the buffer is written.
     *
     * @param from taken from its position, which moves to its limit
     * @throws IOException if the connection failed or was closed
     */
    public void put(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int lengthBytes = Math.min(from.remaining(), buffer.remaining());
            buffer.put(from.slice(from.position(), lengthBytes));
            from.position(from.position() + lengthBytes);
        }
    }

    /**
     * Writes what was collected.
     *
     * @throws IOException if the connection failed or was closed
     */
    public void flush() throws IOException {
        buffer.flip();
        clock.start();
        try {
            transport.write(buffer);
        } finally {
            clock.stop(buffer.position());
            buffer.clear();
        }
    }
}
