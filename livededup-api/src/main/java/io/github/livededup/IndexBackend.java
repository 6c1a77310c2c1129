package io.github.livededup;

/**
 * What holds the fingerprint index partitions of sealed block groups.
 *
 * @since 0.1.0
 */
public enum IndexBackend {
    /**
     * Chronicle Map where the JVM carries the flags it needs, else the built-in table; the default. Chronicle Map is started once
     * there are enough sealed groups for that to be worth its time; until then, too, partitions are in the built-in table.
     */
    AUTO,
    /** Persisted off-heap Chronicle Map, started at once; the open fails if the JVM lacks the flags, and says which. */
    CHRONICLE_MAP,
    /** An off-heap open-addressing table in plain JDK code, rebuilt from the block group's table when needed. */
    BUILT_IN
}
