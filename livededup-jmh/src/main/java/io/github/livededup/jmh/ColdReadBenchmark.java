package io.github.livededup.jmh;

import io.github.livededup.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time to read from the disk what is not in the system's cache: an image as a whole, 256 KiB at a time, and a thousand of its
 * blocks at random, one after the other. The volume is opened anew and the cache dropped before each call, which only root may. The
 * baseline reads a plain file in the same way.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar ColdReadBenchmark}
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 5)
public class ColdReadBenchmark extends EngineBenchmark {
    private static final int RANDOM_READS = 1000;

    private final ByteBuffer into = ByteBuffer.allocateDirect(BATCH_BLOCKS * JdkBlocks.BLOCK_BYTES);
    private final SplittableRandom random = new SplittableRandom(1);
    private @Nullable ScratchVolume scratch;
    private @Nullable Image image;
    private @Nullable FileChannel file;
    private long sizeBytes;

    /**
     * Makes a volume with an image of 64 MiB, and a file with the same content.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        ScratchVolume volume = new ScratchVolume();
        RealData data = new RealData(JdkBlocks.BLOCK_BYTES, BATCH_BLOCKS);
        sizeBytes = data.all().remaining();
        file = volume.withImage("image", sizeBytes, data.all());
        scratch = volume;
    }

    /**
     * Opens the volume anew and drops the system's cache.
     *
     * @throws IOException if that fails
     */
    @Setup(Level.Invocation)
    public void cool() throws IOException {
        if (image != null) {
            image.close();
        }
        given(scratch).cool();
        image = given(scratch).images().open("image");
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
     * The image from its start to its end.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void imageInOrder() throws IOException {
        for (long at = 0; at < sizeBytes; at += into.capacity()) {
            given(image).read(into.clear(), at);
        }
    }

    /**
     * Blocks of the image at random.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void imageAtRandom() throws IOException {
        for (int i = 0; i < RANDOM_READS; i++) {
            given(image).read(into.clear().limit(JdkBlocks.BLOCK_BYTES), anyBlock());
        }
    }

    /**
     * The baseline: the file from its start to its end.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void fileInOrder() throws IOException {
        for (long at = 0; at < sizeBytes; at += into.capacity()) {
            given(file).read(into.clear(), at);
        }
    }

    /**
     * The baseline: blocks of the file at random.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void fileAtRandom() throws IOException {
        for (int i = 0; i < RANDOM_READS; i++) {
            given(file).read(into.clear().limit(JdkBlocks.BLOCK_BYTES), anyBlock());
        }
    }

    private long anyBlock() {
        return random.nextLong(sizeBytes / JdkBlocks.BLOCK_BYTES) * JdkBlocks.BLOCK_BYTES;
    }
}
