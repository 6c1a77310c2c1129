package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.IndexBackend;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rebuild of the filter where the system gives no thread for it, or does not let it read. */
class FilterRebuildTest {
    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nobodyWaitsForOneThatCouldNotBeStarted() {
        TestTables tables = new TestTables();
        FilterRebuild rebuild = new FilterRebuild(
                "volume",
                tables,
                FilterRebuild.emptyFilter(tables),
                new TagFiles(new MemoryDirectory(), true),
                1 << 20,
                work -> {
                    throw new OutOfMemoryError("no more threads, injected");
                });
        assertThatThrownBy(rebuild::await).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(rebuild::await).isInstanceOf(IOException.class).hasMessageContaining("no more threads");
        assertThat(rebuild.isDone()).isFalse();
        rebuild.stop();
    }

    /** The index is advice: what is not in it is stored twice at worst, and found again after the next opening. */
    @Test
    void whatCannotBeReadIsLeftOutAndReadAtTheNextOpening() throws IOException {
        TestTables tables = new TestTables();
        tables.sealedGroup(1, 1_000, 50);
        tables.sealedGroup(2, 2_000, 50);
        tables.unreadable.add(1);
        MemoryDirectory directory = new MemoryDirectory();
        try (FingerprintIndex index = FingerprintIndex.open(directory, settings(0), tables)) {
            assertThat(find(index, 2_000)).isEqualTo(BlockAddress.of(2, 0));
            assertThat(find(index, 1_000)).isEqualTo(BlockAddress.HOLE);
            index.close(7);
        }
        tables.unreadable.clear();
        try (FingerprintIndex index = FingerprintIndex.open(directory, settings(7), tables)) {
            assertThat(find(index, 1_000)).isEqualTo(BlockAddress.of(1, 0));
            assertThat(find(index, 2_000)).isEqualTo(BlockAddress.of(2, 0));
        }
    }

    private static IndexSettings settings(long generation) {
        return new IndexSettings(IndexBackend.BUILT_IN, false, new UUID(1, 2), generation, 1 << 20);
    }

    private static long find(FingerprintIndex index, long seed) throws IOException {
        return index.find(TestTables.fingerprint(seed), 0, new LookupCursor());
    }
}
