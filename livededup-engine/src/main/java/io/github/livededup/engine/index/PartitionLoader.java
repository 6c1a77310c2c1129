package io.github.livededup.engine.index;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.util.FlightRecording;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Brings partitions into memory: from Chronicle Map's file or that of tags, where there is a good one, else built in from the group's
 * table. What has no file of the former yet gets one on a background thread, and the lookups move over to it.
 */
final class PartitionLoader implements PartitionCache.Source {
    private static final System.Logger LOGGER = System.getLogger(PartitionLoader.class.getName());

    private static final long WARM_UP_STEP_MILLIS = 20;

    /**
     * So many sealed groups make Chronicle Map's first start, over a second of a processor, worth it where it was not asked for
     * by name: a partition is made from its group's table in milliseconds.
     */
    static final int WORTH_STARTING = 16;

    private final GroupTables tables;
    private final IndexCounters counters;
    private final PartitionCache cache;
    private final TagFiles tags;
    private final ExecutorService background = Executors.newSingleThreadExecutor(PartitionLoader::thread);

    /** Sealed groups that may be persisted once there are {@link #fewest} of them. Guarded by itself. */
    private final Set<Integer> waiting = new HashSet<>();

    private volatile int fewest;

    /** Null if partitions are only built in. */
    private volatile @Nullable PartitionFiles files;

    private volatile boolean stopped;

    PartitionLoader(
            GroupTables tables,
            IndexCounters counters,
            @Nullable PartitionFiles files,
            boolean byName,
            TagFiles tags,
            long partitionBudgetBytes) {
        this.tables = tables;
        this.counters = counters;
        this.files = files;
        this.tags = tags;
        this.cache = new PartitionCache(this, partitionBudgetBytes);
        this.fewest = byName || (files != null && files.areThere()) ? 1 : WORTH_STARTING;
        if (files != null && fewest == 1) {
            ChronicleSupport.beginWarmUp();
        }
    }

    PartitionCache cache() {
        return cache;
    }

    /** The files, if partitions are persisted. */
    @Nullable
    PartitionFiles files() {
        return files;
    }

    @Override
    public Partition load(int group) throws IOException {
        PrefetchEvent event = FlightRecording.isOn() ? PrefetchEvent.begun(group) : null;
        tables.prefetch(group);
        boolean sealed = tables.isSealed(group);
        PartitionFiles persisted = files;
        Partition partition = null;
        if (sealed
                && persisted != null
                && fewest == 1
                && ChronicleSupport.warmUp().getNow(false)) {
            partition = persisted.open(group);
        }
        if (partition == null && sealed) {
            partition = tags.read(group, tables.slotCount(group));
            persist(group);
        }
        boolean fromFile = partition != null;
        if (partition == null) {
            partition = fromTable(group);
        } else {
            counters.opened.increment();
        }
        if (event != null) {
            event.record(fromFile, partition.memoryBytes());
        }
        return partition;
    }

    @Override
    public boolean isOpenGroup(int group) {
        return !tables.isSealed(group);
    }

    @Override
    public void evicted(int group) {
        if (!stopped && !tags.has(group) && tables.isSealed(group)) {
            background.execute(() -> buildTags(group));
        }
    }

    private void buildTags(int group) {
        if (!stopped) {
            tags.build(group, tables);
        }
    }

    @Override
    public void release(int group, Partition partition) {
        PartitionFiles persisted = files;
        if (partition instanceof ChronicleMapPartition && persisted != null) {
            persisted.close(group, partition);
        } else {
            partition.close();
        }
    }

    /** Has a sealed group's partition persisted in the background, if it is in memory then and there are enough of them. */
    void persist(int group) {
        if (files != null && !stopped) {
            for (int ready : ready(group)) {
                background.execute(() -> persistNow(ready));
            }
        }
    }

    private Set<Integer> ready(int group) {
        synchronized (waiting) {
            waiting.add(group);
            if (waiting.size() < fewest) {
                return Set.of();
            }
            fewest = 1; // from now on each at once
            Set<Integer> ready = Set.copyOf(waiting);
            waiting.clear();
            return ready;
        }
    }

    /** Ends the background work and closes all partitions; nothing else may be in flight. */
    void close() {
        stopped = true;
        background.shutdown();
        boolean interrupted = false;
        boolean terminated = false;
        while (!terminated) {
            try {
                terminated = background.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        cache.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void persistNow(int group) {
        PartitionFiles persisted = files;
        if (stopped || persisted == null || cache.peek(group) == null) {
            return;
        }
        if (!isChronicleReady()) {
            return;
        }
        try {
            Partition partition = persisted.openOrBuild(group, tables);
            if (partition != null && !cache.swap(group, partition)) {
                persisted.close(group, partition);
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "group " + group + ": its partition is not persisted", e);
        }
    }

    /** Waits for Chronicle Map's first start, unless this is being closed: the next open can persist as well. */
    private boolean isChronicleReady() {
        CompletableFuture<Boolean> warmUp = ChronicleSupport.warmUp();
        while (!stopped) {
            try {
                if (!warmUp.get(WARM_UP_STEP_MILLIS, TimeUnit.MILLISECONDS)) {
                    files = null; // it does not work after all
                    return false;
                }
                return true;
            } catch (TimeoutException e) {
                // once more
            } catch (InterruptedException | ExecutionException e) {
                LOGGER.log(Level.WARNING, "partitions are not persisted", e);
                return false;
            }
        }
        return false;
    }

    private Partition fromTable(int group) throws IOException {
        BuiltInPartition partition = new BuiltInPartition(tables.slotCount(group));
        boolean complete = false;
        try {
            tables.forEachHead(group, new FingerprintHeads(), partition::addBelow);
            partition.filled();
            complete = true;
        } catch (NotFoundException e) {
            complete = true; // the group died meanwhile: nothing in it can be found
        } catch (CorruptionException e) {
            // What is left of it stays, so that the table is not read again at each lookup.
            LOGGER.log(
                    Level.WARNING,
                    () -> "group " + group + ": its blocks are not found as duplicates: " + e.getMessage());
            complete = true;
        } finally {
            if (!complete) {
                partition.close();
            }
        }
        if (partition.entries() > 0) {
            counters.rebuilt.increment();
        }
        return partition;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "livededup-index");
        thread.setDaemon(true);
        return thread;
    }
}
