package io.github.livededup.jmh.soak;

/**
 * What is watched. What is judged has a bound: how much it may grow, by the line fitted through the second half of a run, from the
 * beginning of that half to its end; the larger of so much and of a twentieth of its mean.
 */
enum Metric {
    RSS("resident memory", "MiB", 24),
    RSS_ANONYMOUS("resident memory, anonymous", "MiB", 24),
    HEAP_AFTER_GC("heap after a collection", "MiB", 6),
    DIRECT_BUFFERS("direct buffers", "MiB", 16),
    DIRECT_AFTER_GC("direct buffers after a collection", "MiB", 6),
    NATIVE_WITHOUT_HEAP("JVM's native memory without heap", "MiB", 24),
    MAPPED_VOLUME("resident parts of the volume's files", "MiB", 6),
    MAPPED_AFTER_GC("resident parts of the volume's files after a collection", "MiB", 6),
    ENGINE_MEMORY("heap, direct buffers, volume's files after a collection", "MiB", 12),
    ENGINE_LIMIT("budget, filter and allowance", "MiB", Double.NaN),
    MAPPINGS("mappings", "", 40),
    DESCRIPTORS("file descriptors", "", 8),
    THREADS("threads", "", 4),
    /** What dies between two compactions, and that is more where the load is faster. */
    DISK_BEYOND_LIVE("on disk beyond live blocks", "MiB", Double.NaN),
    /** What a compaction cannot give back, or what died while it was at work. */
    DISK_AFTER_COMPACTION("on disk beyond live blocks when a compaction ends", "MiB", 24),
    DISK("on disk", "MiB", Double.NaN),
    LIVE("live blocks, stored", "MiB", Double.NaN);

    private static final double RELATIVE_BOUND = 0.05;

    private final String label;
    private final String unit;
    private final double absoluteBound;

    Metric(String label, String unit, double absoluteBound) {
        this.label = label;
        this.unit = unit;
        this.absoluteBound = absoluteBound;
    }

    String label() {
        return unit.isEmpty() ? label : label + ", " + unit;
    }

    /** Whether its growth is judged. */
    boolean isJudged() {
        return !Double.isNaN(absoluteBound);
    }

    /** How much it may grow in the second half of a run. */
    double bound(double mean) {
        return Math.max(absoluteBound, RELATIVE_BOUND * mean);
    }
}
