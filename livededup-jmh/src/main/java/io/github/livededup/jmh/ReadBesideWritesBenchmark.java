package io.github.livededup.jmh;

import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long single reads of 4 KiB wait while others write: one thread reads an image at random, another writes over another one's blocks, 64 at
 * a time with a flush, so that maps change and checkpoints are taken all the time. Each call is timed by itself. The baseline does
 * the same to two plain files.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar ReadBesideWritesBenchmark}
 */
@BenchmarkMode(Mode.SampleTime)
public class ReadBesideWritesBenchmark extends EngineBenchmark {
    private static final int BLOCKS = 32_768;
    private static final int WRITES_PER_FLUSH = 64;

    private @Nullable ScratchVolume scratch;
    private @Nullable FreshBlocks blocks;
    private @Nullable Image read;
    private @Nullable Image written;
    private @Nullable FileChannel readFile;
    private @Nullable FileChannel writtenFile;

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Own {
        private final SplittableRandom random =
                new SplittableRandom(Thread.currentThread().getId());
        private final ByteBuffer into = ByteBuffer.allocateDirect(JdkBlocks.BLOCK_BYTES);

        private long anywhere() {
            return (long) random.nextInt(BLOCKS) * JdkBlocks.BLOCK_BYTES;
        }
    }

    /**
     * Makes a volume with two images of 128 MiB, and two such files.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        ScratchVolume volume = new ScratchVolume();
        FreshBlocks source = new FreshBlocks();
        readFile = filledFile(volume, "read", source);
        writtenFile = filledFile(volume, "written", source);
        read = volume.filled("read", BLOCKS, source, true);
        written = volume.filled("written", BLOCKS, source, true);
        scratch = volume;
        blocks = source;
    }

    private static FileChannel filledFile(ScratchVolume volume, String name, FreshBlocks source) throws IOException {
        FileChannel file = FileChannel.open(
                volume.file(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        for (int i = 0; i < BLOCKS; i++) {
            file.write(source.known(), (long) i * JdkBlocks.BLOCK_BYTES);
        }
        file.force(true);
        return file;
    }

    /**
     * Gives back what was written over.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void compact() throws IOException {
        given(scratch).volume().compact(CompactionOptions.defaults());
    }

    /**
     * Removes volume and files.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        given(read).close();
        given(written).close();
        given(readFile).close();
        given(writtenFile).close();
        given(scratch).close();
    }

    /**
     * Reads a block of the one image.
     *
     * @param own the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @Group("image")
    public void imageRead(Own own) throws IOException {
        given(read).read(own.into.clear(), own.anywhere());
    }

    /**
     * Writes over 64 blocks of the other, and flushes.
     *
     * @param own the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @Group("image")
    public void imageWrites(Own own) throws IOException {
        Image image = given(written);
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            image.write(given(blocks).fresh(), own.anywhere());
        }
        image.flush();
    }

    /**
     * The baseline: reads a block of the one file.
     *
     * @param own the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @Group("file")
    public void fileRead(Own own) throws IOException {
        given(readFile).read(own.into.clear(), own.anywhere());
    }

    /**
     * The baseline: writes over 64 blocks of the other, and forces it.
     *
     * @param own the thread's
     * @throws IOException if that fails
     */
    @Benchmark
    @Group("file")
    public void fileWrites(Own own) throws IOException {
        FileChannel file = given(writtenFile);
        for (int i = 0; i < WRITES_PER_FLUSH; i++) {
            ByteBuffer block = given(blocks).fresh();
            file.write(block, own.anywhere());
        }
        file.force(false);
    }
}
