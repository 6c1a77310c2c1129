package io.github.livededup.engine.index;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.engine.format.FingerprintHeads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fills the filter from the groups' tables on threads of its own, one a processor up to {@link #MOST_THREADS}. Where not all
 * partitions will have room in memory, it makes the groups' tags on the way, for it reads all that they are made of.
 */
final class FilterRebuild {
    private static final System.Logger LOGGER = System.getLogger(FilterRebuild.class.getName());

    /** Disks and memory serve no more. */
    private static final int MOST_THREADS = 8;
    /** What a fingerprint takes in a partition, at least. */
    private static final int PARTITION_ENTRY_BYTES = 10;

    private final String volume;
    private final GroupTables tables;
    private final FingerprintFilter filter;
    private final TagFiles tags;
    private final long partitionBudgetBytes;
    private final ThreadFactory threads;
    private final AtomicInteger nextGroup = new AtomicInteger();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile boolean done;
    /** Whether groups are missing that another attempt may be able to read. */
    private volatile boolean leftOut;

    private volatile @Nullable Throwable failure;

    /**
     * Prepares a rebuild.
     *
     * @param volume the volume as messages name it
     * @param tables the truth
     * @param filter the empty filter
     * @param tags where tags go
     * @param partitionBudgetBytes the memory for partitions
     */
    FilterRebuild(
            String volume, GroupTables tables, FingerprintFilter filter, TagFiles tags, long partitionBudgetBytes) {
        this(volume, tables, filter, tags, partitionBudgetBytes, FilterRebuild::thread);
    }

    /** As the other, with threads of another kind. */
    FilterRebuild(
            String volume,
            GroupTables tables,
            FingerprintFilter filter,
            TagFiles tags,
            long partitionBudgetBytes,
            ThreadFactory threads) {
        this.threads = threads;
        this.volume = volume;
        this.tables = tables;
        this.filter = filter;
        this.tags = tags;
        this.partitionBudgetBytes = partitionBudgetBytes;
    }

    /** An empty filter with room for what the tables hold. */
    static FingerprintFilter emptyFilter(GroupTables tables) {
        int highest = 1;
        for (int group : tables.groups()) {
            highest = Math.max(highest, group);
        }
        return new FingerprintFilter(slots(tables), highest);
    }

    private static long slots(GroupTables tables) {
        long slots = 0;
        for (int group : tables.groups()) {
            slots += tables.slotCount(group);
        }
        return slots;
    }

    /** Starts it, if it was not started before. If the system has no thread for it, that is how it ended: nobody waits for it then. */
    void start() {
        if (started.compareAndSet(false, true)) {
            try {
                threads.newThread(this::run).start();
            } catch (Throwable e) {
                failure = e;
                ended.countDown();
                throw e;
            }
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "livededup-filter-rebuild");
        thread.setDaemon(true);
        return thread;
    }

    /** Whether the filter serves: it has all that could be read. */
    boolean isDone() {
        return done;
    }

    /** Whether groups could not be read for another reason than damage: the filter is not to be kept for the next opening then. */
    boolean hasLeftOut() {
        return leftOut;
    }

    /**
     * Waits for its end; starts it if need be.
     *
     * @throws OperationCancelledException if the index is closed
     * @throws IOException if it failed as a whole; a group that could not be read is left out
     */
    void await() throws IOException {
        start();
        await(ended);
        if (failure != null) {
            throw new IOException(volume + ": rebuilding the fingerprint filter failed: " + failure, failure);
        }
        if (!done) {
            throw new OperationCancelledException(volume, false);
        }
    }

    /** Ends it early and waits for its end. */
    void stop() {
        stopped = true;
        if (started.get()) {
            await(ended);
        }
    }

    /** Waits whatever happens to the thread: a put must not fail because of an interrupt. */
    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() != 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("CatchThrowable") // whatever it is, those who wait must learn of it
    private void run() {
        long start = System.nanoTime();
        try {
            fillAll(tables.groups());
            if (stopped || failure != null) {
                return;
            }
            filter.trim();
            done = true;
            LOGGER.log(
                    Level.DEBUG,
                    () -> volume + ": filter rebuilt: " + filter.size() + " fingerprints in "
                            + (System.nanoTime() - start) / 1_000_000 + " ms");
        } catch (Throwable e) {
            failure = e;
        } finally {
            ended.countDown();
        }
    }

    private void fillAll(int[] groups) {
        boolean withTags = slots(tables) * PARTITION_ENTRY_BYTES > partitionBudgetBytes;
        int threads = Math.min(Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS), groups.length);
        CountDownLatch helpers = new CountDownLatch(Math.max(0, threads - 1));
        for (int i = 1; i < threads; i++) {
            startHelper(helpers, groups, withTags);
        }
        fillShare(groups, withTags);
        await(helpers);
    }

    private void startHelper(CountDownLatch ending, int[] groups, boolean withTags) {
        try {
            threads.newThread(() -> {
                        try {
                            fillShare(groups, withTags);
                        } finally {
                            ending.countDown();
                        }
                    })
                    .start();
        } catch (OutOfMemoryError e) { // no more threads: the others fill all
            ending.countDown();
        }
    }

    /** Fills in groups until none are left. */
    @SuppressWarnings("CatchThrowable") // whatever it is, those who wait must learn of it
    private void fillShare(int[] groups, boolean withTags) {
        try {
            FilterBatch batch = new FilterBatch(filter);
            FingerprintHeads heads = new FingerprintHeads();
            for (int i = nextGroup.getAndIncrement(); i < groups.length; i = nextGroup.getAndIncrement()) {
                if (stopped || failure != null) {
                    return;
                }
                fill(groups[i], withTags && tables.isSealed(groups[i]), batch, heads);
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void fill(int group, boolean withTags, FilterBatch batch, FingerprintHeads heads) {
        try {
            if (withTags) {
                GroupTags collected = new GroupTags(tables.slotCount(group));
                tables.forEachHead(group, heads, part -> {
                    batch.add(part, group);
                    collected.add(part);
                });
                tags.write(group, collected);
            } else {
                tables.forEachHead(group, heads, part -> batch.add(part, group));
            }
        } catch (NotFoundException e) {
            LOGGER.log(Level.DEBUG, () -> "group " + group + " is gone");
        } catch (IOException e) {
            if (!(e instanceof CorruptionException)) {
                leftOut = true;
            }
            LOGGER.log(
                    Level.WARNING,
                    () -> "group " + group + ": its blocks are not found as duplicates: " + e.getMessage());
        }
    }
}
