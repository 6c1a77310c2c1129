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
    /** While one thread drops, others may go on until the budget is exceeded by a part of it; then they wait for it. */
    private static final int OVERSHOOT_PART = 4;

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

    /** Notes that more was touched, and drops groups if that is too much. The caller is a reader, so nothing is unmapped meanwhile. */
    void touched(int bytes) {
        long all = touchedBytes.addAndGet(bytes);
        if (all <= budgetBytes) {
            return;
        }
        if (all > budgetBytes + budgetBytes / OVERSHOOT_PART) {
            dropping.lock();
        } else if (!dropping.tryLock()) {
            return;
        }
        try {
            if (touchedBytes.get() > budgetBytes) {
                drop();
            }
        } finally {
            dropping.unlock();
        }
    }

    /** Notes that a group of which so much was touched is not mapped any more. */
    void gone(long bytes) {
        touchedBytes.addAndGet(-bytes);
    }

    long touchedBytes() {
        return touchedBytes.get();
    }

    private void drop() {
        @Nullable BlockGroup[] all = groups.get();
        Arrays.fill(bytesByBits, 0);
        for (BlockGroup group : all) {
            long bytes = group == null ? 0 : group.touchedBytes();
            bytesByBits[bits(bytes)] += bytes;
        }
        long target = budgetBytes - budgetBytes / 4;
        for (int bits = Long.SIZE - 1; bits > 0 && touchedBytes.get() > target; bits--) {
            if (bytesByBits[bits] > 0) {
                drop(all, bits, target);
            }
        }
    }

    /** Drops groups of one class until enough are gone. */
    private void drop(@Nullable BlockGroup[] all, int bits, long target) {
        for (BlockGroup group : all) {
            if (touchedBytes.get() <= target) {
                break;
            }
            if (group != null && bits(group.touchedBytes()) == bits) {
                touchedBytes.addAndGet(-group.dropResident());
            }
        }
    }

    private static int bits(long bytes) {
        return Long.SIZE - Long.numberOfLeadingZeros(bytes);
    }
}
