package io.github.livededup.engine.format;

/**
 * The first 16 bytes of some fingerprints of one block group and the slots they are in: all that an index is made of. Filled over and
 * over, so that nothing is allocated per fingerprint. For one thread.
 */
public final class FingerprintHeads {
    /** The most fingerprints: 40 KiB, which stay in a processor's nearest caches. */
    public static final int CAPACITY = 2048;

    /** Receives what was read. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Called once for each part of a table.
         *
         * @param heads what was read; valid during the call only
         */
        void visit(FingerprintHeads heads);
    }

    private final int[] slots = new int[CAPACITY];
    private final long[] first = new long[CAPACITY];
    private final long[] second = new long[CAPACITY];
    private int count;

    /** Makes an empty collection. */
    public FingerprintHeads() {}

    /**
     * The lowest slot of the part of a table that its last slot is in. Parts begin at multiples of {@link #CAPACITY}.
     *
     * @param slotCount the slots of the table
     * @return the slot; negative if there are none
     */
    public static int lastPart(int slotCount) {
        return slotCount == 0 ? -CAPACITY : (slotCount - 1) / CAPACITY * CAPACITY;
    }

    /** Empties it. */
    public void clear() {
        count = 0;
    }

    /**
     * Adds a fingerprint. There must be room.
     *
     * @param slot its slot
     * @param firstBytes bytes 0 to 7, little-endian
     * @param secondBytes bytes 8 to 15, little-endian
     */
    public void add(int slot, long firstBytes, long secondBytes) {
        slots[count] = slot;
        first[count] = firstBytes;
        second[count] = secondBytes;
        count++;
    }

    /**
     * How many there are.
     *
     * @return the number
     */
    public int count() {
        return count;
    }

    /**
     * The slot of a fingerprint.
     *
     * @param i its number here, from 0
     * @return the slot
     */
    public int slot(int i) {
        return slots[i];
    }

    /**
     * Bytes 0 to 7 of a fingerprint.
     *
     * @param i its number here, from 0
     * @return as a little-endian number
     */
    public long first(int i) {
        return first[i];
    }

    /**
     * Bytes 8 to 15 of a fingerprint.
     *
     * @param i its number here, from 0
     * @return as a little-endian number
     */
    public long second(int i) {
        return second[i];
    }
}
