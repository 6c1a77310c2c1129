package io.github.livededup.engine.util;

/** A growing set of longs in one array; linear probing, at most half full. Not safe for use by several threads. */
public final class LongSet {
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int MAX_CAPACITY = 1 << 30;

    private long[] keys = new long[1 << 10];
    private int size;
    private boolean hasZero;

    /** Makes an empty set. */
    public LongSet() {}

    /**
     * Adds a key.
     *
     * @param key any long
     * @return whether it was not in the set
     * @throws IllegalStateException if the set would pass 2^29 keys
     */
    public boolean add(long key) {
        if (key == 0) {
            boolean isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        if (!insert(keys, key)) {
            return false;
        }
        size++;
        if (size > keys.length / 2) {
            grow();
        }
        return true;
    }

    /**
     * The number of keys.
     *
     * @return the size
     */
    public int size() {
        return hasZero ? size + 1 : size;
    }

    private void grow() {
        if (keys.length >= MAX_CAPACITY) {
            throw new IllegalStateException("set is full: size=" + size);
        }
        long[] larger = new long[keys.length * 2];
        for (long key : keys) {
            if (key != 0) {
                insert(larger, key);
            }
        }
        keys = larger;
    }

    private static boolean insert(long[] table, long key) {
        int mask = table.length - 1;
        int at = (int) ((key * SPREAD) >>> 32) & mask;
        while (table[at] != 0) {
            if (table[at] == key) {
                return false;
            }
            at = (at + 1) & mask;
        }
        table[at] = key;
        return true;
    }
}
