package io.github.livededup.engine.index;

import java.util.concurrent.locks.StampedLock;

/**
 * Says in which block groups a fingerprint may be, in at most 4 bytes of memory per fingerprint, and a quarter of a MiB. It never misses one that was added; it names a group wrongly with a probability of about {@code entries /
 * 2^37.5} per lookup. Safe for use by many threads.
 *
 * <p>It is cut into segments by the first bits of the hash. Each is a quotient filter that grows by about a sixteenth at
 * a time, by more while it is small, out of its own content, while the others and its own readers go on.
 */
final class FingerprintFilter implements AutoCloseable {
    /** Enough for the threads of a large machine, few enough that their fixed cost does not show. */
    static final int SEGMENT_BITS = 6;

    private final FilterSegment[] segments = new FilterSegment[1 << SEGMENT_BITS];

    /** Excludes {@link #ask} while a table's memory is freed. Nothing else is locked under it. */
    private final StampedLock freeing = new StampedLock();

    /** Makes an empty filter. */
    FingerprintFilter() {
        this(0, 1);
    }

    /**
     * Makes an empty filter.
     *
     * @param expectedEntries the entries it has room for from the start
     * @param highestGroup the highest group it can hold from the start
     */
    FingerprintFilter(long expectedEntries, int highestGroup) {
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new FilterSegment(expectedEntries >>> SEGMENT_BITS, highestGroup, freeing);
        }
    }

    /**
     * Adds an entry; the same one may be added more than once.
     *
     * @param hash uniformly distributed: the first 8 bytes of a fingerprint
     * @param group at least 1
     * @return false if the filter is full, at some 3.8 billion entries: the entry was not added
     */
    boolean add(long hash, int group) {
        return segment(hash).add(hash << SEGMENT_BITS, group);
    }

    /**
     * The groups a fingerprint may be in, the one that was added last first.
     *
     * @param hash the first 8 bytes of the fingerprint
     * @param out receives distinct groups as far as there is room
     * @return how many there are; call again with more room if that is more than {@code out} has
     */
    int candidates(long hash, int[] out) {
        return segment(hash).groups(hash << SEGMENT_BITS, out);
    }

    /** Asks about many hashes at once. */
    void ask(FilterQuery query) {
        long stamp = freeing.readLock();
        try {
            query.ask(segments);
        } finally {
            freeing.unlockRead(stamp);
        }
    }

    /**
     * Removes an entry that was added, once.
     *
     * @param hash the hash
     * @param group its group
     * @return false if there is none; if another fingerprint's entry looks the same, nobody can tell which one went
     */
    boolean remove(long hash, int group) {
        return segment(hash).remove(hash << SEGMENT_BITS, group);
    }

    /**
     * The number of entries.
     *
     * @return the entries, each as often as it was added
     */
    long size() {
        long entries = 0;
        for (FilterSegment segment : segments) {
            entries += segment.entries();
        }
        return entries;
    }

    /**
     * The memory the filter takes, its objects on the heap included.
     *
     * @return the bytes
     */
    long memoryBytes() {
        long bytes = 0;
        for (FilterSegment segment : segments) {
            bytes += segment.memoryBytes();
        }
        return bytes;
    }

    /** Gives back room that is not needed, after fewer entries were added than expected. */
    void trim() {
        for (FilterSegment segment : segments) {
            segment.trim();
        }
    }

    /** Visits what is left of every entry, one segment after the other; a segment's writers wait meanwhile. */
    void forEach(QuotientTable.Visitor visitor) {
        for (FilterSegment segment : segments) {
            segment.withTable(table -> table.forEach(visitor));
        }
    }

    /** The segments, for snapshots. */
    FilterSegment[] segments() {
        return segments;
    }

    /** Frees the memory; no other call may be made or in flight. */
    @Override
    public void close() {
        for (FilterSegment segment : segments) {
            segment.withTable(QuotientTable::free);
        }
    }

    private FilterSegment segment(long hash) {
        return segments[(int) (hash >>> (Long.SIZE - SEGMENT_BITS))];
    }
}
