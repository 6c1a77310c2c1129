package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

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
}
