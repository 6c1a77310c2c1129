package io.github.livededup.engine.image;

import java.util.Arrays;

/**
 * Block numbers to slots: open addressing, at most half full, without an object an entry. One thread changes it at a time;
 * {@link #find} may run meanwhile and then answers anything, but ends and harms nothing: its caller finds out.
 */
final class SlotTable {
    static final int NONE = -1;

    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final int MIN_CAPACITY = 64;
    /** A larger one is not kept when it is cleared. */
    static final int KEEP_CAPACITY = 2048;

    /** Arrays that belong together. Keys are block numbers plus one; 0 is an empty place. */
    private static final class Places {
        final long[] keys;
        final int[] slots;

        Places(int capacity) {
            keys = new long[capacity];
            slots = new int[capacity];
        }
    }

    private Places places = new Places(MIN_CAPACITY);
    private int size;

    int size() {
        return size;
    }

    /** The slot of a block, {@link #NONE} if it has none. */
    int find(long block) {
        Places now = places;
        int mask = now.keys.length - 1;
        int at = home(block + 1, mask);
        // Counted, for a table that is changed meanwhile may seem full.
        for (int probes = 0; probes <= mask; probes++) {
            long key = now.keys[at];
            if (key == block + 1) {
                return now.slots[at];
            }
            if (key == 0) {
                return NONE;
            }
            at = (at + 1) & mask;
        }
        return NONE;
    }

    /** Gives a block a slot; it has none yet. */
    void put(long block, int slot) {
        if ((size + 1) * 2 > places.keys.length) {
            Places larger = new Places(places.keys.length * 2);
            for (int i = 0; i < places.keys.length; i++) {
                if (places.keys[i] != 0) {
                    insert(larger, places.keys[i], places.slots[i]);
                }
            }
            places = larger;
        }
        insert(places, block + 1, slot);
        size++;
    }

    private static void insert(Places into, long key, int slot) {
        int mask = into.keys.length - 1;
        int at = home(key, mask);
        while (into.keys[at] != 0) {
            at = (at + 1) & mask;
        }
        into.keys[at] = key;
        into.slots[at] = slot;
    }

    /** Takes a block's slot away; returns it, {@link #NONE} if it had none. */
    int remove(long block) {
        long[] keys = places.keys;
        int[] slots = places.slots;
        int mask = keys.length - 1;
        int hole = home(block + 1, mask);
        while (keys[hole] != block + 1) {
            if (keys[hole] == 0) {
                return NONE;
            }
            hole = (hole + 1) & mask;
        }
        int removed = slots[hole];
        // What follows without a gap moves up if its home is not behind the hole.
        int at = (hole + 1) & mask;
        while (keys[at] != 0) {
            if (((at - home(keys[at], mask)) & mask) >= ((at - hole) & mask)) {
                keys[hole] = keys[at];
                slots[hole] = slots[at];
                hole = at;
            }
            at = (at + 1) & mask;
        }
        keys[hole] = 0;
        size--;
        return removed;
    }

    /** Copies all blocks in order, from index 0; returns how many. The array holds {@link #size} of them. */
    int blocks(long[] into) {
        int count = 0;
        for (long key : places.keys) {
            if (key != 0) {
                into[count++] = key - 1;
            }
        }
        Arrays.sort(into, 0, count);
        return count;
    }

    /** Copies all blocks of a range, in order. */
    long[] blocks(long from, long to) {
        long[] blocks = new long[size];
        int count = 0;
        for (long key : places.keys) {
            if (key != 0 && key - 1 >= from && key - 1 < to) {
                blocks[count++] = key - 1;
            }
        }
        long[] sorted = count == size ? blocks : Arrays.copyOf(blocks, count);
        Arrays.sort(sorted);
        return sorted;
    }

    void clear() {
        if (places.keys.length > KEEP_CAPACITY) {
            places = new Places(MIN_CAPACITY);
        } else if (size > 0) {
            Arrays.fill(places.keys, 0);
        }
        size = 0;
    }

    private static int home(long key, int mask) {
        return (int) ((key * SPREAD) >>> 32) & mask;
    }
}
