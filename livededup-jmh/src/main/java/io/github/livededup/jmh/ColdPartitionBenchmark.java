package io.github.livededup.jmh;

import io.github.livededup.IndexBackend;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.index.IndexSettings;
import io.github.livededup.engine.index.LookupCursor;
import java.io.IOException;
import java.util.UUID;
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
 * A lookup that brings a cold partition in: of a group of 65,536 fingerprints, from its file of tags or from its table, whose fingerprints are
 * generated. There is room for one partition, and two groups take turns.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar ColdPartitionBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ColdPartitionBenchmark extends EngineBenchmark {
    private static final int SLOTS_PER_GROUP = 65_536;
    private static final int GROUPS = 2;
    private static final int STEP = 7_919;

    /** Where it is brought in from. */
    @Param({"TAGS", "TABLE"})
    private String from = "TAGS";

    private final GeneratedTables tables = new GeneratedTables((long) GROUPS * SLOTS_PER_GROUP, SLOTS_PER_GROUP);
    private final LookupCursor cursor = new LookupCursor();
    private final byte[] fingerprint = new byte[GeneratedTables.FINGERPRINT_BYTES];
    private @Nullable FingerprintIndex index;
    private @Nullable ScratchDirectory directory;
    private int next;

    /**
     * Opens an index; one that may not write never has tags.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        directory = new ScratchDirectory();
        IndexSettings settings = new IndexSettings(IndexBackend.BUILT_IN, from.equals("TABLE"), new UUID(1, 1), 0, 1);
        index = FingerprintIndex.open(directory.disk(), settings, tables);
        index.awaitReady();
    }

    /**
     * Closes and removes it.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        if (index != null && directory != null) {
            boolean fromTags = from.equals("TAGS");
            if (fromTags != (index.statistics().partitionsOpened() > 0)
                    || fromTags == (index.statistics().partitionsRebuilt() > 0)) {
                throw new IllegalStateException(from + ": " + index.statistics());
            }
            index.close();
            directory.close();
        }
    }

    /**
     * A lookup in the group whose turn it is.
     *
     * @return the block's address
     * @throws IOException if that fails
     */
    @Benchmark
    public long findInColdGroup() throws IOException {
        next = (next + STEP) % SLOTS_PER_GROUP;
        int n = next + (next & 1) * SLOTS_PER_GROUP;
        GeneratedTables.fingerprint(n, fingerprint, 0);
        cursor.lastHit(BlockAddress.HOLE);
        return given(index).find(fingerprint, 0, cursor);
    }
}
