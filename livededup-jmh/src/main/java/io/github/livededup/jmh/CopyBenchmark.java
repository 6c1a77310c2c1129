package io.github.livededup.jmh;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
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
 * The time to take a snapshot, to make a clone, to change a block of a new clone, and to delete one. What an iteration
 * made is deleted after it.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar CopyBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class CopyBenchmark extends EngineBenchmark {
    private static final String SOURCE = "source";

    /** The image's size in blocks of 4 KiB. */
    @Param({"1", "262144"})
    private int blocks = 1;

    private @Nullable ScratchVolume scratch;
    private @Nullable FreshBlocks data;
    private int made;

    /**
     * Makes a volume with an image.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        FreshBlocks source = new FreshBlocks();
        ScratchVolume volume = new ScratchVolume();
        volume.filled(SOURCE, blocks, source, false).close();
        data = source;
        scratch = volume;
    }

    /**
     * Deletes the copies.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void deleteCopies() throws IOException {
        for (ImageInfo info : scratch().images().list()) {
            if (!info.name().equals(SOURCE)) {
                scratch().images().delete(info.name());
            }
        }
        scratch().volume().commit();
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
     * Takes a snapshot.
     *
     * @return the snapshot
     * @throws IOException if that fails
     */
    @Benchmark
    public ImageInfo snapshot() throws IOException {
        return scratch().images().snapshot(SOURCE, "snapshot" + made++);
    }

    /**
     * Makes a clone.
     *
     * @return the clone
     * @throws IOException if that fails
     */
    @Benchmark
    public ImageInfo makeClone() throws IOException {
        return scratch().images().clone(SOURCE, "clone" + made++);
    }

    /**
     * Makes a clone and deletes it.
     *
     * @return the bytes freed, none
     * @throws IOException if that fails
     */
    @Benchmark
    public long cloneAndDelete() throws IOException {
        String name = "clone" + made++;
        scratch().images().clone(SOURCE, name);
        return scratch().images().delete(name);
    }

    /**
     * Makes a clone, writes its first block anew, and deletes it.
     *
     * @return the bytes freed, those of that block
     * @throws IOException if that fails
     */
    @Benchmark
    public long cloneChangeAndDelete() throws IOException {
        String name = "clone" + made++;
        scratch().images().clone(SOURCE, name);
        FreshBlocks source = data;
        if (source == null) {
            throw new IllegalStateException("setUp has not run");
        }
        try (Image image = scratch().images().open(name)) {
            image.write(source.fresh(), 0);
        }
        return scratch().images().delete(name);
    }

    private ScratchVolume scratch() {
        ScratchVolume made = scratch;
        if (made == null) {
            throw new IllegalStateException("setUp has not run");
        }
        return made;
    }
}
