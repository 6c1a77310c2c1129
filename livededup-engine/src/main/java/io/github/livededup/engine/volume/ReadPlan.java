package io.github.livededup.engine.volume;

import java.io.IOException;
import java.util.Arrays;

/**
 * Tells the system which ranges of the groups will be read, in physical order and joined, so that it fetches them in few large
 * reads while others are decoded. A hint. One thread's at a time; nothing is allocated per block.
 */
public final class ReadPlan {
    /** Ranges this near are fetched as one: reading over the gap costs less than another request. */
    private static final int MAX_GAP_BYTES = 64 << 10;

    private final BlockGroups groups;
    private long[] places = {};

    /**
     * Makes a plan, used for many runs of blocks.
     *
     * @param groups where blocks lie
     */
    public ReadPlan(BlockGroups groups) {
        this.groups = groups;
    }

    /**
     * Announces blocks.
     *
     * @param addresses the blocks; holes are passed over
     * @param count how many of them, from index 0
     * @throws IOException if mapping fails
     */
    public void announce(long[] addresses, int count) throws IOException {
        if (places.length < count) {
            places = new long[count];
        }
        groups.places().find(addresses, count, places);
        int known = dropUnknown(count);
        int from = 0;
        while (from < known) {
            int group = BlockPlace.group(places[from]);
            int start = BlockPlace.offsetBytes(places[from]);
            int end = start + BlockPlace.lengthBytes(places[from]);
            int to = from + 1;
            while (to < known
                    && BlockPlace.group(places[to]) == group
                    && BlockPlace.offsetBytes(places[to]) <= end + MAX_GAP_BYTES) {
                end = Math.max(end, BlockPlace.offsetBytes(places[to]) + BlockPlace.lengthBytes(places[to]));
                to++;
            }
            groups.places().willNeed(group, start, end - start);
            from = to;
        }
    }

    /** Leaves what is known, sorted. */
    private int dropUnknown(int count) {
        int known = 0;
        boolean isSorted = true;
        for (int i = 0; i < count; i++) {
            if (places[i] != BlockPlace.UNKNOWN) {
                isSorted &= known == 0 || places[known - 1] <= places[i];
                places[known++] = places[i];
            }
        }
        if (!isSorted) {
            Arrays.sort(places, 0, known);
        }
        return known;
    }
}
