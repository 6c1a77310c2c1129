package io.github.livededup.examples.fusemount.fs;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Times as nanoseconds since 1970, which a long holds until the year 2262. */
final class Clock {
    private Clock() {}

    static long nowNanos() {
        return nanosOf(Instant.now());
    }

    static long nanosOf(Instant instant) {
        return nanosOf(instant.getEpochSecond(), instant.getNano());
    }

    /** What does not fit becomes the nearest that does. */
    static long nanosOf(long seconds, long nanos) {
        long whole = TimeUnit.SECONDS.toNanos(seconds);
        return whole == Long.MAX_VALUE || whole == Long.MIN_VALUE ? whole : whole + nanos;
    }
}
