package io.github.livededup.jmh;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.index.IndexSettings;
import io.github.livededup.engine.index.LookupBatch;
import io.github.livededup.engine.index.LookupCursor;
import io.github.livededup.engine.io.disk.DiskDirectory;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The index of volumes up to a terabyte and beyond, without their data: fingerprints are generated, and looked up as the
 * re-import of images looks them up. Prints a Markdown table, a row a size; {@code docs/SCALING.md} has one.
 *
 * <p>Traffic: an image is 16 GiB of blocks that lie together in the volume, anywhere; it is read in runs of 512 blocks on
 * average, in any order; every tenth block is new. So neighbours serve most lookups, and the rest go to the partitions of the
 * image's 64 groups, which are brought in one by one. Images are drawn until there were enough lookups. Their time is the processor's.
 *
 * <p>Blocks are looked up by 64, as the engine does with blocks of 4 KiB, and each address is checked. That the fingerprints are
 * made up is in their time: 9 ns each. New blocks are looked up without any others, too: by 64, and one by one.
 *
 * <p>Run: {@code java -Xmx2g -cp livededup-jmh/target/benchmarks.jar io.github.livededup.jmh.ScaleSimulation [SIZES]}; a size is a
 * number of fingerprints, and 2^28 of them are a terabyte of blocks of 4 KiB.
 */
public final class ScaleSimulation {
    private static final int SLOTS_PER_GROUP = 65_536;
    private static final long IMAGE_BLOCKS = 1L << 22;
    private static final int MEAN_RUN = 512;
    /** As the engine looks up blocks of 4 KiB. */
    private static final int TOGETHER = Workspace.BATCH_BLOCKS;

    private static final int LOOKUPS = 8_000_000;
    private static final int SINGLE_LOOKUPS = 1_000_000;
    /** What a volume with a memory budget of 256 MiB gives to partitions, about. */
    private static final long PARTITION_BUDGET_BYTES = 64L << 20;

    private static final long[] DEFAULT_SIZES = {1_000_000, 1L << 22, 10_000_000, 100_000_000, 1L << 28};

    private final GeneratedTables tables;
    private final SplittableRandom random = new SplittableRandom(7);
    private final byte[] fingerprints = new byte[TOGETHER * GeneratedTables.FINGERPRINT_BYTES];
    private final long[] expected = new long[TOGETHER];
    private final LookupBatch batch = new LookupBatch(TOGETHER);
    private final LookupCursor cursor = new LookupCursor();
    private long strangers;

    private ScaleSimulation(long count) {
        tables = new GeneratedTables(count, SLOTS_PER_GROUP);
        strangers = count;
    }

    /**
     * Runs it.
     *
     * @param arguments sizes in fingerprints; none for those of the document
     * @throws IOException if the temporary directory cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        System.out.println(
                "| fingerprints | volume of 4 KiB blocks | filter, bytes each | partitions in memory, MiB | rebuilt in, s |"
                        + " closed in, s | opened in, s | re-import, ns a lookup | by neighbour | cold partitions, a million lookups |"
                        + " new block, ns | new block alone, ns |");
        System.out.println("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        if (arguments.length == 0) {
            for (long size : DEFAULT_SIZES) {
                new ScaleSimulation(size).run();
            }
        }
        for (String argument : arguments) {
            new ScaleSimulation(Long.parseLong(argument)).run();
        }
    }

    private void run() throws IOException {
        try (ScratchDirectory scratch = new ScratchDirectory()) {
            DiskDirectory disk = scratch.disk();
            long start = System.nanoTime();
            double rebuilt;
            double closed;
            try (FingerprintIndex index = open(disk, 0)) {
                index.awaitReady();
                rebuilt = seconds(start);
                start = System.nanoTime();
                index.close(1);
                closed = seconds(start);
            }
            start = System.nanoTime();
            try (FingerprintIndex index = open(disk, 1)) {
                index.awaitReady();
                measure(index, rebuilt, closed, seconds(start));
            }
        }
    }

    private FingerprintIndex open(DiskDirectory disk, long generation) throws IOException {
        IndexSettings settings =
                new IndexSettings(IndexBackend.BUILT_IN, false, new UUID(1, 1), generation, PARTITION_BUDGET_BYTES);
        return FingerprintIndex.open(disk, settings, tables);
    }

    private void measure(FingerprintIndex index, double rebuilt, double closed, double opened) throws IOException {
        reimport(index, LOOKUPS / 4); // warms up
        IndexStatistics before = index.statistics();
        long start = processorNanos();
        int lookups = reimport(index, LOOKUPS);
        double perLookup = (double) (processorNanos() - start) / lookups;
        IndexStatistics after = index.statistics();
        long neighbours = after.neighbourHits() - before.neighbourHits();
        long hits = neighbours
                + after.residentHits()
                - before.residentHits()
                + after.prefetchedHits()
                - before.prefetchedHits();
        long cold = after.partitionsRebuilt()
                + after.partitionsOpened()
                - before.partitionsRebuilt()
                - before.partitionsOpened();
        start = processorNanos();
        for (int i = 0; i < SINGLE_LOOKUPS; i++) {
            lookUp(index, strangers++, BlockAddress.HOLE);
        }
        flush(index);
        double perMiss = (double) (processorNanos() - start) / SINGLE_LOOKUPS;
        start = processorNanos();
        for (int i = 0; i < SINGLE_LOOKUPS; i++) {
            lookUp(index, strangers++, BlockAddress.HOLE);
            flush(index);
        }
        double perSingleMiss = (double) (processorNanos() - start) / SINGLE_LOOKUPS;
        System.out.printf(
                "| %,d | %,.1f GiB | %.2f | %.0f | %.1f | %.1f | %.2f | %.0f | %.2f %% | %.1f | %.0f | %.0f |%n",
                tables.count(),
                tables.count() * 4096.0 / (1 << 30),
                (double) index.filterBytes() / tables.count(),
                index.partitionBytes() / 1048576.0,
                rebuilt,
                closed,
                opened,
                perLookup,
                100.0 * neighbours / hits,
                cold * 1e6 / lookups,
                perMiss,
                perSingleMiss);
    }

    /** Images until there were so many lookups; returns how many it was. */
    private int reimport(FingerprintIndex index, int enough) throws IOException {
        int lookups = 0;
        while (lookups < enough) {
            long blocks = Math.min(IMAGE_BLOCKS, tables.count());
            long image = random.nextLong(tables.count() - blocks + 1);
            for (long done = 0; done < blocks && lookups < enough; ) {
                int run = 1 + (int) (-Math.log(1 - random.nextDouble()) * MEAN_RUN);
                long first = image + random.nextLong(blocks);
                long end = Math.min(first + run, image + blocks);
                for (long n = first; n < end; n++) {
                    lookUp(index, n, tables.address(n));
                    if (n % 9 == 0) {
                        lookUp(index, strangers++, BlockAddress.HOLE);
                        lookups++;
                    }
                }
                lookups += (int) (end - first);
                done += end - first;
            }
        }
        flush(index);
        return lookups;
    }

    /** Adds a block to the batch, which is looked up when it is full. */
    private void lookUp(FingerprintIndex index, long n, long address) throws IOException {
        int at = batch.count() * GeneratedTables.FINGERPRINT_BYTES;
        GeneratedTables.fingerprint(n, fingerprints, at);
        expected[batch.count()] = address;
        batch.add(at);
        if (batch.count() == TOGETHER) {
            flush(index);
        }
    }

    private void flush(FingerprintIndex index) throws IOException {
        index.findAll(fingerprints, batch, cursor);
        for (int i = 0; i < batch.count(); i++) {
            if (batch.address(i) != expected[i]) {
                throw new IllegalStateException("address: actual=" + batch.address(i) + " expected=" + expected[i]);
            }
        }
        batch.clear();
    }

    /** What this thread took of a processor: on a machine that does nothing else, the time that went by. */
    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
