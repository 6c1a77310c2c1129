package io.github.livededup.jmh;

import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.disk.DiskDirectory;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalOptions;
import io.github.livededup.engine.journal.JournalRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time to append a batch of one extent's mapping to the journal, alone and with a commit after each: with more threads the
 * commits share forces. The baseline writes 4 KiB to a plain file and forces it.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar JournalBenchmark -prof gc}, group commit with {@code -t 16}
 */
public class JournalBenchmark extends EngineBenchmark {
    private static final int FILE_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private @Nullable DiskDirectory directory;
    private @Nullable Journal journal;
    private @Nullable FileChannel file;
    private Path plain = Path.of("");

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Records {
        private final JournalBatch batch = new JournalBatch();
        private final ByteBuffer page = ByteBuffer.allocateDirect(PAGE_BYTES);
        private int block;

        private JournalBatch next() {
            batch.clear();
            JournalRecords.extentMapped(batch, 1, ++block, 1, (1L << 32) + block);
            return batch;
        }
    }

    /**
     * Makes a journal and a file.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        Path folder = Files.createTempDirectory("livededup-jmh");
        DiskDirectory disk = DiskDirectory.createLocked(folder.resolve("volume"));
        directory = disk;
        journal = Journal.create(disk, JournalOptions.defaults(new UUID(1, 1)));
        plain = folder.resolve("plain");
        FileChannel channel = FileChannel.open(plain, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.allocate(FILE_BYTES));
        channel.force(true);
        file = channel;
    }

    /**
     * Removes them.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        given(journal).close();
        VolumeDirectory disk = given(directory);
        for (String name : disk.list("journal")) {
            disk.delete("journal/" + name);
        }
        disk.delete("journal");
        given(directory).closeAndRemove();
        given(file).close();
        Files.delete(plain);
    }

    /**
     * Appends; what is full is committed and released.
     *
     * @param records the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void append(Records records) throws IOException {
        JournalBatch batch = records.next();
        makeRoom(batch);
        given(journal).append(batch);
    }

    /**
     * Appends and commits.
     *
     * @param records the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void commit(Records records) throws IOException {
        append(records);
        given(journal).commit(() -> {});
    }

    /**
     * The baseline.
     *
     * @param records the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void forceFile(Records records) throws IOException {
        long page = records.block++ % (FILE_BYTES / PAGE_BYTES);
        given(file).write(records.page.clear(), page * PAGE_BYTES);
        given(file).force(false);
    }

    /** As a checkpoint would. Only of interest to whoever finds it full; others wait. */
    private synchronized void makeRoom(JournalBatch batch) throws IOException {
        Journal opened = given(journal);
        if (!opened.hasRoom(batch) || opened.needsCheckpoint()) {
            opened.commit(() -> {});
            opened.release(opened.sequence());
        }
    }
}
