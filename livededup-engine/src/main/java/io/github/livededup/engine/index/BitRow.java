package io.github.livededup.engine.index;

import java.nio.ByteBuffer;

/**
 * A row of bits in some memory, read and changed by words, which may lie apart: rows that are asked together lie word by word
 * beside each other. Not safe for use by several threads.
 */
final class BitRow {
    private static final int WORD_SHIFT = 6;
    private static final long ONES = -1L;

    private final ByteBuffer memory;
    private final int base;
    private final int strideBytes;

    /**
     * Makes a view.
     *
     * @param memory holds it, little-endian
     * @param baseBytes where it begins there
     * @param strideBytes from one word to the next
     */
    BitRow(ByteBuffer memory, int baseBytes, int strideBytes) {
        this.memory = memory;
        this.base = baseBytes;
        this.strideBytes = strideBytes;
    }

    /** The memory that a row takes. */
    static long sizeBytes(int bits) {
        return ((long) bits + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    /** The bits 64 w to 64 w + 63, the first lowest. */
    long word(int w) {
        return memory.getLong(base + w * strideBytes);
    }

    boolean get(int bit) {
        return bit(bit) != 0;
    }

    /** A bit as a number. */
    long bit(int bit) {
        return word(bit >>> WORD_SHIFT) >>> bit & 1;
    }

    void set(int bit) {
        int w = bit >>> WORD_SHIFT;
        word(w, word(w) | 1L << bit);
    }

    void clear(int bit) {
        int w = bit >>> WORD_SHIFT;
        word(w, word(w) & ~(1L << bit));
    }

    void put(int bit, boolean value) {
        if (value) {
            set(bit);
        } else {
            clear(bit);
        }
    }

    /** The last 0 that is not after a bit; there must be one. */
    int lastZero(int notAfter) {
        int w = notAfter >>> WORD_SHIFT;
        long zeros = ~word(w) & upTo(notAfter);
        while (zeros == 0) {
            zeros = ~word(--w);
        }
        return (w << WORD_SHIFT) + Long.SIZE - 1 - Long.numberOfLeadingZeros(zeros);
    }

    /** The first 0 after a bit; there must be one. */
    int nextZero(int after) {
        return nthZero(after, 1);
    }

    /** The n-th 0 after a bit, n from 1; there must be as many. */
    int nthZero(int after, int n) {
        int w = after >>> WORD_SHIFT;
        long zeros = ~word(w) & ~upTo(after);
        int left = n;
        int here = Long.bitCount(zeros);
        while (here < left) {
            left -= here;
            zeros = ~word(++w);
            here = Long.bitCount(zeros);
        }
        while (--left > 0) {
            zeros &= zeros - 1;
        }
        return (w << WORD_SHIFT) + Long.numberOfTrailingZeros(zeros);
    }

    /** The first 1 after a bit; there must be one. */
    int nextOne(int after) {
        int w = after >>> WORD_SHIFT;
        long ones = word(w) & ~upTo(after);
        while (ones == 0) {
            ones = word(++w);
        }
        return (w << WORD_SHIFT) + Long.numberOfTrailingZeros(ones);
    }

    /** The number of ones after a bit, up to another. */
    int count(int after, int upTo) {
        int first = after >>> WORD_SHIFT;
        int last = upTo >>> WORD_SHIFT;
        int count = 0;
        for (int w = first; w <= last; w++) {
            count += Long.bitCount(word(w) & between(w, first, after, last, upTo));
        }
        return count;
    }

    /** Sets the bits after one, up to another. */
    void setAfter(int after, int upTo) {
        int first = after >>> WORD_SHIFT;
        int last = upTo >>> WORD_SHIFT;
        for (int w = first; w <= last; w++) {
            word(w, word(w) | between(w, first, after, last, upTo));
        }
    }

    /** Moves the bits {@code from} to {@code to - 1} up by one place, to {@code from + 1} to {@code to}. */
    void moveUp(int from, int to) {
        int first = from >>> WORD_SHIFT;
        int last = to >>> WORD_SHIFT;
        for (int w = last; w >= first; w--) {
            long old = word(w);
            long moved = (old << 1) | (w > first ? word(w - 1) >>> (Long.SIZE - 1) : 0);
            long changed = between(w, first, from, last, to);
            word(w, (old & ~changed) | (moved & changed));
        }
    }

    /** Moves the bits {@code from + 1} to {@code to} down by one place, to {@code from} to {@code to - 1}. */
    void moveDown(int from, int to) {
        if (from == to) {
            return;
        }
        int first = from >>> WORD_SHIFT;
        int last = to >>> WORD_SHIFT;
        for (int w = first; w <= last; w++) {
            long old = word(w);
            long moved = (old >>> 1) | (w < last ? word(w + 1) << (Long.SIZE - 1) : 0);
            long changed = (w == first ? ~(upTo(from) >>> 1) : ONES) & (w == last ? upTo(to) >>> 1 : ONES);
            word(w, (old & ~changed) | (moved & changed));
        }
    }

    private void word(int w, long value) {
        memory.putLong(base + w * strideBytes, value);
    }

    /** The bits of a word that are after one bit and not after another. */
    private static long between(int w, int first, int after, int last, int upTo) {
        return (w == first ? ~upTo(after) : ONES) & (w == last ? upTo(upTo) : ONES);
    }

    /** The bits of a bit's word that are not after it. */
    private static long upTo(int bit) {
        return ONES >>> (Long.SIZE - 1 - (bit & (Long.SIZE - 1)));
    }
}
