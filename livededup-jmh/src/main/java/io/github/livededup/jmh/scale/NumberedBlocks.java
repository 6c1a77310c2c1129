package io.github.livededup.jmh.scale;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Blocks of 4 KiB that differ in their first 16 bytes, which are made from a number, and are zero behind: each is unique, is made
 * in no time, and compresses to some 40 bytes. For one thread.
 */
final class NumberedBlocks {
    static final int BLOCK_BYTES = 4096;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final ByteBuffer buffer;

    /**
     * Makes room.
     *
     * @param blocks how many there are at a time, at most
     */
    NumberedBlocks(int blocks) {
        buffer = ByteBuffer.allocateDirect(blocks * BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The blocks from a number on, in the one buffer there is: its position is 0, its limit is behind the last. */
    ByteBuffer from(long first, int count) {
        buffer.clear().limit(count * BLOCK_BYTES);
        for (int i = 0; i < count; i++) {
            buffer.putLong(i * BLOCK_BYTES, word(first + i)).putLong(i * BLOCK_BYTES + Long.BYTES, first + i);
        }
        return buffer;
    }

    /** Room for one block to be read into: position 0, limit behind it. */
    ByteBuffer room() {
        return buffer.clear().limit(BLOCK_BYTES);
    }

    /** Whether what was read into that room is the block of a number, and leaves it so that {@link #from} may be used. */
    boolean holds(long number) {
        boolean same = buffer.getLong(0) == word(number) && buffer.getLong(Long.BYTES) == number;
        for (int at = 2 * Long.BYTES; at < BLOCK_BYTES; at += Long.BYTES) {
            same &= buffer.getLong(at) == 0;
        }
        return same;
    }

    /** Never 0, so that no block is a hole. */
    private static long word(long number) {
        long z = (number + 1) * GOLDEN;
        return (z ^ z >>> 29) | 1;
    }
}
