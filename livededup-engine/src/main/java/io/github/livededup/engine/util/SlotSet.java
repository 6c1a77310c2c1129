package io.github.livededup.engine.util;

/** A set of slots of one group, a bit a slot. It is filled by one thread and does not change once others see it. */
public final class SlotSet {
    private final long[] bits;

    /**
     * Makes an empty set.
     *
     * @param slots slots are below this number
     */
    public SlotSet(int slots) {
        bits = new long[(slots + Long.SIZE - 1) / Long.SIZE];
    }

    /**
     * Adds a slot.
     *
     * @param slot the slot
     */
    public void add(int slot) {
        bits[slot / Long.SIZE] |= 1L << slot;
    }

    /**
     * Whether a slot is in the set.
     *
     * @param slot any slot
     * @return false if it is not, or if it is beyond the set's end
     */
    public boolean contains(int slot) {
        int word = slot / Long.SIZE;
        return word < bits.length && (bits[word] & 1L << slot) != 0;
    }

    /**
     * The set's words; slot {@code 64 * n} is the lowest bit of word {@code n}.
     *
     * @return how many there are
     */
    public int words() {
        return bits.length;
    }

    /**
     * A word of the set.
     *
     * @param index its number
     * @return its bits
     */
    public long word(int index) {
        return bits[index];
    }

    /**
     * Sets a word of the set; by the thread that fills it.
     *
     * @param index its number
     * @param word its bits
     */
    public void word(int index, long word) {
        bits[index] = word;
    }

    /**
     * The slots in the set.
     *
     * @return their number
     */
    public int count() {
        int count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        return count;
    }
}
