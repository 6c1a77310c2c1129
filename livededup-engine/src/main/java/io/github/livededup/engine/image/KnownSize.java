package io.github.livededup.engine.image;

import java.util.concurrent.atomic.AtomicLong;

/**
 * An image's size as far as it is known. Any thread may look, and tell what it learned; one at a time changes it. What was learned before
 * a change is not taken after it, even if the size is not known again by then.
 */
final class KnownSize {
    /** The size, or a number below 0 that was never there before. */
    private final AtomicLong size = new AtomicLong(-1);

    private long lastUnknown = -1;

    /** The size in bytes; if it is not known, a number below 0, to be given to {@link #learned}. */
    long look() {
        return size.get();
    }

    /**
     * Takes over what somebody learned, unless it was changed since.
     *
     * @param unknown what {@link #look} gave before
     * @param sizeBytes the size
     */
    void learned(long unknown, long sizeBytes) {
        size.compareAndSet(unknown, sizeBytes);
    }

    /** Notes a new size. */
    void change(long newSizeBytes) {
        size.set(newSizeBytes);
    }

    /** Notes that the size must be asked for, as a change failed half-way. */
    void forget() {
        size.set(--lastUnknown);
    }
}
