package io.github.livededup.jmh;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.PutBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time to put a block, in batches of 64: new ones, ones that are stored already, and one new in four. The baseline writes the same
 * bytes to a plain file. Nothing is forced.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar PutBenchmark -prof gc}, on all cores with {@code -t max}, other
 * blocks with {@code -p blockSizeBytes=65536}
 */
public class PutBenchmark extends EngineBenchmark {
    private static final int MIXED_ONE_IN = 4;

    @Param({"4096"})
    private int blockSizeBytes = 4096;

    /** XXH3_128 compares the bytes of duplicates. */
    @Param({"SHA_256", "XXH3_128"})
    private FingerprintAlgorithm fingerprint = FingerprintAlgorithm.SHA_256;

    private final AtomicLong fileEnd = new AtomicLong();
    private @Nullable ScratchVolume scratch;
    private @Nullable FileChannel file;
    private @Nullable RealData known;

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Source {
        private final PutBatch result = new PutBatch(BATCH_BLOCKS);
        private @Nullable RealData data;

        /**
         * Reads the data.
         *
         * @param benchmark tells the size of blocks
         * @throws IOException if that fails
         */
        @Setup
        public void setUp(PutBenchmark benchmark) throws IOException {
            data = new RealData(benchmark.blockSizeBytes, BATCH_BLOCKS);
        }
    }

    /**
     * Reads the data.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void readData() throws IOException {
        known = new RealData(blockSizeBytes, BATCH_BLOCKS);
    }

    /**
     * Makes a volume that holds the data as it is, and an empty file.
     *
     * @throws IOException if that fails
     */
    @Setup(Level.Iteration)
    public void setUp() throws IOException {
        ScratchVolume volume = new ScratchVolume(blockSizeBytes, fingerprint);
        RealData data = given(known);
        PutBatch result = new PutBatch(BATCH_BLOCKS);
        for (int i = 0; i < data.batches(); i++) {
            volume.volume().blocks().putAll(data.known(), result);
        }
        volume.volume().commit();
        fileEnd.set(0);
        file = FileChannel.open(volume.file("plain"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        scratch = volume;
    }

    /**
     * Removes them.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void tearDown() throws IOException {
        given(file).close();
        given(scratch).close();
    }

    /**
     * Blocks that are new.
     *
     * @param source the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void unique(Source source) throws IOException {
        given(scratch).volume().blocks().putAll(given(source.data).fresh(1), source.result);
    }

    /**
     * Blocks that are there.
     *
     * @param source the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void duplicate(Source source) throws IOException {
        given(scratch).volume().blocks().putAll(given(source.data).known(), source.result);
    }

    /**
     * One new block in four.
     *
     * @param source the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void mixed(Source source) throws IOException {
        given(scratch).volume().blocks().putAll(given(source.data).fresh(MIXED_ONE_IN), source.result);
    }

    /**
     * The baseline.
     *
     * @param source the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void plainFile(Source source) throws IOException {
        ByteBuffer batch = given(source.data).fresh(1);
        given(file).write(batch, fileEnd.getAndAdd(batch.remaining()));
    }
}
