package io.github.livededup.examples.serving.metrics;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** Durations by powers of two; a quantile is told to within a factor of two. */
final class LatencyHistogram {
    private static final int BUCKETS = Long.SIZE;

    private final AtomicLongArray buckets = new AtomicLongArray(BUCKETS);
    private final LongAdder totalNanos = new LongAdder();
    private final LongAccumulator maxNanos = new LongAccumulator(Math::max, 0);

    void record(long nanos) {
        long value = Math.max(nanos, 1);
        buckets.incrementAndGet(BUCKETS - 1 - Long.numberOfLeadingZeros(value));
        totalNanos.add(value);
        maxNanos.accumulate(value);
    }

    double meanMicros(long count) {
        return count == 0 ? 0 : totalNanos.sum() / 1e3 / count;
    }

    double maxMicros() {
        return maxNanos.get() / 1e3;
    }

    /** A bound that this share of the durations does not pass. */
    double quantileMicros(double share) {
        long count = 0;
        for (int i = 0; i < BUCKETS; i++) {
            count += buckets.get(i);
        }
        long wanted = (long) Math.ceil(count * share);
        long seen = 0;
        for (int i = 0; i < BUCKETS && count > 0; i++) {
            seen += buckets.get(i);
            if (seen >= wanted) {
                return Math.min(Math.scalb(1.0, i + 1) / 1e3, maxMicros());
            }
        }
        return 0;
    }
}
