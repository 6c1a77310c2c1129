package io.github.livededup.engine.volume;

import io.github.livededup.engine.lifecycle.ReaderGate;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of open groups' tables: what a sealed group leaves serves the next one. A reader that took the table before the group was
 * sealed may still be on it; all readers are in the gate, so a chunk is given out only after all have left that entered before it came
 * back. Nobody waits for that: until then new ones are made, and what is too much is left to the garbage collector.
 */
final class TableChunks {
    /** The slots of a chunk. */
    static final int CHUNK_SLOTS = 512;
    /** Kept at most: the table of 65,536 slots, about those of a group. */
    private static final int MOST_CHUNKS = 128;

    private final ReaderGate gate;
    private final int entryBytes;
    /** Came back since the gate last advanced. */
    private final ArrayDeque<ByteBuffer> fresh = new ArrayDeque<>();
    /** Came back before; readers of that time may be left. */
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();

    private final ArrayDeque<ByteBuffer> ready = new ArrayDeque<>();

    TableChunks(ReaderGate gate, int entryBytes) {
        this.gate = gate;
        this.entryBytes = entryBytes;
    }

    int entryBytes() {
        return entryBytes;
    }

    /** A chunk of vacant slots. */
    ByteBuffer take() {
        ByteBuffer chunk = takeReady();
        if (chunk == null) {
            return ByteBuffer.allocate(CHUNK_SLOTS * entryBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        Arrays.fill(chunk.array(), chunk.arrayOffset(), chunk.arrayOffset() + chunk.capacity(), (byte) 0);
        return chunk;
    }

    private synchronized @Nullable ByteBuffer takeReady() {
        if (!(fresh.isEmpty() && waiting.isEmpty()) && gate.tryAdvance()) {
            move(waiting, ready);
            move(fresh, waiting);
        }
        return ready.poll();
    }

    private static void move(ArrayDeque<ByteBuffer> from, ArrayDeque<ByteBuffer> to) {
        to.addAll(from);
        from.clear();
    }

    /** Takes a chunk back that is part of no table which a reader could still find. */
    synchronized void giveBack(ByteBuffer chunk) {
        if (fresh.size() + waiting.size() + ready.size() < MOST_CHUNKS) {
            fresh.add(chunk);
        }
    }
}
