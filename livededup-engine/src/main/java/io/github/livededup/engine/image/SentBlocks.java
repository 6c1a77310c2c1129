package io.github.livededup.engine.image;

/**
 * Remembers at which block of an image an address was sent, for as many as there is room for. What is forgotten is sent
 * again.
 */
final class SentBlocks {
    private static final int BITS = 16;
    /** Fibonacci hashing: neighbouring addresses spread over the places. */
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private final long[] addresses = new long[1 << BITS];
    private final long[] blocks = new long[1 << BITS];

    /** The block at which an address was sent, -1 if that is not known. */
    long find(long address) {
        int place = place(address);
        return addresses[place] == address ? blocks[place] : -1;
    }

    /** Notes that an address, not 0, was sent. */
    void add(long address, long block) {
        int place = place(address);
        addresses[place] = address;
        blocks[place] = block;
    }

    private static int place(long address) {
        return (int) ((address * MULTIPLIER) >>> (Long.SIZE - BITS));
    }
}
