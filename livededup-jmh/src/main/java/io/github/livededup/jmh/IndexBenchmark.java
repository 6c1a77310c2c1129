package io.github.livededup.jmh;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.IndexBackend;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.fingerprint.Fingerprinters;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.index.IndexSettings;
import io.github.livededup.engine.index.LookupCursor;
import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
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
 * Lookups of fingerprints among a million: those of the JDK's own blocks, then random ones. A miss ends in the filter; a
 * hit goes on to a partition in memory; a neighbour is found without either.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar IndexBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class IndexBenchmark extends EngineBenchmark {
    private static final int REAL_BLOCKS = 16_384;
    private static final int FINGERPRINTS = 1_000_000;
    private static final int SLOTS_PER_GROUP = 40_000;
    private static final int STEP = 7_919;

    @Param({"BUILT_IN", "CHRONICLE_MAP"})
    private IndexBackend backend = IndexBackend.BUILT_IN;

    private final byte[] strangers = new byte[FINGERPRINTS];
    private final LookupCursor cursor = new LookupCursor();
    private HeapTables tables = new HeapTables(new byte[0], SLOTS_PER_GROUP);
    private @Nullable FingerprintIndex index;
    private @Nullable ScratchDirectory directory;
    private int next;

    /**
     * Opens an index and has all its partitions made.
     *
     * @throws Exception if that fails
     */
    @Setup
    public void setUp() throws Exception {
        new Random(2).nextBytes(strangers);
        tables = new HeapTables(fingerprints(), SLOTS_PER_GROUP);
        ScratchDirectory scratch = new ScratchDirectory();
        DiskDirectory disk = scratch.disk();
        IndexSettings settings = new IndexSettings(backend, false, new UUID(1, 1), 0, 1L << 30);
        FingerprintIndex opened = FingerprintIndex.open(disk, settings, tables);
        directory = scratch;
        index = opened;
        int groups = tables.groups().length;
        for (int group = 0; group < groups; group++) {
            hit(opened, group * SLOTS_PER_GROUP);
        }
        while (backend == IndexBackend.CHRONICLE_MAP && disk.list("index").size() < groups) {
            Thread.sleep(50);
        }
        System.out.printf(
                "# filter %.2f B, partitions in memory %.1f B, on disk with filter %.1f B an entry%n",
                (double) opened.filterBytes() / FINGERPRINTS,
                (double) opened.partitionBytes() / FINGERPRINTS,
                (double) opened.bytesOnDisk() / FINGERPRINTS);
    }

    /**
     * Closes and removes it.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        if (index != null && directory != null) {
            index.close();
            directory.close();
        }
    }

    /**
     * A fingerprint that is not there.
     *
     * @return a hole
     * @throws IOException never
     */
    @Benchmark
    public long miss() throws IOException {
        next = (next + STEP) % (FINGERPRINTS - HeapTables.FINGERPRINT_BYTES);
        cursor.lastHit(BlockAddress.HOLE);
        return given(index).find(strangers, next, cursor);
    }

    /**
     * The next fingerprint in the order they were stored, not tried as a neighbour.
     *
     * @return its address
     * @throws IOException never
     */
    @Benchmark
    public long hitInOrder() throws IOException {
        next = (next + 1) % FINGERPRINTS;
        return hit(given(index), next);
    }

    /**
     * Any fingerprint that is there.
     *
     * @return its address
     * @throws IOException never
     */
    @Benchmark
    public long hitAtRandom() throws IOException {
        next = (int) (((long) next * 1_664_525 + 1_013_904_223) & Integer.MAX_VALUE);
        return hit(given(index), next % FINGERPRINTS);
    }

    /**
     * The slot after the last hit.
     *
     * @return its address
     * @throws IOException never
     */
    @Benchmark
    public long neighbour() throws IOException {
        next = (next + 1) % FINGERPRINTS;
        cursor.lastHit(next % SLOTS_PER_GROUP == 0 ? BlockAddress.HOLE : tables.address(next) - 1);
        return given(index).find(tables.fingerprints(), next * HeapTables.FINGERPRINT_BYTES, cursor);
    }

    private long hit(FingerprintIndex opened, int n) throws IOException {
        cursor.lastHit(BlockAddress.HOLE);
        return opened.find(tables.fingerprints(), n * HeapTables.FINGERPRINT_BYTES, cursor);
    }

    private static byte[] fingerprints() throws IOException {
        byte[] fingerprints = new byte[FINGERPRINTS * HeapTables.FINGERPRINT_BYTES];
        new Random(1).nextBytes(fingerprints);
        ByteBuffer blocks = ByteBuffer.wrap(JdkBlocks.read(REAL_BLOCKS));
        Fingerprinter fingerprinter =
                Fingerprinters.of(FingerprintAlgorithm.SHA_256).newFingerprinter();
        for (int i = 0; i < REAL_BLOCKS; i++) {
            fingerprinter.digest(
                    blocks,
                    i * JdkBlocks.BLOCK_BYTES,
                    JdkBlocks.BLOCK_BYTES,
                    fingerprints,
                    i * HeapTables.FINGERPRINT_BYTES);
        }
        return fingerprints;
    }
}
