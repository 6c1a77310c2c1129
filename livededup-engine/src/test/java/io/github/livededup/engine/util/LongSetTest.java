package io.github.livededup.engine.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongSetTest {
    @Test
    void holdsWhatAHashSetHolds() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        LongSet set = new LongSet();
        Set<Long> model = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            long key = random.nextInt(4) == 0 ? random.nextInt(1000) : random.nextLong();
            assertThat(set.add(key)).as("seed %d, key %d", seed, key).isEqualTo(model.add(key));
        }
        assertThat(set.size()).isEqualTo(model.size());
    }

    @Test
    void zeroIsAKeyLikeAnyOther() {
        LongSet set = new LongSet();
        assertThat(set.add(0)).isTrue();
        assertThat(set.add(0)).isFalse();
        assertThat(set.size()).isEqualTo(1);
    }
}
