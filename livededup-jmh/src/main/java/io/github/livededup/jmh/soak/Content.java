package io.github.livededup.jmh.soak;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The content of blocks by number, made whenever it is needed; half of it can be compressed away. Block 0 is a hole. */
final class Content {
    static final int BLOCK_BYTES = 4096;

    private static final int WORDS = BLOCK_BYTES / Long.BYTES;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Content() {}

    /** Writes a block at a buffer's position, which moves behind it; the buffer is little-endian. */
    static void put(int block, ByteBuffer into) {
        for (int word = 0; word < WORDS; word++) {
            into.putLong(word(block, word));
        }
    }

    /** Whether a buffer has a block at a place. */
    static boolean isAt(int block, ByteBuffer buffer, int at) {
        for (int word = 0; word < WORDS; word++) {
            if (buffer.getLong(at + word * Long.BYTES) != word(block, word)) {
                return false;
            }
        }
        return true;
    }

    /** Room for some blocks. */
    static ByteBuffer buffer(int blocks) {
        return ByteBuffer.allocate(blocks * BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long word(int block, int word) {
        if (block == 0) {
            return 0;
        }
        long z = (((long) block << Integer.SIZE) | (word & (WORDS / 2 - 1))) * GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        return z ^ z >>> 27;
    }
}
