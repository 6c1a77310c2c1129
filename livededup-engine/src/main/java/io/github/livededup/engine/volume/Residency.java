package io.github.livededup.engine.volume;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the resident part of the mappings within a budget. What readers touch is counted, each window of a group once; above the
 * budget the groups of which most was touched (up to twice as much is the same) are dropped from resident memory, down to three quarters of
 * it, so that this happens now and then only. Dropped pages stay in the system's cache. Random reads of many groups drop often, so
 * dropping makes no object.
 */
final class Residency {
    private final long budgetBytes;
    private final Supplier<@Nullable BlockGroup[]> groups;
    private final AtomicLong touchedBytes = new AtomicLong();
    private final ReentrantLock dropping = new ReentrantLock();
    /** What groups touched, by the number of bits of each one's bytes. */
    private final long[] bytesByBits = new long[Long.SIZE];

    Residency(long budgetBytes, Supplier<@Nullable BlockGroup[]> groups) {
        this.budgetBytes = budgetBytes;
        this.groups = groups;
    }

    /**
     * Notes that more was touched. The caller is a reader, so nothing is unmapped meanwhile.
     *
     * @return whether groups were dropped, perhaps the caller's
     */
    boolean touched(int bytes) {
        if (touchedBytes.addAndGet(bytes) <= budgetBytes || !dropping.tryLock()) {
            return false;
        }
        try {
            drop();
            return true;
        } finally {
            dropping.unlock();
        }
    }

    /** Notes that more was touched, and drops nothing. */
    void add(int bytes) {
        touchedBytes.addAndGet(bytes);
    }

    long touchedBytes() {
        return touchedBytes.get();
    }

    /** Counts anew, since windows may have been counted twice and groups are gone. */
    private void drop() {
        @Nullable BlockGroup[] all = groups.get();
        Arrays.fill(bytesByBits, 0);
        long left = 0;
        for (BlockGroup group : all) {
            long bytes = group == null ? 0 : group.touchedBytes();
            bytesByBits[bits(bytes)] += bytes;
            left += bytes;
        }
        long target = budgetBytes - budgetBytes / 4;
        for (int bits = Long.SIZE - 1; bits > 0 && left > target; bits--) {
            if (bytesByBits[bits] > 0) {
                left = drop(all, bits, left, target);
            }
        }
        touchedBytes.set(left);
    }

    /** Drops groups of one class until enough are gone; returns what is left. */
    private static long drop(@Nullable BlockGroup[] all, int bits, long before, long target) {
        long left = before;
        for (BlockGroup group : all) {
            if (left <= target) {
                break;
            }
            long bytes = group == null ? 0 : group.touchedBytes();
            if (group != null && bits(bytes) == bits) {
                group.dropResident();
                left -= bytes;
            }
        }
        return left;
    }

    private static int bits(long bytes) {
        return Long.SIZE - Long.numberOfLeadingZeros(bytes);
    }
}
