package io.github.livededup.engine.format;

/**
 * A block's address: group in bits 24 to 47, slot in bits 0 to 23 of a positive long. Groups count from 1, so no block
 * has address 0, which stands for a hole. The 16 high bits are zero, kept for later formats.
 */
public final class BlockAddress {
    /** The address that stands for a hole. */
    public static final long HOLE = 0;
    /** Bits of a slot. */
    public static final int SLOT_BITS = 24;
    /** The most slots of a group. */
    public static final int MAX_SLOTS = 1 << SLOT_BITS;
    /** The highest group number. */
    public static final int MAX_GROUP = (1 << 24) - 1;

    private static final long SLOT_MASK = MAX_SLOTS - 1L;

    private BlockAddress() {}

    /**
     * Packs an address.
     *
     * @param group the group, from 1 to {@link #MAX_GROUP}
     * @param slot the slot, from 0 to {@link #MAX_SLOTS} - 1
     * @return the address
     */
    public static long of(int group, int slot) {
        return (long) group << SLOT_BITS | slot;
    }

    /**
     * The group of an address.
     *
     * @param address the address
     * @return the group
     */
    public static int group(long address) {
        return (int) (address >>> SLOT_BITS);
    }

    /**
     * The slot of an address.
     *
     * @param address the address
     * @return the slot
     */
    public static int slot(long address) {
        return (int) (address & SLOT_MASK);
    }

    /**
     * Whether a long can be a block's address at all.
     *
     * @param address the long
     * @return true if group and spare bits are in range
     */
    public static boolean isValid(long address) {
        return address >>> SLOT_BITS >= 1 && address >>> SLOT_BITS <= MAX_GROUP;
    }
}
