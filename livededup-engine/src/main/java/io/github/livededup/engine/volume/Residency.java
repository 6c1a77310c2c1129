package io.github.livededup.engine.volume;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Keeps the resident part of the mappings within a budget. What readers touch is counted roughly, a group's count being
 * told here in steps; above the budget the groups with the highest counts are dropped from resident memory, down to three
 * quarters of it, so that this happens now and then only. Dropped pages stay in the system's cache.
 */
final class Residency {
    /** Groups tell what was touched in steps of this many bytes. */
    static final int STEP_BYTES = 1 << 20;

    private final long budgetBytes;
    private final Supplier<List<BlockGroup>> groups;
    private final AtomicLong touchedBytes = new AtomicLong();
    private final ReentrantLock dropping = new ReentrantLock();

    Residency(long budgetBytes, Supplier<List<BlockGroup>> groups) {
        this.budgetBytes = budgetBytes;
        this.groups = groups;
    }

    /** Notes that another step was touched. The caller is a reader, so nothing is unmapped meanwhile. */
    void touchedStep() {
        if (touchedBytes.addAndGet(STEP_BYTES) > budgetBytes && dropping.tryLock()) {
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
    private record Touched(BlockGroup group, int bytes) {}

    private void drop() {
        List<Touched> byTouched = groups.get().stream()
                .map(group -> new Touched(group, group.touchedBytes()))
                .filter(touched -> touched.bytes() >= STEP_BYTES)
                .sorted(Comparator.comparingInt(Touched::bytes).reversed())
                .toList();
        for (Touched touched : byTouched) {
            if (touchedBytes.get() <= budgetBytes - budgetBytes / 4) {
                break;
            }
            touchedBytes.addAndGet(-touched.group().dropResident());
        }
    }
}
