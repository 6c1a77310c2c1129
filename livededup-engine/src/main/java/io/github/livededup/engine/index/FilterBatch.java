package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import java.util.Arrays;

/**
 * Adds fingerprints to the filter by the hundred, sorted by segment: a segment is locked once for some of them, and their places in
 * memory are waited for together. For one thread.
 */
final class FilterBatch {
    private static final int SEGMENTS = 1 << FingerprintFilter.SEGMENT_BITS;
    private static final int SEGMENT_SHIFT = Long.SIZE - FingerprintFilter.SEGMENT_BITS;

    private final FilterSegment[] segments;
    private final long[] sorted = new long[FingerprintHeads.CAPACITY];

    /** Where a segment's hashes end in {@link #sorted}. */
    private final int[] ends = new int[SEGMENTS];

    /**
     * Makes an empty batch.
     *
     * @param filter where the fingerprints go
     */
    FilterBatch(FingerprintFilter filter) {
        segments = filter.segments();
    }

    /** Adds the fingerprints of a group, as {@link FingerprintFilter#add} does one by one. */
    void add(FingerprintHeads heads, int group) {
        sort(heads);
        int first = group & SEGMENTS - 1; // threads that fill in different groups keep out of each other's way
        for (int i = 0; i < SEGMENTS; i++) {
            int segment = first + i & SEGMENTS - 1;
            int from = segment == 0 ? 0 : ends[segment - 1];
            segments[segment].addAll(sorted, from, ends[segment], group);
        }
    }

    private void sort(FingerprintHeads heads) {
        int[] at = ends;
        Arrays.fill(at, 0);
        int count = heads.count();
        for (int i = 0; i < count; i++) {
            at[segment(FingerprintKeys.hash(heads, i))]++;
        }
        int start = 0;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int here = at[segment];
            at[segment] = start;
            start += here;
        }
        for (int i = 0; i < count; i++) {
            long hash = FingerprintKeys.hash(heads, i);
            sorted[at[segment(hash)]++] = hash << FingerprintFilter.SEGMENT_BITS;
        }
    }

    private static int segment(long hash) {
        return (int) (hash >>> SEGMENT_SHIFT);
    }
}
