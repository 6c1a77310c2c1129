package io.github.livededup.engine.volume;

import java.util.Arrays;

/**
 * What of a group readers touched, in windows: Linux maps 64 KiB around a page that is touched and in its cache, or more since 6.18. Updates of several
 * threads may be lost; whoever drops what was touched counts anew.
 */
final class TouchedWindows {
    /** What becomes resident with one page. */
    static final int WINDOW_BYTES = 1 << 16;

    private final long[] windows;

    /**
     * Makes an empty set.
     *
     * @param sizeBytes the group's size
     */
    TouchedWindows(int sizeBytes) {
        int count = (sizeBytes + WINDOW_BYTES - 1) / WINDOW_BYTES;
        windows = new long[(count + Long.SIZE - 1) / Long.SIZE];
    }

    /** Adds a range; returns the bytes of the windows that are new. */
    int add(int offset, int length) {
        int fresh = 0;
        int last = (offset + length - 1) / WINDOW_BYTES;
        for (int window = offset / WINDOW_BYTES; window <= last; window++) {
            long word = windows[window / Long.SIZE];
            if ((word >>> window & 1) == 0) {
                windows[window / Long.SIZE] = word | 1L << window;
                fresh += WINDOW_BYTES;
            }
        }
        return fresh;
    }

    /** The bytes of all windows touched. */
    long bytes() {
        long count = 0;
        for (long word : windows) {
            count += Long.bitCount(word);
        }
        return count * WINDOW_BYTES;
    }

    void clear() {
        Arrays.fill(windows, 0);
    }
}
