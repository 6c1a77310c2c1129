package io.github.livededup.engine.index;

import java.nio.ByteBuffer;

/**
 * Asks the filter about many hashes together. Each step is done for all of them before the next, and what a step needs from memory is
 * read in a loop that does nothing else: so the processor waits for many places at once. Made to be used again; for one thread.
 *
 * <p>No segment is locked. A hash whose segment was written to meanwhile counts as one that may be there.
 */
final class FilterQuery {
    private static final int SEGMENT_SHIFT = Long.SIZE - FingerprintFilter.SEGMENT_BITS;

    private final long[] hashes;
    private int count;

    private final QuotientTable[] tables;
    private final long[] stamps;
    private final int[] homes;
    private final boolean[] mayHold;

    /** Those whose homes have runs, and where these start. One more, so that each can be noted before it is known. */
    private final int[] withRun;

    private final int[] starts;
    private int runs;

    /** What is fetched next. */
    private final ByteBuffer[] memories;

    private final int[] places;

    /** What was read ahead; kept, or the compiler would leave the reading out. */
    @SuppressWarnings("unused")
    private long seen;

    /**
     * Makes an empty query.
     *
     * @param capacity the most hashes
     */
    FilterQuery(int capacity) {
        hashes = new long[capacity];
        tables = new QuotientTable[capacity];
        stamps = new long[capacity];
        homes = new int[capacity];
        withRun = new int[capacity + 1];
        starts = new int[capacity];
        mayHold = new boolean[capacity];
        memories = new ByteBuffer[capacity];
        places = new int[capacity];
    }

    /** Empties it. */
    void clear() {
        count = 0;
    }

    /** Adds a hash. There must be room. */
    void add(long hash) {
        mayHold[count] = true;
        hashes[count++] = hash;
    }

    /** The number of hashes. */
    int count() {
        return count;
    }

    /** Whether a hash may be there: once asked, false if it is not. */
    boolean mayHold(int i) {
        return mayHold[i];
    }

    /** Asks. The caller sees to it that no table's memory is freed meanwhile. */
    void ask(FilterSegment[] segments) {
        locate(segments);
        long all = fetch(count, QuotientTable.BITS_BYTES - Long.BYTES);
        findRuns();
        seen = all ^ fetch(runs, 0);
        compareRuns();
        for (int i = 0; i < count; i++) {
            mayHold[i] |= !segments[segment(i)].isUnchanged(stamps[i]);
        }
    }

    private void locate(FilterSegment[] segments) {
        for (int i = 0; i < count; i++) {
            FilterSegment segment = segments[segment(i)];
            stamps[i] = segment.stamp();
            QuotientTable table = segment.tableAtStamp();
            tables[i] = table;
            homes[i] = table.shape().home(hash(i, table));
            memories[i] = table.memory();
            places[i] = QuotientTable.bitsPlace(homes[i]);
        }
    }

    /** As few instructions for each as can be: the processor looks ahead as far as it has room for them. */
    private long fetch(int end, int lastLong) {
        long all = 0;
        for (int i = 0; i < end; i++) {
            ByteBuffer memory = memories[i];
            int place = places[i];
            all ^= memory.getLong(place) ^ memory.getLong(place + lastLong);
        }
        return all;
    }

    /** Finds the homes with runs without a branch, which could not be foreseen; then where these start. */
    private void findRuns() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            mayHold[i] = false;
            withRun[found] = i;
            found += tables[i].runs(homes[i]);
        }
        for (int k = 0; k < found; k++) {
            int i = withRun[k];
            QuotientTable table = tables[i];
            starts[k] = start(table, homes[i]);
            memories[k] = table.memory();
            places[k] = table.cellPlace(starts[k]);
        }
        runs = found;
    }

    private void compareRuns() {
        for (int k = 0; k < runs; k++) {
            int i = withRun[k];
            mayHold[i] = holds(tables[i], hash(i, tables[i]), homes[i], starts[k]);
        }
    }

    private int segment(int i) {
        return (int) (hashes[i] >>> SEGMENT_SHIFT);
    }

    /** A hash as its table takes it. */
    private long hash(int i, QuotientTable table) {
        return hashes[i]
                << FingerprintFilter.SEGMENT_BITS
                >>> (Long.SIZE - table.shape().hashBits());
    }

    private static int start(QuotientTable table, int home) {
        try {
            int start = table.runStart(home);
            return start < table.shape().cells() ? start : home; // anything, if it was just being changed
        } catch (IndexOutOfBoundsException e) { // while it was being changed
            return home;
        }
    }

    private static boolean holds(QuotientTable table, long hash, int home, int start) {
        try {
            return table.holds(hash, home, start);
        } catch (IndexOutOfBoundsException e) { // while it was being changed
            return true;
        }
    }
}
