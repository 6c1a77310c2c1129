package io.github.livededup.engine.index;

import java.nio.ByteBuffer;

/** An array of numbers of some bits each, packed without gaps into a part of some memory. The first has the lowest bits. */
final class PackedCells {
    /** Bits are read as one unaligned long that begins at a byte. */
    static final int MAX_WIDTH_BITS = Long.SIZE - Byte.SIZE + 1;

    private final ByteBuffer memory;
    private final int base;
    private final int widthBits;

    /**
     * Makes a view.
     *
     * @param memory holds it, little-endian
     * @param baseBytes where it begins there
     * @param widthBits the bits of a number
     */
    PackedCells(ByteBuffer memory, int baseBytes, int widthBits) {
        this.memory = memory;
        this.base = baseBytes;
        this.widthBits = widthBits;
    }

    /** The memory that an array takes, room for reading the last number as a long included. */
    static long sizeBytes(int cells, int widthBits) {
        return ((long) cells * widthBits + Byte.SIZE - 1) / Byte.SIZE + Long.BYTES;
    }

    /** Where in the memory a number begins; a long can be read there. */
    int place(int cell) {
        return base + (int) (((long) cell * widthBits) >>> 3);
    }

    long get(int cell) {
        return bits((long) cell * widthBits, widthBits);
    }

    void set(int cell, long value) {
        bits((long) cell * widthBits, widthBits, value);
    }

    /** Moves the numbers {@code from} to {@code to - 1} up by one place. */
    void moveUp(int from, int to) {
        long first = (long) from * widthBits;
        for (long end = (long) to * widthBits; end > first; ) {
            int length = (int) Math.min(MAX_WIDTH_BITS, end - first);
            end -= length;
            bits(end + widthBits, length, bits(end, length));
        }
    }

    /** Moves the numbers {@code from + 1} to {@code to} down by one place. */
    void moveDown(int from, int to) {
        long last = (long) (to + 1) * widthBits;
        for (long start = (long) (from + 1) * widthBits; start < last; ) {
            int length = (int) Math.min(MAX_WIDTH_BITS, last - start);
            bits(start - widthBits, length, bits(start, length));
            start += length;
        }
    }

    private long bits(long at, int length) {
        return memory.getLong(base + (int) (at >>> 3)) >>> (at & 7) & mask(length);
    }

    private void bits(long at, int length, long value) {
        int index = base + (int) (at >>> 3);
        int shift = (int) (at & 7);
        memory.putLong(index, (memory.getLong(index) & ~(mask(length) << shift)) | (value << shift));
    }

    private static long mask(int length) {
        return (1L << length) - 1;
    }
}
