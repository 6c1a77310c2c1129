package io.github.livededup.engine.reclaim;

import io.github.livededup.engine.store.GroupChanges;
import io.github.livededup.engine.volume.GroupReclaim;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Regions that groups moved out of, until nobody reads them any more and two checkpoints that say so are durable: then both slots
 * of the superblock name the new places, and either may be damaged. What is left when the volume is closed, or crashes, is punched
 * at the next open. Used by one compaction at a time.
 */
final class VacatedRegions {
    /** A region, and how many checkpoints there were at some moment after it was vacated. */
    private record Waiting(GroupReclaim.Vacated region, long checkpoints) {}

    private final GroupChanges changes;
    private final GroupReclaim reclaim;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    VacatedRegions(GroupChanges changes, GroupReclaim reclaim) {
        this.changes = changes;
        this.reclaim = reclaim;
    }

    /** Notes a region that was vacated, under the locks that a checkpoint takes: the next ones to end cover it. */
    void add(GroupReclaim.Vacated region) {
        waiting.add(new Waiting(region, changes.checkpoints()));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Gives back what two checkpoints cover; returns the bytes. The caller holds no lock and reads nothing. */
    long release() throws IOException {
        if (waiting.isEmpty() || !isDurable(waiting.peek())) {
            return 0;
        }
        reclaim.awaitReaders();
        long bytes = 0;
        while (!waiting.isEmpty() && isDurable(waiting.peek())) {
            bytes += reclaim.release(waiting.remove().region());
        }
        return bytes;
    }

    private boolean isDurable(Waiting vacated) {
        return changes.checkpoints() > vacated.checkpoints() + 1;
    }
}
