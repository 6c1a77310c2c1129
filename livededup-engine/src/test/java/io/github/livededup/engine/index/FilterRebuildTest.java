package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rebuild of the filter where the system gives no thread for it. */
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
}
