package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.Image;
import io.github.livededup.examples.nbdserver.handshake.Negotiated;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.CommandFlags;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Does what a request asks for; one that {@link RequestRules} has passed. Several threads at the same time. */
final class RequestHandler {
    private static final int CACHE_STEP_BYTES = 256 << 10;
    /** A hint is not followed further than this. */
    private static final long MAX_CACHE_BYTES = 32L << 20;

    private final Image image;
    private final Replies replies;
    private final StructuredReplies structured;

    RequestHandler(Negotiated negotiated, int blockSizeBytes) {
        image = negotiated.export().image();
        structured = new StructuredReplies(blockSizeBytes);
        replies = negotiated.structuredReplies() ? structured : new SimpleReplies();
    }

    /**
     * Does it.
     *
     * @param command the request's command
     * @param request the request
     * @param payload what is to be written, or where what is read can be put; empty for other commands
     * @return the reply, of success or failure
     */
    Reply handle(Command command, Request request, ByteBuffer payload) {
        try {
            return perform(command, request, payload);
        } catch (IOException | RuntimeException | Error e) {
            NbdError error = Failures.errorOf(e);
            FailureLog.failed(command, request, error, e);
            return replies.error(request.cookie(), error, String.valueOf(e.getMessage()));
        }
    }

    /** The reply to a request that was refused. */
    Reply refuse(Request request, NbdError error, String message) {
        return replies.error(request.cookie(), error, message);
    }

    private Reply perform(Command command, Request request, ByteBuffer payload) throws IOException {
        long offset = request.offset();
        switch (command) {
            case READ -> {
                readFully(payload, offset);
                return replies.data(request.cookie(), offset, payload.flip(), request.has(CommandFlags.DF));
            }
            case BLOCK_STATUS -> {
                return structured.blockStatus(
                        request.cookie(),
                        Negotiated.BASE_ALLOCATION_ID,
                        StatusWalk.extents(image, offset, request.lengthBytes(), request.has(CommandFlags.REQ_ONE)));
            }
            case WRITE -> image.write(payload, offset);
            case TRIM -> image.discard(offset, request.lengthBytes());
            case WRITE_ZEROES -> image.writeZeroes(offset, request.lengthBytes());
            case FLUSH -> image.flush();
            case CACHE -> warm(offset, Math.min(request.lengthBytes(), MAX_CACHE_BYTES));
            case DISCONNECT -> throw new IllegalArgumentException("there is no reply to a disconnect");
        }
        if (command.isChange() && request.isForced()) {
            image.flush();
        }
        return replies.success(request.cookie());
    }

    private void readFully(ByteBuffer into, long offset) throws IOException {
        while (into.hasRemaining()) {
            if (image.read(into, offset + into.position()) <= 0) {
                throw new IOException("the image has become shorter while it was exported");
            }
        }
    }

    private void warm(long offset, long lengthBytes) throws IOException {
        ByteBuffer away = ByteBuffer.allocate((int) Math.min(CACHE_STEP_BYTES, lengthBytes));
        long end = offset + lengthBytes;
        for (long position = offset; position < end; position += away.limit()) {
            away.clear().limit((int) Math.min(away.capacity(), end - position));
            readFully(away.slice(), position);
        }
    }
}
