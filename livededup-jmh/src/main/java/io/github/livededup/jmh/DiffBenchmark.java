package io.github.livededup.jmh;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time to compare an image with its clone, of whose blocks some were written anew.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar DiffBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class DiffBenchmark extends EngineBenchmark {
    /** The images' size in blocks of 4 KiB. */
    @Param({"16384", "262144"})
    private int blocks = 1;

    /** How many blocks differ at most, at random places. */
    @Param({"0", "100", "10000"})
    private int changed;

    private @Nullable ScratchVolume scratch;

    /**
     * Makes an image and a clone of it, and changes that.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        FreshBlocks source = new FreshBlocks();
        ScratchVolume volume = new ScratchVolume();
        scratch = volume;
        volume.filled("base", blocks, source, false).close();
        volume.images().clone("base", "image");
        Random random = new Random(1);
        try (Image image = volume.images().open("image")) {
            for (int i = 0; i < changed; i++) {
                image.write(source.fresh(), (long) random.nextInt(blocks) * JdkBlocks.BLOCK_BYTES);
            }
            image.flush();
        }
        System.out.printf("# %d ranges differ%n", diff().size());
    }

    /**
     * Removes the volume.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        scratch().close();
    }

    /**
     * Compares the two.
     *
     * @return the ranges that differ
     * @throws IOException if that fails
     */
    @Benchmark
    public List<Extent> diff() throws IOException {
        return scratch().images().diff("base", "image", 0, Long.MAX_VALUE);
    }

    private ScratchVolume scratch() {
        ScratchVolume made = scratch;
        if (made == null) {
            throw new IllegalStateException("setUp has not run");
        }
        return made;
    }
}
