package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import java.nio.ByteBuffer;
import java.util.List;

/** A number for success or failure, and what was read behind it. */
final class SimpleReplies implements Replies {
    private static final int HEADER_BYTES = 16;

    @Override
    public Reply success(long cookie) {
        return new Reply(List.of(header(cookie, 0)), false);
    }

    @Override
    public Reply error(long cookie, NbdError error, String message) {
        return new Reply(List.of(header(cookie, error.code())), true);
    }

    @Override
    public Reply data(long cookie, long offset, ByteBuffer data, boolean inOnePiece) {
        return new Reply(List.of(header(cookie, 0), data), false);
    }

    private static ByteBuffer header(long cookie, int error) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putInt(Magic.SIMPLE_REPLY)
                .putInt(error)
                .putLong(cookie)
                .flip();
    }
}
