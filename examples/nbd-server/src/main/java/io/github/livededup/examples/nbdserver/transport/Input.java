package io.github.livededup.examples.nbdserver.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the numbers and byte strings of messages. While the rest of a message that has begun is awaited, the stall clock
 * runs. Used by one thread.
 */
public final class Input {
    private final Transport transport;
    private final StallClock clock;
    private final ByteBuffer buffer;

    Input(Transport transport, StallClock clock, int bufferBytes) {
        this.transport = transport;
        this.clock = clock;
        buffer = ByteBuffer.allocateDirect(bufferBytes).limit(0);
    }

    /**
     * Waits, as long as it takes, for the first byte of a message.
     *
     * @return false if there is none, because the other side has ended
     * @throws IOException if the connection failed or was closed
     */
    public boolean awaitMessage() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        int read = -1;
        try {
            read = transport.read(buffer);
        } finally {
            buffer.flip();
        }
        return read >= 0;
    }

    /**
     * Reads a number.
     *
     * @return two bytes, unsigned
     * @throws IOException if the connection failed or ended
     */
    public int readShort() throws IOException {
        require(Short.BYTES);
        return Short.toUnsignedInt(buffer.getShort());
    }

    /**
     * Reads a number.
     *
     * @return four bytes
     * @throws IOException if the connection failed or ended
     */
    public int readInt() throws IOException {
        require(Integer.BYTES);
        return buffer.getInt();
    }

    /**
     * Reads a number.
     *
     * @return eight bytes
     * @throws IOException if the connection failed or ended
     */
    public long readLong() throws IOException {
        require(Long.BYTES);
        return buffer.getLong();
    }

    /**
     * Reads bytes.
     *
     * @param into filled to its limit
     * @throws IOException if the connection failed or ended
     */
    public void readFully(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            require(1);
            int lengthBytes = Math.min(into.remaining(), buffer.remaining());
            into.put(buffer.slice(buffer.position(), lengthBytes));
            buffer.position(buffer.position() + lengthBytes);
        }
    }

    /**
     * Passes bytes over.
     *
     * @param lengthBytes how many
     * @throws IOException if the connection failed or ended
     */
    public void skip(long lengthBytes) throws IOException {
        long left = lengthBytes;
        while (left > 0) {
            require(1);
            int now = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + now);
            left -= now;
        }
    }

    /**
     * Whether bytes have come that nobody has asked for yet.
     *
     * @return true if so
     */
    public boolean hasBuffered() {
        return buffer.hasRemaining();
    }

    private void require(int lengthBytes) throws IOException {
        if (buffer.remaining() >= lengthBytes) {
            return;
        }
        buffer.compact();
        try {
            while (buffer.position() < lengthBytes) {
                if (readSome() < 0) {
                    throw new EOFException("the client went away within a message");
                }
            }
        } finally {
            buffer.flip();
        }
    }

    private int readSome() throws IOException {
        int read = 0;
        clock.start();
        try {
            read = transport.read(buffer);
        } finally {
            clock.stop(Math.max(0, read));
        }
        return read;
    }
}
