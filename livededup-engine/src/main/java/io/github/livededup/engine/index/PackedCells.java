package io.github.livededup.engine.index;

import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;

/** An array of cells of some bits each, packed without gaps in memory outside the heap. Cell 0 has the lowest bits. */
final class PackedCells {
    /** A cell is read as one unaligned long that begins at a byte. */
    static final int MAX_WIDTH_BITS = Long.SIZE - Byte.SIZE + 1;

    private final ByteBuffer memory;
    private final int widthBits;
    private final long mask;

    /** Makes cells that are all 0. */
    PackedCells(int cells, int widthBits) {
        this.memory = OffHeap.allocate(sizeBytes(cells, widthBits));
        this.widthBits = widthBits;
        this.mask = (1L << widthBits) - 1;
    }

    /** The memory of an array, room for reading the last cell as a long included. */
    static int sizeBytes(int cells, int widthBits) {
        return Math.toIntExact(((long) cells * widthBits + Byte.SIZE - 1) / Byte.SIZE + Long.BYTES);
    }

    long get(int cell) {
        long bit = (long) cell * widthBits;
        return memory.getLong((int) (bit >>> 3)) >>> (bit & 7) & mask;
    }

    void set(int cell, long value) {
        long bit = (long) cell * widthBits;
        int at = (int) (bit >>> 3);
        int shift = (int) (bit & 7);
        memory.putLong(at, memory.getLong(at) & ~(mask << shift) | value << shift);
    }

    /** The memory itself. */
    ByteBuffer memory() {
        return memory;
    }

    /** Frees the memory; the cells must not be touched any more. */
    void free() {
        OffHeap.free(memory);
    }
}
