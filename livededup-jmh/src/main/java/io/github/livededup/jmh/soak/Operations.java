package io.github.livededup.jmh.soak;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each operation was done. Safe for use by many threads. */
final class Operations {
    private final Map<String, LongAdder> counts = new TreeMap<>();

    /** Counts one. */
    void count(String operation) {
        synchronized (counts) {
            counts.computeIfAbsent(operation, name -> new LongAdder()).increment();
        }
    }

    /** All counts in a line. */
    String summary() {
        StringBuilder line = new StringBuilder();
        synchronized (counts) {
            counts.forEach((name, count) -> line.append(line.length() == 0 ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(name));
        }
        return line.toString();
    }
}
