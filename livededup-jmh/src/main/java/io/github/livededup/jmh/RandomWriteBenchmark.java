package io.github.livededup.jmh;

import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of a random write of 4 KiB, flushed after every 64 of them; the time of the flush is shared among them. The
 * baseline writes and forces a plain file in the same places. Between iterations the volume is compacted. It warms up until
 * Chronicle Map has started, which it does once in a process, in the background, with the sixteenth sealed group.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar RandomWriteBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 7, time = 2)
@Measurement(iterations = 3, time = 2)
public class RandomWriteBenchmark extends EngineBenchmark {
    private static final int WRITES_PER_FLUSH = 64;
    private static final int BLOCKS = 65_536;
    private static final long SPARSE_BYTES = 1L << 40;

    /** Whether the blocks are in the volume already or not. */
    @Param({"true", "false"})
    private boolean fresh = true;

    private final Random random = new Random(1);
    private @Nullable ScratchVolume scratch;
    private @Nullable FreshBlocks blocks;
    private @Nullable Image full;
    private @Nullable Image sparse;
    private @Nullable FileChannel file;
    private int iteration;

    /**
     * Makes a volume with a full image of 256 MiB, and a file of that size.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        FreshBlocks source = new FreshBlocks();
        ScratchVolume volume = new ScratchVolume();
        FileChannel plain =
                FileChannel.open(volume.file("plain"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        for (int i = 0; i < BLOCKS; i++) {
            plain.write(source.known(), (long) i * JdkBlocks.BLOCK_BYTES);
        }
        plain.force(true);
        full = volume.filled("full", BLOCKS, source, fresh);
        blocks = source;
        scratch = volume;
        file = plain;
    }

    /**
     * Makes an image of a TiB that is one hole.
     *
     * @throws IOException if that fails
     */
    @Setup(Level.Iteration)
    public void newSparseImage() throws IOException {
        sparse = scratch().images().create("sparse" + iteration++, SPARSE_BYTES);
    }

    /**
     * Gives back what the iteration left.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void compact() throws IOException {
        Image image = given(sparse);
        String name = image.name();
        image.close();
        scratch().images().delete(name);
        scratch().volume().compact(CompactionOptions.defaults());
    }

    /**
     * Removes volume and file.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        given(full).close();
        given(file).close();
        scratch().close();
    }

    /**
     * Writes into a hole of a large image.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(WRITES_PER_FLUSH)
    public void write() throws IOException {
        Image image = given(sparse);
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            long block = random.nextInt((int) (SPARSE_BYTES / JdkBlocks.BLOCK_BYTES));
            image.write(nextBlock(), block * JdkBlocks.BLOCK_BYTES);
        }
        image.flush();
    }

    /**
     * Writes over a block of the full image.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(WRITES_PER_FLUSH)
    public void overwrite() throws IOException {
        Image image = given(full);
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            image.write(nextBlock(), (long) random.nextInt(BLOCKS) * JdkBlocks.BLOCK_BYTES);
        }
        image.flush();
    }

    /**
     * Writes over parts of two neighbouring blocks of the full image.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(WRITES_PER_FLUSH)
    public void overwriteUnaligned() throws IOException {
        Image image = given(full);
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            image.write(nextBlock(), random.nextInt((BLOCKS - 1) * JdkBlocks.BLOCK_BYTES));
        }
        image.flush();
    }

    /**
     * The baseline: writes over a block of a plain file.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(WRITES_PER_FLUSH)
    public void overwriteFile() throws IOException {
        FileChannel channel = given(file);
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            channel.write(nextBlock(), (long) random.nextInt(BLOCKS) * JdkBlocks.BLOCK_BYTES);
        }
        channel.force(false);
    }

    private ByteBuffer nextBlock() {
        return fresh ? given(blocks).fresh() : given(blocks).known();
    }

    private ScratchVolume scratch() {
        return given(scratch);
    }
}
