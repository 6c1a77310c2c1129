package io.github.livededup.engine.crashkit.model;

import java.util.HashMap;
import java.util.Map;

/** The references that callers of a volume's block store hold, by the volume's addresses, and the model's address of each. */
public final class CallerReferences {
    private final Map<Long, Long> modelAddresses = new HashMap<>();
    private final Map<Long, Long> counts = new HashMap<>();

    /** No references. */
    public CallerReferences() {}

    /**
     * The references.
     *
     * @return how many there are of each block that has some, by address
     */
    public Map<Long, Long> counts() {
        return counts;
    }

    void add(long address, long modelAddress) {
        modelAddresses.put(address, modelAddress);
        counts.merge(address, 1L, Long::sum);
    }

    void remove(long address) {
        counts.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    long modelAddress(long address) {
        return modelAddresses.getOrDefault(address, 0L);
    }
}
