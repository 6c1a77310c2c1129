package io.github.livededup.jmh.soak;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What the system and the JVM tell of this process. Linux. */
final class ProcessFigures {
    private static final Path SELF = Path.of("/proc/self");
    private static final double KIB_PER_MIB = 1024;
    private static final double MIB = 1 << 20;
    private static final long CLEANING_NANOS = 50_000_000;

    private ProcessFigures() {}

    /**
     * Measures what can be had without a collection.
     *
     * @param volume the volume's directory
     * @return the figures
     * @throws IOException if the system does not tell
     */
    static Map<Metric, Double> read(Path volume) throws IOException {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        List<String> status = Files.readAllLines(SELF.resolve("status"));
        values.put(Metric.RSS, kib(status, "VmRSS:") / KIB_PER_MIB);
        values.put(Metric.RSS_ANONYMOUS, kib(status, "RssAnon:") / KIB_PER_MIB);
        values.put(Metric.THREADS, kib(status, "Threads:"));
        List<String> maps = Files.readAllLines(SELF.resolve("smaps"));
        values.put(Metric.MAPPED_VOLUME, residentMib(maps, volume + "/"));
        values.put(Metric.MAPPINGS, (double) mappings(maps));
        try (Stream<Path> descriptors = Files.list(SELF.resolve("fd"))) {
            values.put(Metric.DESCRIPTORS, (double) descriptors.count());
        }
        values.put(Metric.DIRECT_BUFFERS, directMib());
        Map<String, Double> categories = NativeMemory.committedMib();
        if (!categories.isEmpty()) {
            double all = categories.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            values.put(Metric.NATIVE_WITHOUT_HEAP, all - categories.getOrDefault(NativeMemory.HEAP, 0.0));
        }
        return values;
    }

    /**
     * Collects garbage, and measures what the engine holds: what of the heap is alive, and then direct buffers and resident parts of the
     * volume's files.
     *
     * @param volume the volume's directory
     * @param values receives the figures
     * @throws IOException if the system does not tell
     */
    static void readAfterGc(Path volume, Map<Metric, Double> values) throws IOException {
        double heap = HeapAfterCollection.collect();
        awaitCleaners();
        double direct = directMib();
        double mapped = residentMib(Files.readAllLines(SELF.resolve("smaps")), volume + "/");
        values.put(Metric.HEAP_AFTER_GC, heap);
        values.put(Metric.DIRECT_AFTER_GC, direct);
        values.put(Metric.MAPPED_AFTER_GC, mapped);
        values.put(Metric.ENGINE_MEMORY, heap + direct + mapped);
    }

    /** Direct buffers that a collection found unreachable are freed after it, by a thread. */
    private static void awaitCleaners() {
        double before = Double.POSITIVE_INFINITY;
        for (double now = directMib(); now < before; now = directMib()) {
            before = now;
            LockSupport.parkNanos(CLEANING_NANOS);
        }
    }

    private static double directMib() {
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                return pool.getMemoryUsed() / MIB;
            }
        }
        return Double.NaN;
    }

    private static double kib(List<String> status, String field) {
        for (String line : status) {
            if (line.startsWith(field)) {
                String value = line.substring(field.length()).strip();
                int unit = value.indexOf(' ');
                return Double.parseDouble(unit < 0 ? value : value.substring(0, unit));
            }
        }
        return Double.NaN;
    }

    private static int mappings(List<String> maps) {
        int mappings = 0;
        for (String line : maps) {
            mappings += isHead(line) ? 1 : 0;
        }
        return mappings;
    }

    /** A mapping's first line begins with its addresses, in small letters; the others with a capital. */
    private static boolean isHead(String line) {
        return !line.isEmpty() && !Character.isUpperCase(line.charAt(0));
    }

    /** The resident part of mappings of files below a folder. */
    static double residentMib(List<String> maps, String below) {
        double kib = 0;
        boolean isBelow = false;
        for (String line : maps) {
            if (isHead(line)) {
                isBelow = line.contains(" " + below);
            } else if (isBelow && line.startsWith("Rss:")) {
                kib += kib(List.of(line), "Rss:");
            }
        }
        return kib / KIB_PER_MIB;
    }
}
