package io.github.livededup.jmh;

import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.PutBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time to read a block that is in the system's cache: from the block store by address, and from an image by offset, in
 * order 64 at a time and singly at random, whole blocks and parts that lie across two. The baseline reads a plain file
 * in the same way. {@code -bm sample} shows percentiles.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar ReadBenchmark -prof gc}, on all cores with {@code -t max}
 */
public class ReadBenchmark extends EngineBenchmark {
    @Param({"4096"})
    private int blockSizeBytes = 4096;

    @Param({"LZ4_FAST"})
    private Compression compression = Compression.LZ4_FAST;

    private @Nullable ScratchVolume scratch;
    private @Nullable FileChannel file;
    private @Nullable Image image;
    private long[] addresses = {};
    private long sizeBytes;

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Target {
        private SplittableRandom random = new SplittableRandom(1);
        private ByteBuffer into = ByteBuffer.allocateDirect(0);
        private int blocks;
        private int next;

        /**
         * Makes a buffer.
         *
         * @param benchmark tells the size of blocks
         */
        @Setup
        public void setUp(ReadBenchmark benchmark) {
            random = new SplittableRandom(Thread.currentThread().getId());
            into = ByteBuffer.allocateDirect(benchmark.blockSizeBytes * BATCH_BLOCKS);
            blocks = benchmark.addresses.length;
        }

        private ByteBuffer batch() {
            next = next + 2 * BATCH_BLOCKS > blocks ? 0 : next + BATCH_BLOCKS;
            return into.clear();
        }

        private ByteBuffer one() {
            return into.clear().limit(into.capacity() / BATCH_BLOCKS);
        }

        private int any() {
            return random.nextInt(blocks - 1);
        }
    }

    /**
     * Makes a volume with an image, puts the same blocks, and writes the file.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        ScratchVolume volume = new ScratchVolume(blockSizeBytes, FingerprintAlgorithm.SHA_256, compression);
        scratch = volume;
        RealData data = new RealData(blockSizeBytes, BATCH_BLOCKS);
        sizeBytes = data.all().remaining();
        file = volume.withImage("image", sizeBytes, data.all());
        image = volume.images().open("image");
        PutBatch result = new PutBatch((int) (sizeBytes / blockSizeBytes));
        volume.volume().blocks().putAll(data.all(), result);
        addresses = result.addresses();
    }

    /**
     * Removes all.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        given(image).close();
        given(file).close();
        given(scratch).close();
    }

    /**
     * Blocks of the store, in the order they were put.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void getInOrder(Target target) throws IOException {
        ByteBuffer into = target.batch();
        given(scratch).volume().blocks().getAll(addresses, target.next, BATCH_BLOCKS, into);
    }

    /**
     * Any block of the store.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void getAtRandom(Target target) throws IOException {
        given(scratch).volume().blocks().get(addresses[target.any()], target.one());
    }

    /**
     * The image from its start on.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void imageInOrder(Target target) throws IOException {
        ByteBuffer into = target.batch();
        given(image).read(into, (long) target.next * blockSizeBytes);
    }

    /**
     * Any block of the image.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void imageAtRandom(Target target) throws IOException {
        given(image).read(target.one(), (long) target.any() * blockSizeBytes);
    }

    /**
     * As many bytes of the image, across two blocks.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void imageUnaligned(Target target) throws IOException {
        given(image).read(target.one(), (long) target.any() * blockSizeBytes + blockSizeBytes / 3);
    }

    /**
     * The baseline: the file from its start on.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void fileInOrder(Target target) throws IOException {
        ByteBuffer into = target.batch();
        given(file).read(into, (long) target.next * blockSizeBytes);
    }

    /**
     * The baseline: any block of the file.
     *
     * @param target the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    public void fileAtRandom(Target target) throws IOException {
        given(file).read(target.one(), (long) target.any() * blockSizeBytes);
    }
}
