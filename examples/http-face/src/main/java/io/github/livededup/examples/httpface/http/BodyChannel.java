package io.github.livededup.examples.httpface.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A request's body of known length. A client that goes away before its end is a failure, not an end. */
final class BodyChannel implements ReadableByteChannel {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream body;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long left;

    BodyChannel(InputStream body, long length) {
        this.body = body;
        left = length;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (left == 0) {
            return -1;
        }
        int wanted = (int) Math.min(Math.min(left, buffer.length), into.remaining());
        int read = readBody(wanted);
        into.put(buffer, 0, read);
        left -= read;
        return read;
    }

    private int readBody(int wanted) throws IOException {
        try {
            int read = body.read(buffer, 0, wanted);
            if (read < 0) {
                throw new EOFException("actual=" + left + " bytes missing expected=0");
            }
            return read;
        } catch (IOException e) {
            throw new RefusedException(Status.BAD_REQUEST, "the client went away: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // the exchange is closed by whoever has it
    }
}
