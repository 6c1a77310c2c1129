package io.github.livededup.engine.repair;

import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads small pieces of a file by way of larger ones that it keeps for a while. For one thread. */
final class TableChunks {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int KEPT = 128;

    private final VolumeFile file;
    private final Map<Long, ByteBuffer> chunks = new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
            return size() > KEPT;
        }
    };

    TableChunks(VolumeFile file) {
        this.file = file;
    }

    /** Fills a buffer from a position; what lies behind the file's end is an {@link java.io.EOFException}. */
    void read(ByteBuffer into, long position) throws IOException {
        int start = into.position();
        try {
            long at = position;
            while (into.hasRemaining()) {
                ByteBuffer chunk = chunk(at / CHUNK_BYTES);
                int from = (int) (at % CHUNK_BYTES);
                int count = Math.min(into.remaining(), CHUNK_BYTES - from);
                into.put(into.position(), chunk, from, count);
                into.position(into.position() + count);
                at += count;
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            // Near the file's end, or beside a place that cannot be read: just the piece.
            into.position(start);
            file.read(into, position);
        }
    }

    private ByteBuffer chunk(long number) throws IOException {
        ByteBuffer chunk = chunks.get(number);
        if (chunk == null) {
            chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(chunk, number * CHUNK_BYTES);
            chunks.put(number, chunk);
        }
        return chunk;
    }
}
