package io.github.livededup.engine.volume;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The fingerprint table of an open group, growing in chunks that never move. One thread at a time adds; others read slots
 * that were published to them by a volatile write after they were filled. Chunks are on the heap, so a reader that is
 * still on one when the group is sealed keeps it.
 */
final class OpenTable {
    private static final int CHUNK_SLOTS = 512;

    private final int entryBytes;
    private ByteBuffer[] chunks = {};

    OpenTable(int entryBytes) {
        this.entryBytes = entryBytes;
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
        if (needed > chunks.length) {
            ByteBuffer[] grown = Arrays.copyOf(chunks, needed);
            for (int i = chunks.length; i < needed; i++) {
                grown[i] = ByteBuffer.allocate(CHUNK_SLOTS * entryBytes).order(ByteOrder.LITTLE_ENDIAN);
            }
            chunks = grown;
        }
    }
}
