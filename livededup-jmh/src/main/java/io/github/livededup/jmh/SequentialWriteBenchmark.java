package io.github.livededup.jmh;

import io.github.livededup.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time of a block in writes of 256 KiB one behind the other over an image of 64 MiB, flushed at its end: at whole blocks, and half a
 * block beside them. The baseline writes and forces a plain file in the same way. Between iterations nothing is given back.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar SequentialWriteBenchmark -prof gc}
 */
public class SequentialWriteBenchmark extends EngineBenchmark {
    private static final int SIZE_BYTES = 64 << 20;

    /** Whether the blocks are new, or in the volume already. */
    @Param({"true", "false"})
    private boolean fresh = true;

    private @Nullable RealData data;
    private @Nullable ScratchVolume scratch;
    private @Nullable Image image;
    private @Nullable FileChannel file;
    private long position;

    /**
     * Makes a volume with an image, and a file.
     *
     * @throws IOException if that fails
     */
    @Setup(Level.Iteration)
    public void setUp() throws IOException {
        ScratchVolume volume = new ScratchVolume();
        RealData source = new RealData(JdkBlocks.BLOCK_BYTES, BATCH_BLOCKS);
        file = volume.withImage("image", SIZE_BYTES + JdkBlocks.BLOCK_BYTES, source.all());
        image = volume.images().open("image");
        scratch = volume;
        data = source;
        position = 0;
    }

    /**
     * Removes all.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void tearDown() throws IOException {
        given(image).close();
        given(file).close();
        given(scratch).close();
    }

    /**
     * Whole blocks.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void write() throws IOException {
        ByteBuffer batch = next();
        given(image).write(batch, position);
        if (isLast()) {
            given(image).flush();
        }
    }

    /**
     * Half a block beside whole ones.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void writeUnaligned() throws IOException {
        ByteBuffer batch = next();
        given(image).write(batch, position + JdkBlocks.BLOCK_BYTES / 2);
        if (isLast()) {
            given(image).flush();
        }
    }

    /**
     * The baseline.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void writeFile() throws IOException {
        ByteBuffer batch = next();
        given(file).write(batch, position);
        if (isLast()) {
            given(file).force(false);
        }
    }

    private ByteBuffer next() {
        int bytes = BATCH_BLOCKS * JdkBlocks.BLOCK_BYTES;
        position = position + 2L * bytes > SIZE_BYTES ? 0 : position + bytes;
        RealData source = given(data);
        return fresh ? source.fresh(1) : source.known();
    }

    private boolean isLast() {
        return position + 2L * BATCH_BLOCKS * JdkBlocks.BLOCK_BYTES > SIZE_BYTES;
    }
}
