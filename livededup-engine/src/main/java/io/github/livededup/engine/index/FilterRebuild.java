package io.github.livededup.engine.index;

import io.github.livededup.CorruptionException;
import io.github.livededup.OperationCancelledException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Fills the filter from the groups' tables on a thread of its own. */
final class FilterRebuild {
    private static final System.Logger LOGGER = System.getLogger(FilterRebuild.class.getName());

    private final String volume;
    private final GroupTables tables;
    private final FingerprintFilter filter;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile boolean done;
    private volatile @Nullable Throwable failure;

    /**
     * Prepares a rebuild.
     *
     * @param volume the volume as messages name it
     * @param tables the truth
     * @param filter the empty filter
     */
    FilterRebuild(String volume, GroupTables tables, FingerprintFilter filter) {
        this.volume = volume;
        this.tables = tables;
        this.filter = filter;
    }

    /** An empty filter with room for what the tables hold. */
    static FingerprintFilter emptyFilter(GroupTables tables) {
        long slots = 0;
        int highest = 1;
        for (int group : tables.groups()) {
            slots += tables.slotCount(group);
            highest = Math.max(highest, group);
        }
        return new FingerprintFilter(slots, highest);
    }

    /** Starts it, if it was not started before. */
    void start() {
        if (started.compareAndSet(false, true)) {
            Thread thread = new Thread(this::run, "livededup-filter-rebuild");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Whether the filter is complete. */
    boolean isDone() {
        return done;
    }

    /**
     * Waits for its end; starts it if need be.
     *
     * @throws OperationCancelledException if the index is closed
     * @throws IOException if a table could not be read
     */
    void await() throws IOException {
        start();
        awaitEnd();
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
            awaitEnd();
        }
    }

    /** Waits whatever happens to the thread: a put must not fail because of an interrupt. */
    private void awaitEnd() {
        boolean interrupted = false;
        while (ended.getCount() != 0) {
            try {
                ended.await();
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
            for (int group : tables.groups()) {
                if (stopped) {
                    return;
                }
                fill(group);
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

    private void fill(int group) throws IOException {
        try {
            tables.forEachFingerprint(
                    group, (slot, bytes, from) -> filter.add(FingerprintKeys.hash(bytes, from), group));
        } catch (CorruptionException e) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "group " + group + ": its blocks are not found as duplicates: " + e.getMessage());
        }
    }
}
