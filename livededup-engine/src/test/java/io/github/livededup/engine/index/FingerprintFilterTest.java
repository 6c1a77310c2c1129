package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.util.RandomCases;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.StampedLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FingerprintFilterTest {
    /** Small ranges of hashes and groups, so that runs, clusters, equal remainders and equal entries are common. */
    @Test
    void tableIsAMultimap() {
        RandomCases.forEach(200, FingerprintFilterTest::compareWithMultimap);
    }

    private static void compareWithMultimap(SplittableRandom random) {
        int homes = RandomCases.between(random, 1, 60);
        QuotientShape shape = new QuotientShape(homes, 4 + RandomCases.between(random, 0, 8), 3, 8);
        QuotientTable table = new QuotientTable(shape);
        Map<Long, List<Integer>> model = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            long hash = random.nextInt(1 << shape.hashBits());
            int group = 1 + random.nextInt(7);
            List<Integer> groups = model.computeIfAbsent(hash, h -> new ArrayList<>());
            if (random.nextInt(100) < 55) {
                if (!table.isAtItsEnd()) {
                    table.insert(hash, group);
                    groups.add(0, group);
                }
            } else {
                if (!groups.isEmpty() && random.nextBoolean()) {
                    group = groups.get(random.nextInt(groups.size()));
                }
                assertThat(table.remove(hash, group)).isEqualTo(groups.remove((Integer) group));
            }
            assertThat(groupsOf(table, hash))
                    .isEqualTo(groups.stream().distinct().toList());
        }
        assertSame(table, model);
        QuotientTable copy = new QuotientTable(new QuotientShape(homes + 40, shape.hashBits(), 3, 8));
        boolean[] complete = {true};
        table.forEach((hash, group) -> complete[0] &= copy.append(hash, group));
        if (complete[0]) {
            assertSame(copy, model);
        }
        table.free();
        copy.free();
    }

    private static void assertSame(QuotientTable table, Map<Long, List<Integer>> model) {
        Map<Long, List<Integer>> content = new HashMap<>();
        long[] last = {0};
        table.forEach((hash, group) -> {
            assertThat(hash).isGreaterThanOrEqualTo(last[0]);
            last[0] = hash;
            content.computeIfAbsent(hash, h -> new ArrayList<>()).add(group);
        });
        model.values().removeIf(List::isEmpty);
        assertThat(content).isEqualTo(model);
        assertThat(table.entries())
                .isEqualTo(model.values().stream().mapToInt(List::size).sum());
        for (long hash = 0; hash < 1L << table.shape().hashBits(); hash++) {
            assertThat(groupsOf(table, hash))
                    .isEqualTo(model.getOrDefault(hash, List.of()).stream()
                            .distinct()
                            .toList());
        }
    }

    private static List<Integer> groupsOf(QuotientTable table, long hash) {
        int[] out = new int[8];
        int count = table.groups(hash, out);
        List<Integer> groups = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            groups.add(out[i]);
        }
        return groups;
    }

    @Test
    void homeAndRemainderGiveTheHashBackInEveryShape() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 100_000; i++) {
            int homes = 64 + random.nextInt(1 << random.nextInt(1, 26));
            QuotientShape shape = QuotientShape.of(homes, 1 + random.nextInt(24), 1 + random.nextInt(36));
            assertThat(shape.isValid()).isTrue();
            long hash = random.nextLong() >>> Long.SIZE - shape.hashBits();
            int home = shape.home(hash);
            long remainder = hash - shape.firstHash(home);
            assertThat(home).isBetween(0, homes - 1);
            int remainderBits = shape.entryBits() - shape.groupBits();
            assertThat(remainder).isBetween(0L, (1L << remainderBits) - 1);
        }
    }

    @Test
    void neverForgetsWhileItGrowsAndGroupsWidenAndShrinksAgain() {
        int entries = 200_000;
        try (FingerprintFilter filter = new FingerprintFilter()) {
            SplittableRandom hashes = new SplittableRandom(3);
            for (int i = 0; i < entries; i++) {
                assertThat(filter.add(hashes.nextLong(), group(i))).isTrue();
                if (i % 20_000 == 0) {
                    assertAllThere(filter, i + 1);
                }
            }
            assertAllThere(filter, entries);
            assertThat(filter.size()).isEqualTo(entries);
            long full = filter.memoryBytes();

            hashes = new SplittableRandom(3);
            for (int i = 0; i < entries; i++) {
                assertThat(filter.remove(hashes.nextLong(), group(i))).isTrue();
            }
            assertThat(filter.size()).isZero();
            assertThat(filter.memoryBytes()).isLessThan(full / 10);
            filter.forEach((hash, group) -> assertThat(group).as("left over").isNull());
        }
    }

    private static int group(int entry) {
        return 1 + (entry % 7 == 0 ? entry * 83 : entry / 1000); // up to the highest group number
    }

    private static void assertAllThere(FingerprintFilter filter, int entries) {
        SplittableRandom hashes = new SplittableRandom(3);
        int[] out = new int[16];
        int missing = 0;
        for (int i = 0; i < entries; i++) {
            int found = filter.candidates(hashes.nextLong(), out);
            boolean there = false;
            for (int j = 0; j < found; j++) {
                there |= out[j] == group(i);
            }
            missing += there ? 0 : 1;
        }
        assertThat(missing).isZero();
    }

    @Test
    void tellsWhenThereAreMoreGroupsThanRoom() {
        try (FingerprintFilter filter = new FingerprintFilter()) {
            for (int group = 1; group <= 20; group++) {
                filter.add(42, group);
                filter.add(42, group);
            }
            int[] out = new int[5];
            assertThat(filter.candidates(42, out)).isGreaterThan(5);
            assertThat(out).containsExactly(20, 19, 18, 17, 16);
            int[] all = new int[20];
            assertThat(filter.candidates(42, all)).isEqualTo(20);
            assertThat(filter.candidates(43L << 50, all)).isZero();
        }
    }

    @Test
    void aThousandTimesTheSameFingerprintIsHeldToo() {
        try (FingerprintFilter filter = new FingerprintFilter()) {
            for (int i = 0; i < 1000; i++) {
                filter.add(-1L, 9);
            }
            assertThat(filter.candidates(-1L, new int[4])).isEqualTo(1);
            for (int i = 0; i < 1000; i++) {
                assertThat(filter.remove(-1L, 9)).isTrue();
            }
            assertThat(filter.remove(-1L, 9)).isFalse();
            assertThat(filter.candidates(-1L, new int[4])).isZero();
        }
    }

    @Test
    void takesAtMostFourBytesAnEntryAndAQuarterOfAMebibyte() {
        try (FingerprintFilter filter = new FingerprintFilter()) {
            SplittableRandom hashes = new SplittableRandom(5);
            for (int i = 1; i <= 400_000; i++) {
                filter.add(hashes.nextLong(), 1 + i / 40_000);
                if (i % 97 == 0) {
                    assertThat(filter.memoryBytes()).as("%d entries", i).isLessThanOrEqualTo(4L * i + (256 << 10));
                }
            }
        }
    }

    @Test
    void takesAtMostFourBytesAnEntryFromAMillionOn() {
        measure(1_300_000, 1_000_000);
    }

    @Test
    @Tag("slow")
    void takesAtMostFourBytesAnEntryUpToTenMillion() {
        measure(10_000_000, 1_000_000);
    }

    @Test
    void removingAndAddingAgainRebuildsNothing() {
        FilterSegment segment = new FilterSegment(0, 1, new StampedLock());
        SplittableRandom hashes = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            long hash = hashes.nextLong();
            segment.add(hash, 1);
            long memory = segment.memoryBytes();
            assertThat(segment.remove(hash, 1)).isTrue();
            assertThat(segment.memoryBytes()).as("%d entries", i).isEqualTo(memory);
            segment.add(hash, 1);
            assertThat(segment.memoryBytes()).as("%d entries", i).isEqualTo(memory);
        }
        segment.withTable(QuotientTable::free);
    }

    /** Groups of 40,000 entries, as 128 MiB groups of 4 KiB blocks compressed to three quarters have. */
    private static void measure(int entries, int from) {
        try (FingerprintFilter filter = new FingerprintFilter()) {
            SplittableRandom hashes = new SplittableRandom(5);
            double worst = 0;
            long start = System.nanoTime();
            for (int i = 1; i <= entries; i++) {
                filter.add(hashes.nextLong(), 1 + i / 40_000);
                if (i >= from && i % 10_000 == 0) {
                    worst = Math.max(worst, (double) filter.memoryBytes() / i);
                }
            }
            double addNanos = (double) (System.nanoTime() - start) / entries;
            int[] out = new int[8];
            int strangers = 1_000_000;
            long falseGroups = 0;
            start = System.nanoTime();
            for (int i = 0; i < strangers; i++) {
                falseGroups += filter.candidates(hashes.nextLong(), out);
            }
            double missNanos = (double) (System.nanoTime() - start) / strangers;
            hashes = new SplittableRandom(5);
            start = System.nanoTime();
            long found = 0;
            for (int i = 0; i < strangers; i++) {
                found += filter.candidates(hashes.nextLong(), out);
            }
            double hitNanos = (double) (System.nanoTime() - start) / strangers;
            System.out.printf(
                    "filter of %,d: %.3f B an entry now, %.3f at worst; false groups per lookup %.2e; "
                            + "add %.0f ns, miss %.0f ns, hit %.0f ns%n",
                    entries,
                    (double) filter.memoryBytes() / entries,
                    worst,
                    (double) falseGroups / strangers,
                    addNanos,
                    missNanos,
                    hitNanos);
            assertThat(worst).isLessThanOrEqualTo(4.0);
            assertThat(found).isGreaterThanOrEqualTo(strangers);
            assertThat((double) falseGroups / strangers).isLessThan(4.0 * entries / (1L << 37));
        }
    }
}
