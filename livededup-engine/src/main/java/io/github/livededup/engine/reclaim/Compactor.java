package io.github.livededup.engine.reclaim;

import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.CorruptionException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.GroupChanges;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Compacts a volume, one compaction at a time. Groups without a live block are freed, groups with many dead ones
 * rewritten; after some of them a checkpoint makes that durable, and their old regions go back to the file system. Safe
 * for use by many threads; the caller holds no lock and is in no stretch of reading.
 */
public final class Compactor {
    /** A writer waits for a compaction on demand, which may be slow on purpose, so long at most. */
    private static final int MAX_WAIT_SECONDS = 10;

    private final GroupChanges changes;
    private final BlockGroups groups;
    private final VacatedRegions vacated;
    private final String resource;
    private final ReentrantLock turn = new ReentrantLock(true);
    /** Compactions on demand that wait or run; the background gives way to them. */
    private final AtomicInteger demands = new AtomicInteger();

    private final AtomicLong reclaimedBytes = new AtomicLong();

    /**
     * Makes the compactor of a volume.
     *
     * @param changes the changes it makes
     * @param groups the block groups
     * @param resource the volume as messages name it
     */
    public Compactor(GroupChanges changes, BlockGroups groups, String resource) {
        this.changes = changes;
        this.groups = groups;
        this.resource = resource;
        this.vacated = new VacatedRegions(changes, groups.reclaim());
    }

    /**
     * Compacts on demand, and gives back what open groups have allocated ahead as well.
     *
     * @param options which groups, how fast, who is told
     * @return what was done
     * @throws IllegalStateException if the caller is told of a compaction's progress
     * @throws OperationCancelledException if cancelled or interrupted; what was done before stays
     * @throws IOException as {@link io.github.livededup.Volume#compact} says
     */
    public CompactionResult onDemand(CompactionOptions options) throws IOException {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException(resource + ": compaction from the listener of a compaction");
        }
        demands.incrementAndGet();
        turn.lock();
        try {
            Pace pace = new Pace(resource, options.bytesPerSecond(), options.cancellation()::isCancelled);
            CompactionRun run = new CompactionRun(changes, groups, vacated, resource, options, pace);
            try {
                return run.all();
            } finally {
                reclaimedBytes.addAndGet(run.reclaimedBytes());
            }
        } finally {
            turn.unlock();
            demands.decrementAndGet();
        }
    }

    /**
     * Compacts in the background: groups that died, and those that are due by the setting. It ends early for a compaction
     * on demand.
     *
     * @param minDeadShare the least share of dead bytes for a group to be rewritten
     * @param bytesPerSecond the most bytes copied a second
     * @param stop ends it when it says so
     * @return whether all groups that were due were looked at; if not, it is to be called again
     * @throws IOException if it fails
     */
    public boolean inBackground(double minDeadShare, long bytesPerSecond, BooleanSupplier stop) throws IOException {
        if (demands.get() > 0 || !turn.tryLock()) {
            return false;
        }
        try {
            Pace pace = new Pace(resource, bytesPerSecond, () -> stop.getAsBoolean() || demands.get() > 0);
            CompactionOptions options = CompactionOptions.defaults().withMinDeadShare(minDeadShare);
            CompactionRun run = new CompactionRun(changes, groups, vacated, resource, options, pace);
            try {
                run.groups();
                return true;
            } catch (OperationCancelledException e) {
                return false;
            } finally {
                reclaimedBytes.addAndGet(run.reclaimedBytes());
            }
        } finally {
            turn.unlock();
        }
    }

    /**
     * Frees the groups that died, for a writer that found no room. Waits for a compaction that is going on, which may give
     * it room as well.
     *
     * @return the bytes given back meanwhile; 0 for a writer that is told of a compaction's progress
     * @throws IOException if it fails
     */
    public long freeDead() throws IOException {
        if (turn.isHeldByCurrentThread()) {
            return 0;
        }
        long before = reclaimedBytes.get();
        demands.incrementAndGet();
        if (!takeTurn()) {
            return 0;
        }
        try {
            CompactionOptions options = CompactionOptions.defaults().withMinDeadShare(1);
            CompactionRun run = new CompactionRun(
                    changes, groups, vacated, resource, options, new Pace(resource, Long.MAX_VALUE, () -> false));
            try {
                run.groups();
            } catch (VolumeFullException | CorruptionException e) {
                // The writer is told that the volume is full, which is the better answer.
            } finally {
                reclaimedBytes.addAndGet(run.reclaimedBytes());
            }
        } finally {
            turn.unlock();
            demands.decrementAndGet();
        }
        return reclaimedBytes.get() - before;
    }

    /** Takes the turn, unless that takes too long; then the demand is taken back. */
    private boolean takeTurn() {
        boolean taken = false;
        try {
            taken = turn.tryLock(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!taken) {
                demands.decrementAndGet();
            }
        }
        return taken;
    }

    /**
     * What was given back since the volume was opened.
     *
     * @return the bytes
     */
    public long reclaimedBytes() {
        return reclaimedBytes.get();
    }
}
