package io.github.livededup.engine.volume;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What of a group readers touched, in windows: Linux maps 64 KiB around a page that is touched and in its cache, or more since 6.18
 * where the cache has larger pieces. Each window counts once, for whoever adds it first. Safe for use by many threads.
 */
final class TouchedWindows {
    /** What becomes resident with one page. */
    static final int WINDOW_BYTES = 1 << 16;

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

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

    /** The bytes from an offset to the end of its window. */
    static int leftInWindow(int offset) {
        return WINDOW_BYTES - offset % WINDOW_BYTES;
    }

    /** Adds a range that was read; returns the bytes of the windows that are new. */
    int add(int offset, int length) {
        VarHandle.loadLoadFence(); // what was read, before what is noted: see clear()
        int fresh = 0;
        int last = (offset + length - 1) / WINDOW_BYTES;
        for (int window = offset / WINDOW_BYTES; window <= last; window++) {
            long bit = 1L << window;
            int at = window / Long.SIZE;
            boolean isThere = ((long) WORD.getOpaque(windows, at) & bit) != 0;
            if (!isThere && ((long) WORD.getAndBitwiseOr(windows, at, bit) & bit) == 0) {
                fresh += WINDOW_BYTES;
            }
        }
        return fresh;
    }

    /** The bytes of all windows touched. */
    long bytes() {
        long count = 0;
        for (int i = 0; i < windows.length; i++) {
            count += Long.bitCount((long) WORD.getOpaque(windows, i));
        }
        return count * WINDOW_BYTES;
    }

    /** Empties it; returns the bytes of the windows that were there. Before memory is dropped, so that none stays that does not count. */
    long clear() {
        long count = 0;
        for (int i = 0; i < windows.length; i++) {
            count += Long.bitCount((long) WORD.getAndSet(windows, i, 0L));
        }
        return count * WINDOW_BYTES;
    }
}
