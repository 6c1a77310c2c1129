package io.github.livededup.engine.image;

import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for a bounded number of blocks, in slots. It is allocated when it is first needed and kept until
 * {@link #release}. Slots are given out and taken back under its monitor; what is in a slot is its holder's affair.
 */
final class BlockPool {
    private static final int CHUNK_BYTES = 1 << 20;

    private final int blockSizeBytes;
    private final int capacity;
    private final int perChunk;
    private final @Nullable ByteBuffer[] chunks;
    private final int[] idle;
    private int idleCount;
    private int fresh;
    private volatile int used;

    BlockPool(int capacity, int blockSizeBytes) {
        this.capacity = capacity;
        this.blockSizeBytes = blockSizeBytes;
        perChunk = Math.max(1, Math.min(capacity, CHUNK_BYTES / blockSizeBytes));
        chunks = new ByteBuffer[(capacity + perChunk - 1) / perChunk];
        idle = new int[capacity];
    }

    int capacity() {
        return capacity;
    }

    /** Slots in use. */
    int used() {
        return used;
    }

    /** Takes a slot; {@link SlotTable#NONE} if all are in use. */
    synchronized int take() {
        int slot;
        if (idleCount > 0) {
            slot = idle[--idleCount];
        } else if (fresh < capacity) {
            if (chunks[fresh / perChunk] == null) {
                chunks[fresh / perChunk] = OffHeap.allocate(perChunk * blockSizeBytes);
            }
            slot = fresh++;
        } else {
            return SlotTable.NONE;
        }
        used = used + 1;
        return slot;
    }

    synchronized void giveBack(int slot) {
        idle[idleCount++] = slot;
        used = used - 1;
    }

    /** The memory that a slot is part of, from {@link #offset} on; the caller leaves position and limit alone. */
    ByteBuffer memory(int slot) {
        ByteBuffer chunk = chunks[slot / perChunk];
        if (chunk == null) {
            throw new IllegalStateException("slot " + slot + ": actual=no memory expected=a slot that was taken");
        }
        return chunk;
    }

    int offset(int slot) {
        return slot % perChunk * blockSizeBytes;
    }

    /** Copies a part of a slot. */
    void copy(int slot, int inBlock, ByteBuffer into, int at, int length) {
        into.put(at, memory(slot), offset(slot) + inBlock, length);
    }

    /** Frees the memory; nobody uses a slot any more. */
    synchronized void release() {
        for (int i = 0; i < chunks.length; i++) {
            ByteBuffer chunk = chunks[i];
            if (chunk != null) {
                chunks[i] = null;
                OffHeap.free(chunk);
            }
        }
        fresh = capacity;
        idleCount = 0;
    }
}
