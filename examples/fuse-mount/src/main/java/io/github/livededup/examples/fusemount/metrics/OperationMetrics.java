package io.github.livededup.examples.fusemount.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The figures of one kind of request. */
final class OperationMetrics {
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LatencyHistogram latency = new LatencyHistogram();

    void record(long lengthBytes, long nanos, boolean failed) {
        requests.increment();
        latency.record(nanos);
        if (failed) {
            errors.increment();
        } else {
            bytes.add(lengthBytes);
        }
    }

    Map<String, Object> toMap() {
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
