package io.github.livededup.examples.serving.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The figures of one kind of request. Every method may be called by any thread. */
public final class OperationMetrics {
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LatencyHistogram latency = new LatencyHistogram();

    /** Makes figures of nothing. */
    public OperationMetrics() {}

    /**
     * A request was answered.
     *
     * @param lengthBytes its length; counts only if it did not fail
     * @param nanos the time it took
     * @param failed whether the answer was an error
     */
    public void record(long lengthBytes, long nanos, boolean failed) {
        requests.increment();
        latency.record(nanos);
        if (failed) {
            errors.increment();
        } else {
            bytes.add(lengthBytes);
        }
    }

    /**
     * The figures by name.
     *
     * @return a new map of numbers
     */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        long count = requests.sum();
        map.put("requests", count);
        map.put("errors", errors.sum());
        map.put("bytes", bytes.sum());
        map.put("meanMicros", latency.meanMicros(count));
        map.put("p50Micros", latency.quantileMicros(0.5));
        map.put("p99Micros", latency.quantileMicros(0.99));
        map.put("maxMicros", latency.maxMicros());
        return map;
    }
}
