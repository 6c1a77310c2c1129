package io.github.livededup.engine.image;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;

/** Counts how often blocks occur, for the slots of as many neighbouring block groups as fit in a table of bounded size. */
final class SlotCounts {
    /** Slots counted at a time: 32 MiB of counters. */
    private static final int WINDOW_SLOTS = 8 << 20;

    private final int startGroup;
    private final int endGroup;
    private final int[] starts;
    private final int[] counts;

    /**
     * Makes counters, all 0, for the groups from one on, as many as fit (one at least).
     *
     * @param store knows the groups
     * @param startGroup the first one
     * @param highestGroup the last one that may be counted
     */
    SlotCounts(BlockStoreCore store, int startGroup, int highestGroup) {
        this.startGroup = startGroup;
        int end = startGroup;
        int sum = 0;
        while (end <= highestGroup && (sum == 0 || sum + store.slotCount(end) <= WINDOW_SLOTS)) {
            sum += store.slotCount(end);
            end++;
        }
        endGroup = end;
        starts = new int[end - startGroup + 1];
        for (int group = startGroup; group < end; group++) {
            starts[group - startGroup + 1] = starts[group - startGroup] + store.slotCount(group);
        }
        counts = new int[starts[end - startGroup]];
    }

    /** The group behind the last one that is counted. */
    int endGroup() {
        return endGroup;
    }

    /** Whether there is nothing to count. */
    boolean isEmpty() {
        return counts.length == 0;
    }

    /** Counts a block if it lies in one of the groups. */
    void count(long address) {
        int group = BlockAddress.group(address);
        if (group >= startGroup && group < endGroup) {
            int at = starts[group - startGroup] + BlockAddress.slot(address);
            // A slot that came after the table was made is left out.
            if (at < starts[group - startGroup + 1]) {
                counts[at]++;
            }
        }
    }

    /** Takes the blocks that occurred. */
    interface Visitor {
        /**
         * A block.
         *
         * @param address its address
         * @param occurrences how often it was counted, from 1
         * @throws IOException if the visitor fails
         */
        void block(long address, int occurrences) throws IOException;
    }

    /** Visits the blocks that occurred. */
    void forEach(Visitor visitor) throws IOException {
        for (int group = startGroup; group < endGroup; group++) {
            int start = starts[group - startGroup];
            int end = starts[group - startGroup + 1];
            for (int at = start; at < end; at++) {
                if (counts[at] > 0) {
                    visitor.block(BlockAddress.of(group, at - start), counts[at]);
                }
            }
        }
    }
}
