package io.github.livededup.jmh;

import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time to give back: an image of 256 MiB of blocks that no other has is deleted, or every second run of 32 KiB of it
 * discarded, one by one or all at once, or the volume compacted after that. Each time in a new volume.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar GiveBackBenchmark}
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class GiveBackBenchmark extends EngineBenchmark {
    private static final int BLOCKS = 65_536;
    private static final int RUN_BYTES = 8 * JdkBlocks.BLOCK_BYTES;
    private static final String NAME = "image";

    /** A volume with a full image. */
    @State(Scope.Benchmark)
    public static class Full {
        final List<Extent> everySecondRun = new ArrayList<>();
        private @Nullable FreshBlocks source;
        private @Nullable ScratchVolume scratch;
        private @Nullable Image image;

        /** Makes the state, which JMH sets up. */
        public Full() {}

        /**
         * Reads the data.
         *
         * @throws IOException if that fails
         */
        @Setup
        public void readData() throws IOException {
            source = new FreshBlocks();
            for (long at = 0; at < (long) BLOCKS * JdkBlocks.BLOCK_BYTES; at += 2 * RUN_BYTES) {
                everySecondRun.add(new Extent(at, RUN_BYTES, false));
            }
        }

        /**
         * Makes the volume.
         *
         * @throws IOException if that fails
         */
        @Setup(Level.Invocation)
        public void setUp() throws IOException {
            ScratchVolume volume = new ScratchVolume();
            scratch = volume;
            image = volume.filled(NAME, BLOCKS, given(source), true);
        }

        /**
         * Removes the volume.
         *
         * @throws IOException if that fails
         */
        @TearDown(Level.Invocation)
        public void tearDown() throws IOException {
            image().close();
            scratch().close();
        }

        ScratchVolume scratch() {
            return given(scratch);
        }

        Image image() {
            return given(image);
        }

        private static <T> T given(@Nullable T value) {
            if (value == null) {
                throw new IllegalStateException("setUp has not run");
            }
            return value;
        }
    }

    /** A volume that is half dead. */
    @State(Scope.Benchmark)
    public static class HalfDead extends Full {
        /** Makes the state, which JMH sets up. */
        public HalfDead() {}

        /**
         * Discards every second run.
         *
         * @throws IOException if that fails
         */
        @Setup(Level.Invocation)
        public void discardHalf() throws IOException {
            for (Extent run : everySecondRun) {
                image().discard(run.positionBytes(), run.lengthBytes());
            }
            scratch().volume().commit();
        }
    }

    /**
     * Deletes the image.
     *
     * @param full the volume
     * @return the bytes freed
     * @throws IOException if that fails
     */
    @Benchmark
    public long delete(Full full) throws IOException {
        long freed = full.scratch().images().delete(NAME);
        full.scratch().volume().commit();
        return freed;
    }

    /**
     * Tells what deleting the image would free.
     *
     * @param full the volume
     * @return the bytes
     * @throws IOException if that fails
     */
    @Benchmark
    public long exclusiveBytes(Full full) throws IOException {
        return full.scratch().images().exclusiveBytes(NAME);
    }

    /**
     * Discards every second run by itself: 4096 calls.
     *
     * @param full the volume
     * @throws IOException if that fails
     */
    @Benchmark
    public void discard(Full full) throws IOException {
        for (Extent run : full.everySecondRun) {
            full.image().discard(run.positionBytes(), run.lengthBytes());
        }
        full.image().flush();
    }

    /**
     * Discards every second run by one call.
     *
     * @param full the volume
     * @throws IOException if that fails
     */
    @Benchmark
    public void discardAll(Full full) throws IOException {
        full.image().discardAll(full.everySecondRun);
        full.image().flush();
    }

    /**
     * Compacts the volume after every second run was discarded.
     *
     * @param half the volume
     * @return what was done
     * @throws IOException if that fails
     */
    @Benchmark
    public CompactionResult compact(HalfDead half) throws IOException {
        CompactionResult result = half.scratch().volume().compact(CompactionOptions.defaults());
        double seconds = result.elapsed().toNanos() / 1e9;
        System.out.printf(
                "# %.1f MB given back and %.1f MB copied in %.3f s: %.0f and %.0f MB/s%n",
                result.reclaimedBytes() / 1e6,
                result.copiedBytes() / 1e6,
                seconds,
                result.reclaimedBytes() / 1e6 / seconds,
                result.copiedBytes() / 1e6 / seconds);
        return result;
    }
}
