package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.Extent;
import io.github.livededup.examples.nbdserver.protocol.ChunkType;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Replies in chunks: holes are told and not sent, errors have a text. What needs no chunk is a simple reply. */
final class StructuredReplies implements Replies {
    private static final int HEADER_BYTES = 20;
    private static final int MAX_MESSAGE_BYTES = 1024;
    private static final int STATE_HOLE_AND_ZERO = 3;

    private final SimpleReplies simple = new SimpleReplies();
    private final ZeroRuns zeroRuns;

    StructuredReplies(int blockSizeBytes) {
        zeroRuns = new ZeroRuns(blockSizeBytes);
    }

    @Override
    public Reply success(long cookie) {
        return simple.success(cookie);
    }

    @Override
    public Reply error(long cookie, NbdError error, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        int lengthBytes = Math.min(text.length, MAX_MESSAGE_BYTES);
        int payload = Integer.BYTES + Short.BYTES + lengthBytes;
        ByteBuffer chunk = header(cookie, true, ChunkType.ERROR, payload, payload);
        chunk.putInt(error.code()).putShort((short) lengthBytes).put(text, 0, lengthBytes);
        return new Reply(List.of(chunk.flip()), true);
    }

    @Override
    public Reply data(long cookie, long offset, ByteBuffer data, boolean inOnePiece) {
        if (!data.hasRemaining()) {
            return new Reply(List.of(header(cookie, true, ChunkType.NONE, 0, 0).flip()), false);
        }
        List<ByteBuffer> parts = new ArrayList<>();
        List<Extent> runs = zeroRuns.split(data, offset, inOnePiece);
        for (int i = 0; i < runs.size(); i++) {
            Extent run = runs.get(i);
            boolean isLast = i == runs.size() - 1;
            int lengthBytes = (int) run.lengthBytes();
            if (run.isData()) {
                parts.add(header(cookie, isLast, ChunkType.OFFSET_DATA, Long.BYTES + lengthBytes, Long.BYTES)
                        .putLong(run.positionBytes())
                        .flip());
                parts.add(data.slice(data.position() + (int) (run.positionBytes() - offset), lengthBytes));
            } else {
                int payload = Long.BYTES + Integer.BYTES;
                parts.add(header(cookie, isLast, ChunkType.OFFSET_HOLE, payload, payload)
                        .putLong(run.positionBytes())
                        .putInt(lengthBytes)
                        .flip());
            }
        }
        return new Reply(parts, false);
    }

    /** The extents of a metadata context, each at most 4 GiB long. */
    Reply blockStatus(long cookie, int contextId, List<Extent> extents) {
        int payload = Integer.BYTES + extents.size() * 2 * Integer.BYTES;
        ByteBuffer chunk = header(cookie, true, ChunkType.BLOCK_STATUS, payload, payload);
        chunk.putInt(contextId);
        for (Extent extent : extents) {
            chunk.putInt((int) extent.lengthBytes()).putInt(extent.isData() ? 0 : STATE_HOLE_AND_ZERO);
        }
        return new Reply(List.of(chunk.flip()), false);
    }

    /** A chunk's header, and room behind it for the part of its payload that is put there. */
    private static ByteBuffer header(long cookie, boolean isLast, int type, int payloadBytes, int roomBytes) {
        return ByteBuffer.allocate(HEADER_BYTES + roomBytes)
                .putInt(Magic.STRUCTURED_REPLY)
                .putShort((short) (isLast ? ChunkType.FLAG_DONE : 0))
                .putShort((short) type)
                .putLong(cookie)
                .putInt(payloadBytes);
    }
}
