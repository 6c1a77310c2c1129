package io.github.livededup.engine.volume;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The fingerprint table of an open group, growing in chunks that never move. One thread at a time adds; others read slots
 * that were published to them by a volatile write after they were filled. Chunks are on the heap, and go to another table only when no
 * reader can be on them any more.
 */
final class OpenTable {
    private static final int CHUNK_SLOTS = TableChunks.CHUNK_SLOTS;
    private static final ByteBuffer[] NOTHING = {};

    private final TableChunks pool;
    private final int entryBytes;
    /** Grows by doubling; the last ones may be null. */
    private ByteBuffer[] chunks = NOTHING;

    private int count;

    OpenTable(TableChunks pool) {
        this.pool = pool;
        this.entryBytes = pool.entryBytes();
    }

    /** The chunk a slot lies in. */
    ByteBuffer chunk(int slot) {
        return chunks[slot / CHUNK_SLOTS];
    }

    /** Where a slot lies in its chunk. */
    int at(int slot) {
        return slot % CHUNK_SLOTS * entryBytes;
    }

    /** The slots from this one that lie in the same chunk. */
    int inChunk(int slot) {
        return CHUNK_SLOTS - slot % CHUNK_SLOTS;
    }

    /** Makes room up to a slot; new slots are vacant. */
    void growTo(int slot) {
        int needed = slot / CHUNK_SLOTS + 1;
        if (needed > count) {
            ByteBuffer[] grown = needed > chunks.length ? Arrays.copyOf(chunks, Math.max(needed, 2 * count)) : chunks;
            for (; count < needed; count++) {
                grown[count] = pool.take();
            }
            chunks = grown;
        }
    }

    /** Gives the memory back: no reader that comes from now on finds this table, and nothing is added to it. */
    void release() {
        for (int i = 0; i < count; i++) {
            pool.giveBack(chunks[i]);
        }
    }
}
