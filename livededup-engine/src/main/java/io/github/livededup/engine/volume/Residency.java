package io.github.livededup.engine.volume;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps the resident part of the mappings within a budget. What readers touch is counted, each window of a group once; above the
 * budget the groups of which most was touched are dropped from resident memory, down to three quarters of it, so that this happens
 * now and then only. Dropped pages stay in the system's cache.
 */
final class Residency {
    private final long budgetBytes;
    private final Supplier<List<BlockGroup>> groups;
    private final AtomicLong touchedBytes = new AtomicLong();
    private final ReentrantLock dropping = new ReentrantLock();

    Residency(long budgetBytes, Supplier<List<BlockGroup>> groups) {
        this.budgetBytes = budgetBytes;
        this.groups = groups;
    }

    /** Notes that more was touched. The caller is a reader, so nothing is unmapped meanwhile. */
    void touched(int bytes) {
        if (touchedBytes.addAndGet(bytes) > budgetBytes && dropping.tryLock()) {
            try {
                drop();
            } finally {
                dropping.unlock();
            }
        }
    }

    long touchedBytes() {
        return touchedBytes.get();
    }

    /** A group's count at one moment: sorting needs it to hold still. */
    private record Touched(BlockGroup group, long bytes) {}

    /** Counts anew, since windows may have been counted twice and groups are gone. */
    private void drop() {
        List<Touched> byTouched = groups.get().stream()
                .map(group -> new Touched(group, group.touchedBytes()))
                .filter(touched -> touched.bytes() > 0)
                .sorted(Comparator.comparingLong(Touched::bytes).reversed())
                .toList();
        long left = byTouched.stream().mapToLong(Touched::bytes).sum();
        for (Touched touched : byTouched) {
            if (left <= budgetBytes - budgetBytes / 4) {
                break;
            }
            touched.group().dropResident();
            left -= touched.bytes();
        }
        touchedBytes.set(left);
    }
}
