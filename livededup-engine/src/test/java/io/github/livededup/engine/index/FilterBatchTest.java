package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.FingerprintHeads;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterBatchTest {
    private static final int GROUPS = 70;

    /** Of a group; the number of hashes differs from group to group. */
    private static FingerprintHeads heads(int group) {
        SplittableRandom random = new SplittableRandom(group);
        FingerprintHeads heads = new FingerprintHeads();
        int count = group % 7 == 0 ? FingerprintHeads.CAPACITY : random.nextInt(FingerprintHeads.CAPACITY);
        for (int i = 0; i < count; i++) {
            heads.add(i, random.nextLong(), 0);
        }
        return heads;
    }

    /** With room for all from the start, and growing from nothing. */
    @ParameterizedTest
    @ValueSource(longs = {0, 150_000})
    void addsWhatAddingOneByOneDoes(long expected) {
        try (FingerprintFilter filter = new FingerprintFilter(expected, 1);
                FingerprintFilter single = new FingerprintFilter(expected, 1)) {
            FilterBatch batch = new FilterBatch(filter);
            for (int group = 1; group <= GROUPS; group++) {
                FingerprintHeads heads = heads(group);
                batch.add(heads, group);
                for (int i = 0; i < heads.count(); i++) {
                    single.add(heads.first(i), group);
                }
            }
            assertThat(filter.size()).isEqualTo(single.size()).isGreaterThan(60_000);
            int[] found = new int[8];
            int[] expectedGroups = new int[8];
            for (int group = 1; group <= GROUPS; group++) {
                FingerprintHeads heads = heads(group);
                for (int i = 0; i < heads.count(); i++) {
                    int count = filter.candidates(heads.first(i), found);
                    assertThat(single.candidates(heads.first(i), expectedGroups))
                            .isEqualTo(count);
                    assertThat(Arrays.copyOf(found, count))
                            .isEqualTo(Arrays.copyOf(expectedGroups, count))
                            .contains(group);
                }
            }
        }
    }

    /** All in one place: the segment's table is at its end long before it is full, and has to be made anew with more room there. */
    @Test
    void aCrowdAtTheEndOfATableFindsRoom() {
        try (FingerprintFilter filter = new FingerprintFilter(0, 1)) {
            FilterBatch batch = new FilterBatch(filter);
            FingerprintHeads heads = new FingerprintHeads();
            for (int i = 0; i < 500; i++) {
                heads.add(i, -1 - ((long) i << 40), 0);
            }
            batch.add(heads, 1);
            assertThat(filter.size()).isEqualTo(500);
            int[] found = new int[8];
            for (int i = 0; i < heads.count(); i++) {
                assertThat(filter.candidates(heads.first(i), found)).isEqualTo(1);
            }
        }
    }
}
