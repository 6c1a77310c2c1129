package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexStatistics;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lookups in batches beside lookups one by one. */
class LookupBatchTest {
    private static final int BYTES = TestTables.FINGERPRINT_BYTES;
    private static final int GROUPS = 12;
    private static final int SLOTS = 400;
    private static final int CAPACITY = 64;
    /** From here on seeds are of nothing that is stored. */
    private static final long STRANGERS = 1_000_000;

    private final TestTables tables = new TestTables();
    private final LookupBatch batch = new LookupBatch(CAPACITY);

    private FingerprintIndex open(MemoryDirectory directory, long budgetBytes) throws IOException {
        IndexSettings settings = new IndexSettings(IndexBackend.BUILT_IN, false, new UUID(1, 2), 1, budgetBytes);
        FingerprintIndex index = FingerprintIndex.open(directory, settings, tables);
        index.awaitReady();
        return index;
    }

    /** A directory with the filter's snapshot: whoever opens a copy of it has the same candidates in the same order. */
    private MemoryDirectory snapshot() throws IOException {
        MemoryDirectory directory = new MemoryDirectory();
        open(directory, 1 << 20).close(1);
        return directory;
    }

    /** Sealed groups, every second of which has some blocks of the one before, and blocks that are gone. */
    private void fill(SplittableRandom random) {
        for (int group = 1; group <= GROUPS; group++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                boolean isTwin = group % 2 == 0 && slot % 50 < 5;
                tables.append(group, TestTables.fingerprint(seed(isTwin ? group - 1 : group, slot)));
            }
            tables.seal(group);
        }
        for (int i = 0; i < 100; i++) {
            tables.makeUnusable(BlockAddress.of(1 + random.nextInt(GROUPS), random.nextInt(SLOTS)));
        }
    }

    private static long seed(int group, int slot) {
        return group * 1000L + slot;
    }

    /** Runs, in which some blocks are new or from elsewhere or the same as before; two runs in turn; many that are new. */
    private static List<Long> stream(SplittableRandom random) {
        List<Long> seeds = new ArrayList<>();
        while (seeds.size() < 20_000) {
            int group = 1 + random.nextInt(GROUPS);
            int other = 1 + random.nextInt(GROUPS);
            int slot = random.nextInt(SLOTS);
            int length = 1 + random.nextInt(300);
            int kind = random.nextInt(4);
            for (int i = 0; i < length && slot + i < SLOTS; i++) {
                long run = seed(group, slot + i);
                boolean isOdd = random.nextInt(8) == 0;
                seeds.add(
                        switch (kind) {
                            case 0 -> run;
                            case 1 -> isOdd ? STRANGERS + random.nextInt(1 << 20) : run;
                            case 2 -> isOdd ? seeds.isEmpty() ? run : seeds.get(seeds.size() - 1) : run;
                            default -> i % 2 == 0 ? run : seed(other, slot + i);
                        });
            }
            int strangers = random.nextInt(6) == 0 ? random.nextInt(200) : 0;
            for (int i = 0; i < strangers; i++) {
                seeds.add(STRANGERS + random.nextInt(1 << 20));
            }
        }
        return seeds;
    }

    /**
     * Without what depends on when the files of tags are written, which is in the background: which partitions are in memory, and where
     * those that come in come from.
     */
    private static List<Long> outcomes(IndexStatistics statistics) {
        return List.of(
                statistics.neighbourHits(),
                statistics.residentHits() + statistics.prefetchedHits(),
                statistics.misses(),
                statistics.falseCandidates());
    }

    /** With room for all partitions, and for two of them. */
    @ParameterizedTest
    @ValueSource(longs = {1 << 20, 20 << 10})
    void findsWhatLookingUpOneByOneFinds(long budgetBytes) throws IOException {
        SplittableRandom random = new SplittableRandom(budgetBytes);
        fill(random);
        MemoryDirectory snapshot = snapshot();
        tables.damaged.add(5); // its partition will be empty
        List<Long> seeds = stream(random);
        byte[] fingerprints = new byte[CAPACITY * BYTES];
        LookupCursor cursor = new LookupCursor();
        LookupCursor singleCursor = new LookupCursor();
        try (FingerprintIndex index = open(snapshot.copy(), budgetBytes);
                FingerprintIndex single = open(snapshot.copy(), budgetBytes)) {
            for (int from = 0; from < seeds.size(); ) {
                int count = Math.min(random.nextInt(CAPACITY + 1), seeds.size() - from);
                batch.clear();
                for (int i = 0; i < count; i++) {
                    int at = (count - 1 - i) * BYTES; // anywhere in the array
                    System.arraycopy(TestTables.fingerprint(seeds.get(from + i)), 0, fingerprints, at, BYTES);
                    batch.add(at);
                }
                index.findAll(fingerprints, batch, cursor);
                for (int i = 0; i < count; i++) {
                    long expected = single.find(TestTables.fingerprint(seeds.get(from + i)), 0, singleCursor);
                    assertThat(batch.address(i)).as("block %s", from + i).isEqualTo(expected);
                }
                assertThat(cursor.lastHit()).isEqualTo(singleCursor.lastHit());
                from += count;
            }
            IndexStatistics statistics = index.statistics();
            assertThat(outcomes(statistics)).isEqualTo(outcomes(single.statistics()));
            assertThat(statistics.neighbourHits()).isGreaterThan(1000);
            assertThat(statistics.residentHits()).isGreaterThan(1000);
            assertThat(statistics.misses()).isGreaterThan(1000);
        }
    }

    @Test
    void goesFartherTheLongerNothingIsFoundElsewhere() throws IOException {
        tables.sealedGroup(1, 0, 300);
        byte[] fingerprints = new byte[300 * BYTES];
        LookupBatch all = new LookupBatch(300);
        for (int i = 0; i < 300; i++) { // a run in which each fifth is new
            long seed = i % 5 == 4 ? STRANGERS + i : i - i / 5;
            System.arraycopy(TestTables.fingerprint(seed), 0, fingerprints, i * BYTES, BYTES);
            all.add(i * BYTES);
        }
        LookupCursor cursor = new LookupCursor();
        List<Integer> ends = new ArrayList<>();
        try (FingerprintIndex index = open(new MemoryDirectory(), 1 << 20)) {
            index.findAll(fingerprints, all, cursor); // ends with nothing found elsewhere but the first
            assertThat(cursor.sinceJump()).isEqualTo(299);
        }
        cursor.jumped(BlockAddress.of(1, 0));
        for (int from = 1; from < 300; ) {
            int end = all.follow(fingerprints, from, tables, cursor);
            ends.add(end);
            all.proceed(from, end, cursor);
            from = end;
        }
        assertThat(ends).containsExactly(8, 18, 38, 78, 158, 300);
        all.clear();
        for (int i = 0; i < 300; i++) {
            all.add(4 * BYTES); // nothing but new blocks: more and more together
        }
        ends.clear();
        for (int from = 0; from < 300; ) {
            int end = all.follow(fingerprints, from, tables, cursor);
            ends.add(end - from);
            all.proceed(from, end, cursor);
            from = end;
        }
        assertThat(ends).startsWith(3, 6, 12, 24);
        assertThat(cursor.missesInARow()).isPositive();
        cursor.jumped(BlockAddress.of(1, 5));
        assertThat(cursor.missesInARow()).isZero();
        assertThat(all.follow(fingerprints, 0, tables, cursor)).isEqualTo(1);
    }

    @Test
    void nothingIsAllocatedPerBatch() throws IOException {
        tables.sealedGroup(1, 0, 1000);
        byte[] fingerprints = new byte[CAPACITY * BYTES];
        for (int i = 0; i < CAPACITY; i++) {
            long seed = i % 4 == 3 ? STRANGERS + i : i;
            System.arraycopy(TestTables.fingerprint(seed), 0, fingerprints, i * BYTES, BYTES);
            batch.add(i * BYTES);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        LookupCursor cursor = new LookupCursor();
        try (FingerprintIndex index = open(new MemoryDirectory(), 1 << 20)) {
            long allocated = 0;
            for (int round = 0; round < 3; round++) { // the first ones are warm-up
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1000; i++) {
                    index.findAll(fingerprints, batch, cursor);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated / 1000).isZero();
        }
    }
}
