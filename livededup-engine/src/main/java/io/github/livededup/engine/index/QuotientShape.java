package io.github.livededup.engine.index;

/**
 * The geometry of a {@link QuotientTable} and its arithmetic.
 *
 * <p>A hash of {@code hashBits} bits has its home at {@code hash * homes >> hashBits}, so any number of homes will do. All
 * hashes of one home follow one another, the first being {@link #firstHash}; the distance to it is the hash's remainder.
 * Home and remainder together give the hash back, which is what lets a table be rebuilt from itself.
 *
 * @param homes the number of homes
 * @param hashBits the bits of a hash
 * @param groupBits the bits of a group
 * @param overflowCells the cells after the last home, for the entries that are shifted beyond it
 */
record QuotientShape(int homes, int hashBits, int groupBits, int overflowCells) {
    /** The most homes: with {@link #MAX_HASH_BITS}, all products fit a positive long. */
    static final int MAX_HOMES = 1 << 26;
    /** The most bits of a hash. */
    static final int MAX_HASH_BITS = 36;
    /** The rows of bits beside the entries. */
    static final int ROWS = 3;

    /** What an entry is held to; with the three rows, 26 bits, at a load of 0.847, are 3.84 bytes an entry. */
    private static final int ENTRY_BITS = 23;
    /** Remainders stay at least this long, though entries then become wider, for the extreme of many tiny groups. */
    private static final int LEAST_REMAINDER_BITS = 6;
    /**
     * Below this many homes entries may be wider: bits dropped now would be missing when the table is large, and the table
     * is small.
     */
    private static final int SMALL_HOMES = 1024;
    /** The bits of a hash in a small table. */
    private static final int SMALL_HASH_BITS = 34;
    /** Overflow cells that suffice in all but some thousandths of all tables. */
    static final int FIRST_OVERFLOW_CELLS = 32;

    /**
     * The shape with the most hash bits that entries have room for.
     *
     * @param knownHashBits the hash bits there are: they can be dropped, but not won back
     */
    static QuotientShape of(int homes, int groupBits, int knownHashBits) {
        int remainderBits = Math.max(ENTRY_BITS - groupBits, LEAST_REMAINDER_BITS);
        int room = homes < SMALL_HOMES ? SMALL_HASH_BITS : log2(homes) + remainderBits;
        return new QuotientShape(
                homes, Math.min(knownHashBits, Math.min(room, MAX_HASH_BITS)), groupBits, FIRST_OVERFLOW_CELLS);
    }

    /** The same with twice the overflow cells. */
    QuotientShape withMoreOverflow() {
        return new QuotientShape(homes, hashBits, groupBits, 2 * overflowCells);
    }

    /** Whether all of it is in range. */
    boolean isValid() {
        return homes > 0
                && homes <= MAX_HOMES
                && hashBits > 0
                && hashBits <= MAX_HASH_BITS
                && groupBits > 0
                && groupBits <= 24
                && overflowCells > 0
                && overflowCells <= MAX_HOMES
                && entryBits() <= PackedCells.MAX_WIDTH_BITS
                && sizeBytes() <= Integer.MAX_VALUE;
    }

    /** The home of a hash. */
    int home(long hash) {
        return (int) ((hash * homes) >>> hashBits);
    }

    /** The lowest hash of a home. */
    long firstHash(int home) {
        return (((long) home << hashBits) + homes - 1) / homes;
    }

    /** The bits of an entry: group and remainder. */
    int entryBits() {
        long hashesOfAHome = ((1L << hashBits) + homes - 1) / homes;
        int remainderBits = Long.SIZE - Long.numberOfLeadingZeros(hashesOfAHome - 1);
        return groupBits + remainderBits;
    }

    /** The memory of a table. */
    int memoryBytes() {
        return Math.toIntExact(sizeBytes());
    }

    /** The number of cells; the last is always empty. */
    int cells() {
        return homes + overflowCells + 1;
    }

    private long sizeBytes() {
        return ROWS * BitRow.sizeBytes(cells()) + PackedCells.sizeBytes(cells(), entryBits());
    }

    private static int log2(int number) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(number);
    }
}
