package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Partitions come and go within bounds; a partition that cannot be given back, or made, stands in nobody's way. */
class PartitionCacheTest {
    private static final int PARTITION_BYTES = 1000;
    private static final int MOST = 4;

    /** Tells what it was asked for, in order, and fails where it is told to. */
    private final class Recorder implements PartitionCache.Source {
        private final List<String> asked = new ArrayList<>();
        private final Set<Integer> open = new HashSet<>();
        private final Set<Integer> cannotLoad = new HashSet<>();
        private final Set<Integer> cannotRelease = new HashSet<>();

        @Override
        public Partition load(int group) throws IOException {
            asked.add("load " + group);
            if (cannotLoad.contains(group)) {
                throw new IOException("injected");
            }
            return new EmptyPartition();
        }

        @Override
        public boolean isOpenGroup(int group) {
            return open.contains(group);
        }

        @Override
        public void evicted(int group) {
            asked.add("evicted " + group);
        }

        @Override
        public void release(int group, Partition partition) {
            asked.add("release " + group + (cache.peek(group) == null ? ", forgotten before" : ""));
            if (cannotRelease.contains(group)) {
                throw new IllegalStateException("injected");
            }
        }
    }

    private static final class EmptyPartition implements Partition {
        @Override
        public int slot(long key, int attempt) {
            return NONE;
        }

        @Override
        public long memoryBytes() {
            return PARTITION_BYTES;
        }

        @Override
        public void close() {}
    }

    private final Recorder source = new Recorder();
    private final PartitionCache cache = new PartitionCache(source, MOST * PARTITION_BYTES);

    private void assertCounts(int residents) {
        assertThat(cache.residents()).isEqualTo(residents);
        assertThat(cache.residentBytes()).isEqualTo((long) residents * PARTITION_BYTES);
    }

    @Test
    void isGivenBackBeforeAnotherIsMadeInItsPlace() throws IOException {
        cache.load(1);
        cache.drop(1);
        cache.load(1);
        assertThat(source.asked).containsExactly("load 1", "release 1", "load 1");
        assertCounts(1);
    }

    @Test
    void isForgottenThoughItCannotBeGivenBack() throws IOException {
        Resident first = cache.load(1);
        source.cannotRelease.add(1);
        assertThatThrownBy(() -> cache.drop(1)).hasMessage("injected");
        assertThat(first.slot(7, 0)).isEqualTo(Resident.CLOSED);
        assertThat(cache.peek(1)).isNull();
        assertCounts(0);
        assertThat(cache.load(1).isOpen()).isTrue();
        assertCounts(1);
    }

    @Test
    void oneThatCannotBeMadeIsAskedForAgain() throws IOException {
        source.cannotLoad.add(1);
        assertThatThrownBy(() -> cache.load(1)).isInstanceOf(IOException.class).hasMessage("injected");
        assertThat(cache.peek(1)).isNull();
        assertCounts(0);
        source.cannotLoad.clear();
        assertThat(cache.load(1).isOpen()).isTrue();
        assertThat(cache.peek(1)).isNotNull();
    }

    @Test
    void thoseNotUsedGoFirstAndThoseOfOpenGroupsStay() throws IOException {
        source.open.add(0);
        for (int group = 0; group < MOST; group++) {
            cache.load(group);
        }
        cache.load(4); // takes all marks away, and then the first that may go
        assertThat(source.asked).endsWith("release 1", "evicted 1");
        Resident used = cache.load(2);
        assertThat(used.slot(7, 0)).isEqualTo(Partition.NONE);
        cache.load(5);
        assertThat(source.asked).endsWith("release 3", "evicted 3");
        assertThat(cache.peek(0)).isNotNull();
        assertThat(cache.peek(2)).isSameAs(used);
        source.open.clear();
        cache.unpin(0);
        cache.clear();
        assertCounts(0);
    }

    @Test
    void swappingIsOfWhatIsThereAndChargesWhatTheOtherTakes() throws IOException {
        assertThat(cache.swap(1, new EmptyPartition())).isFalse();
        cache.load(1);
        assertThat(cache.swap(1, new EmptyPartition())).isTrue();
        assertThat(source.asked).containsExactly("load 1", "release 1");
        assertCounts(1);
    }
}
