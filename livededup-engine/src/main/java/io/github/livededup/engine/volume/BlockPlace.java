package io.github.livededup.engine.volume;

import io.github.livededup.engine.format.TableEntry;

/**
 * Where a stored block lies, packed into a positive long: group in bits 39 to 62, data offset in bits 13 to 38 and length in
 * bits 0 to 12, both in 16-byte units. So places sort by group and offset, and cost no object. {@link #UNKNOWN} is 0.
 */
public final class BlockPlace {
    /** The place of a hole, of a block that does not exist, or of one whose table entry cannot be true. */
    public static final long UNKNOWN = 0;

    private static final int LENGTH_BITS = 13;
    private static final int OFFSET_BITS = 26;
    private static final long LENGTH_MASK = (1L << LENGTH_BITS) - 1;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private BlockPlace() {}

    /** Packs a place; offset and length lie within a group of at most 1 GiB. */
    static long of(int group, long offsetBytes, int lengthBytes) {
        long units = (lengthBytes + TableEntry.DATA_UNIT_BYTES - 1L) / TableEntry.DATA_UNIT_BYTES;
        return ((long) group << OFFSET_BITS | offsetBytes / TableEntry.DATA_UNIT_BYTES) << LENGTH_BITS | units;
    }

    /**
     * The group of a place.
     *
     * @param place a known place
     * @return the group
     */
    public static int group(long place) {
        return (int) (place >>> (LENGTH_BITS + OFFSET_BITS));
    }

    /**
     * Where the block starts in its group.
     *
     * @param place a known place
     * @return the offset in bytes
     */
    public static int offsetBytes(long place) {
        return (int) (place >>> LENGTH_BITS & OFFSET_MASK) * TableEntry.DATA_UNIT_BYTES;
    }

    /**
     * The room the block takes, alignment included.
     *
     * @param place a known place
     * @return the length in bytes
     */
    public static int lengthBytes(long place) {
        return (int) (place & LENGTH_MASK) * TableEntry.DATA_UNIT_BYTES;
    }

    /**
     * Whether a block lies right behind another.
     *
     * @param place the one
     * @param next the other
     * @return true if the other starts where the one ends, in the same group; false if a place is unknown
     */
    public static boolean isNext(long place, long next) {
        return place != UNKNOWN
                && (place >>> LENGTH_BITS) + (place & LENGTH_MASK) == next >>> LENGTH_BITS
                && group(place) == group(next);
    }
}
