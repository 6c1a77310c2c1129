package io.github.livededup.engine.index;

import io.github.livededup.engine.format.BlockAddress;
import java.io.IOException;

/**
 * Fingerprints that {@link FingerprintIndex#findAll} looks up together, in the order of their stream. Made to be used again;
 * used by one thread at a time.
 */
public final class LookupBatch {
    /** So many that are no neighbours are looked up together at least, since it is not known where a run ends. */
    private static final int FIRST_TOGETHER = 2;

    private final int[] starts;
    private final long[] addresses;
    private int count;

    /** The ones of the present part that no neighbour served. */
    private final int[] open;

    private int openAtEnd;
    private final FilterQuery query;

    /**
     * Makes an empty batch.
     *
     * @param capacity the most fingerprints
     */
    public LookupBatch(int capacity) {
        starts = new int[capacity];
        addresses = new long[capacity];
        open = new int[capacity];
        query = new FilterQuery(capacity);
    }

    /** Empties it. */
    public void clear() {
        count = 0;
    }

    /**
     * Adds a fingerprint. There must be room.
     *
     * @param from where it starts in the array that {@link FingerprintIndex#findAll} is given
     */
    public void add(int from) {
        starts[count++] = from;
    }

    /**
     * The fingerprints that were added.
     *
     * @return their number
     */
    public int count() {
        return count;
    }

    /**
     * What was found.
     *
     * @param i a fingerprint's number here, from 0
     * @return the address, {@link BlockAddress#HOLE} if there is none
     */
    public long address(int i) {
        return addresses[i];
    }

    void address(int i, long address) {
        addresses[i] = address;
    }

    /** Where a fingerprint starts. */
    int start(int i) {
        return starts[i];
    }

    /** How many the last {@link #follow} left open. */
    int openCount() {
        return query.count();
    }

    /** The number of one that was left open. */
    int open(int i) {
        return open[i];
    }

    /**
     * Compares with neighbours from one fingerprint on, as if whatever is no neighbour were not there. Goes on as long as this
     * is likely: not longer than the stream did without finding a block elsewhere, and not past more in a row that are no
     * neighbours than there were before, or two.
     *
     * @return where it ended; {@code cursor} is where it was
     */
    int follow(byte[] fingerprints, int from, GroupTables tables, LookupCursor cursor) throws IOException {
        long neighbour = cursor.neighbour();
        int mostInARow = FIRST_TOGETHER + cursor.missesInARow();
        int inARow = 0;
        query.clear();
        int end = count;
        int i = from;
        while (i < end && inARow < mostInARow) {
            if (neighbour != BlockAddress.HOLE && tables.matches(neighbour, fingerprints, starts[i])) {
                addresses[i] = neighbour;
                neighbour = LookupCursor.after(neighbour);
                inARow = 0;
            } else {
                int opened = query.count();
                if (opened == 0) {
                    end = (int) Math.min(count, i + 1L + (i - from) + cursor.sinceJump());
                }
                open[opened] = i;
                query.add(FingerprintKeys.hash(fingerprints, starts[i]));
                inARow++;
            }
            i++;
        }
        openAtEnd = inARow;
        return i;
    }

    /** Asks the filter about those that were left open. */
    void ask(FingerprintFilter filter) {
        filter.ask(query);
    }

    /** Whether one that was left open may be there; false only if the filter said so. */
    boolean mayBeThere(int i) {
        return query.mayHold(i);
    }

    /** Tells the cursor that the last {@link #follow} was right: nothing of what was left open is there. */
    void proceed(int from, int to, LookupCursor cursor) {
        int last = to - 1 - openAtEnd;
        if (last >= from) {
            cursor.lastHit(addresses[last]);
        }
        cursor.followed(to - from, openAtEnd);
    }
}
