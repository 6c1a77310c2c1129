package io.github.livededup.engine.check;

import java.util.concurrent.locks.LockSupport;

/** What a verification knows of time; another one in tests. */
public interface CheckClock {
    /** The system's. */
    CheckClock SYSTEM = new CheckClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millisSince1970() {
            return System.currentTimeMillis();
        }

        @Override
        public void park(long nanos) {
            LockSupport.parkNanos(this, nanos);
        }
    };

    /**
     * A time that only goes forward.
     *
     * @return nanoseconds since some moment
     */
    long nanos();

    /**
     * The time of day.
     *
     * @return milliseconds since 1970 in UTC
     */
    long millisSince1970();

    /**
     * Waits; may return early.
     *
     * @param nanos how long
     */
    void park(long nanos);
}
