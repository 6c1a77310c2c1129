package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TouchedWindowsTest {
    private static final int WINDOW = TouchedWindows.WINDOW_BYTES;

    @Test
    void countsWindowsOnce() {
        TouchedWindows windows = new TouchedWindows(130 * WINDOW + 1);
        assertThat(windows.add(0, 1)).isEqualTo(WINDOW);
        assertThat(windows.add(WINDOW - 1, 1)).isZero();
        assertThat(windows.add(WINDOW - 1, 2)).isEqualTo(WINDOW);
        assertThat(windows.add(60 * WINDOW, 10 * WINDOW)).isEqualTo(10 * WINDOW);
        assertThat(windows.add(65 * WINDOW + 5, 10 * WINDOW)).isEqualTo(6 * WINDOW);
        assertThat(windows.add(130 * WINDOW, 1)).isEqualTo(WINDOW);
        assertThat(windows.bytes()).isEqualTo(19L * WINDOW);
        assertThat(windows.clear()).isEqualTo(19L * WINDOW);
        assertThat(windows.bytes()).isZero();
        assertThat(windows.add(0, 1)).isEqualTo(WINDOW);
    }

    /** Whoever drops what was touched must know of all that is counted, or the sum of all groups goes astray. */
    @Test
    void threadsLoseNoWindowAndCountNoneTwice() throws Exception {
        int threads = 4;
        TouchedWindows windows = new TouchedWindows(64 * WINDOW);
        AtomicLong counted = new AtomicLong();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                SplittableRandom random = new SplittableRandom(t);
                all.add(pool.submit(() -> {
                    for (int i = 0; i < 200_000; i++) {
                        counted.addAndGet(
                                i % 50 == 0 ? -windows.clear() : windows.add(random.nextInt(64) * WINDOW, WINDOW));
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(counted.get()).isEqualTo(windows.bytes());
    }

    @Test
    void aWindowEndsAtAMultipleOfItsSize() {
        assertThat(TouchedWindows.leftInWindow(0)).isEqualTo(WINDOW);
        assertThat(TouchedWindows.leftInWindow(1)).isEqualTo(WINDOW - 1);
        assertThat(TouchedWindows.leftInWindow(3 * WINDOW - 1)).isOne();
    }
}
