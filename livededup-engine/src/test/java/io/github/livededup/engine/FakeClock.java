package io.github.livededup.engine;

import io.github.livededup.engine.check.CheckClock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that goes on only while somebody waits, or when it is told to. */
final class FakeClock implements CheckClock {
    private final AtomicLong nanos = new AtomicLong();
    volatile long millis = 1_000_000;

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long millisSince1970() {
        return millis;
    }

    @Override
    public void park(long waited) {
        nanos.addAndGet(waited);
    }
}
