package io.github.livededup.engine.image;

import io.github.livededup.InvalidArgumentException;
import java.time.Instant;

/** Times as the catalogue keeps them. */
final class ImageTimes {
    private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private ImageTimes() {}

    /**
     * A time in milliseconds since 1970.
     *
     * @param time the time
     * @return the milliseconds
     * @throws InvalidArgumentException if they cannot be stored
     */
    static long millis(Instant time) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
            throw new InvalidArgumentException("time", time, Instant.EPOCH + ".." + LATEST);
        }
        return time.toEpochMilli();
    }
}
