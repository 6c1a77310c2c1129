package io.github.livededup.examples.fusemount.metrics;

import io.github.livededup.examples.serving.metrics.OperationMetrics;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a mount has done since it started. Every method may be called by any thread. */
public final class Metrics {
    private final long startedNanos = System.nanoTime();
    private final Map<Operation, OperationMetrics> operations = new EnumMap<>(Operation.class);

    /** Makes metrics of nothing. */
    public Metrics() {
        for (Operation operation : Operation.values()) {
            operations.put(operation, new OperationMetrics());
        }
    }

    /**
     * A call was answered.
     *
     * @param operation what it was
     * @param lengthBytes bytes read or written
     * @param nanos the time it took
     * @param failed whether the answer was an error
     */
    public void answered(Operation operation, long lengthBytes, long nanos, boolean failed) {
        OperationMetrics metrics = operations.get(operation);
        if (metrics != null) {
            metrics.record(lengthBytes, nanos, failed);
        }
    }

    /**
     * The figures by name.
     *
     * @return a new map of numbers and maps
     */
    public Map<String, Object> toMap() {
        Map<String, Object> calls = new LinkedHashMap<>();
        operations.forEach(
                (operation, metrics) -> calls.put(operation.name().toLowerCase(Locale.ROOT), metrics.toMap()));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("uptimeSeconds", (System.nanoTime() - startedNanos) / 1e9);
        all.put("operations", calls);
        return all;
    }
}
