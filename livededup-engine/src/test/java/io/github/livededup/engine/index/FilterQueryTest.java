package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterQueryTest {
    private static final int CAPACITY = 64;

    private final FilterQuery query = new FilterQuery(CAPACITY);

    /** A small filter and one of many words, with what was added, what was not, and what was removed. */
    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 300_000})
    void saysWhatASingleQuestionSays(int entries) {
        SplittableRandom random = new SplittableRandom(entries);
        long[] hashes = random.longs(entries).toArray();
        int[] groups = new int[8];
        try (FingerprintFilter filter = new FingerprintFilter()) {
            for (int i = 0; i < entries; i++) {
                filter.add(hashes[i], 1 + i % 500);
            }
            for (int i = 0; i < entries; i += 3) {
                filter.remove(hashes[i], 1 + i % 500);
            }
            int there = 0;
            for (int round = 0; round < 500; round++) {
                int count = random.nextInt(CAPACITY + 1);
                long[] asked = new long[count];
                query.clear();
                for (int i = 0; i < count; i++) {
                    long one = hashes[random.nextInt(entries)];
                    asked[i] = switch (random.nextInt(3)) {
                        case 0 -> random.nextLong();
                        case 1 -> one;
                        default -> one ^ (1L << random.nextInt(40)); // most likely of the same home
                    };
                    query.add(asked[i]);
                }
                filter.ask(query);
                for (int i = 0; i < count; i++) {
                    boolean expected = filter.candidates(asked[i], groups) > 0;
                    assertThat(query.mayHold(i)).isEqualTo(expected);
                    there += expected ? 1 : 0;
                }
            }
            assertThat(there).isGreaterThan(3000);
        }
    }

    @Test
    void anythingMayBeThereUntilItIsAsked() {
        query.clear();
        query.add(1);
        query.add(2);
        assertThat(query.count()).isEqualTo(2);
        assertThat(query.mayHold(0) && query.mayHold(1)).isTrue();
        try (FingerprintFilter filter = new FingerprintFilter()) {
            filter.ask(query);
            assertThat(query.mayHold(0) || query.mayHold(1)).isFalse();
        }
    }

    /** Memory of this size is unmapped when it is freed: whoever reads it then crashes the JVM, which is how this test fails. */
    @Test
    void noTableIsFreedWhileItIsAsked() throws InterruptedException {
        QuotientShape large = QuotientShape.of(1 << 21, 1, QuotientShape.MAX_HASH_BITS);
        AtomicBoolean done = new AtomicBoolean();
        try (FingerprintFilter filter = new FingerprintFilter()) {
            FilterSegment segment = filter.segments()[0];
            Thread writer = new Thread(() -> {
                while (!done.get()) {
                    segment.replace(new QuotientTable(large));
                }
            });
            writer.start();
            SplittableRandom random = new SplittableRandom(3);
            int asked = 0;
            for (int round = 0; round < 20_000; round++) {
                query.clear();
                for (int i = 0; i < CAPACITY; i++) {
                    query.add(random.nextLong() >>> FingerprintFilter.SEGMENT_BITS);
                }
                filter.ask(query);
                asked += query.count();
            }
            done.set(true);
            writer.join();
            assertThat(asked).isEqualTo(20_000 * CAPACITY);
            assertThat(segment.memoryBytes()).isGreaterThan(4 << 20);
        }
    }

    /** Others are added and removed all the time, so entries move and tables are made anew, larger and smaller. */
    @Test
    void whatWasAddedIsSeenWhileTheFilterChanges() throws InterruptedException {
        long[] known = new SplittableRandom(1).longs(20_000).toArray();
        AtomicBoolean done = new AtomicBoolean();
        try (FingerprintFilter filter = new FingerprintFilter()) {
            for (long hash : known) {
                filter.add(hash, 1);
            }
            Thread writer = new Thread(() -> change(filter, done));
            writer.start();
            SplittableRandom random = new SplittableRandom(2);
            int missed = 0;
            for (int round = 0; round < 2_000 || writer.isAlive(); round++) {
                query.clear();
                for (int i = 0; i < CAPACITY; i++) {
                    query.add(known[random.nextInt(known.length)]);
                }
                filter.ask(query);
                for (int i = 0; i < CAPACITY; i++) {
                    missed += query.mayHold(i) ? 0 : 1;
                }
                done.set(round >= 2_000);
            }
            writer.join();
            assertThat(missed).isZero();
        }
    }

    private static void change(FingerprintFilter filter, AtomicBoolean done) {
        for (int round = 0; round < 4 || !done.get(); round++) {
            long[] others = new SplittableRandom(10 + round).longs(40_000).toArray();
            for (long hash : others) {
                filter.add(hash, 2);
            }
            for (long hash : others) {
                filter.remove(hash, 2);
            }
        }
    }
}
