package io.github.livededup.jmh.soak;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** The volume that all work on; closed and opened now and then between their operations. */
final class SharedVolume implements AutoCloseable {
    static final int GROUP_BYTES = 4 << 20;
    static final int WRITE_BUFFER_BYTES = 4 << 20;
    static final int WORKER_THREADS = 2;

    /** So many openings find no index and have to make it anew, one in so many. */
    private static final int INDEX_LOST = 5;

    /** What is done with the volume. */
    @FunctionalInterface
    interface Work<T> {
        /** Called while the volume stays open. */
        T with(Volume volume) throws IOException;
    }

    /** What is done with the volume and has no result. */
    @FunctionalInterface
    interface Change {
        /** Called while the volume stays open. */
        void with(Volume volume) throws IOException;
    }

    private final Path directory;
    private final VolumeOptions options;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private Volume volume;
    private int openings = 1;
    private long commits;
    private long checkpoints;
    private long reclaimedBytes;
    private final AtomicReference<@Nullable Long> beyondLive = new AtomicReference<>();

    /**
     * Makes a volume.
     *
     * @param directory where
     * @param memoryBudgetBytes its memory budget
     * @throws IOException if it cannot be made
     */
    SharedVolume(Path directory, long memoryBudgetBytes) throws IOException {
        this.directory = directory;
        options = VolumeOptions.builder()
                .groupSizeBytes(GROUP_BYTES)
                .memoryBudgetBytes(memoryBudgetBytes)
                .writeBufferBytes(WRITE_BUFFER_BYTES)
                .workerThreads(WORKER_THREADS)
                .commitInterval(Duration.ofSeconds(1))
                .backgroundCompaction(new BackgroundCompaction(true, 0.5, 64L << 20))
                .build();
        volume = LiveDedup.create(directory, options);
    }

    Path directory() {
        return directory;
    }

    /** Uses the volume; waits while it is closed. */
    <T> T use(Work<T> work) throws IOException {
        lock.readLock().lock();
        try {
            return work.with(volume);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Uses the volume; waits while it is closed. */
    void change(Change change) throws IOException {
        lock.readLock().lock();
        try {
            change.with(volume);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Closes the volume between operations and opens it, now and then without its index. */
    void reopen() throws IOException {
        lock.writeLock().lock();
        try {
            count(volume.statistics());
            volume.close();
            if (++openings % INDEX_LOST == 0) {
                deleteIndex();
            }
            volume = LiveDedup.open(directory, options);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Compacts the volume, and notes what is on disk beyond live blocks when that ends. */
    void compact() throws IOException {
        use(open -> open.compact(CompactionOptions.defaults()));
        VolumeStatistics then = use(open -> open.statistics());
        beyondLive.set(onDiskBytes(then) - then.storedBytes());
    }

    /** Blocks and index; metadata and journal stay about the same. */
    static long onDiskBytes(VolumeStatistics statistics) {
        return statistics.physicalBytes() + statistics.indexBytes();
    }

    /** What was on disk beyond live blocks when the last compaction ended; once for each, null otherwise. */
    @Nullable
    Long takeBeyondLiveBytes() {
        return beyondLive.getAndSet(null);
    }

    private void deleteIndex() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("index"))) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private void count(VolumeStatistics statistics) {
        commits += statistics.commits();
        checkpoints += statistics.checkpoints();
        reclaimedBytes += statistics.reclaimedBytes();
    }

    /** What it did, in a line. */
    String summary() {
        return openings + " openings, " + commits + " commits, " + checkpoints + " checkpoints, "
                + (reclaimedBytes >> 20) + " MiB given back by compaction";
    }

    @Override
    public void close() throws IOException {
        lock.writeLock().lock();
        try {
            if (volume.isOpen()) {
                count(volume.statistics());
                volume.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
