package io.github.livededup;

/**
 * Whether and how a volume gives space back by itself: a thread of its own frees block groups that died and rewrites
 * those that are mostly dead, while others read and write.
 *
 * @param enabled whether there is such a thread
 * @param minDeadShare the least share of a group's stored bytes that must be dead for it to be rewritten, above 0 and at
 *     most 1
 * @param bytesPerSecond the most bytes copied a second
 * @since 0.1.0
 */
public record BackgroundCompaction(boolean enabled, double minDeadShare, long bytesPerSecond) {
    /** No background compaction: space comes back by {@link Volume#compact} only. */
    public static final BackgroundCompaction OFF = new BackgroundCompaction(false, 1, 1);

    private static final double DEFAULT_MIN_DEAD_SHARE = 0.5;
    private static final long DEFAULT_BYTES_PER_SECOND = 32L << 20;

    /**
     * Makes the setting.
     *
     * @param enabled whether there is such a thread
     * @param minDeadShare the least share of dead bytes
     * @param bytesPerSecond the most bytes copied a second
     * @throws InvalidArgumentException if a number is outside
     */
    public BackgroundCompaction {
        if (!(minDeadShare > 0 && minDeadShare <= 1)) {
            throw new InvalidArgumentException("minDeadShare", minDeadShare, "above 0, at most 1");
        }
        if (bytesPerSecond < 1) {
            throw new InvalidArgumentException("bytesPerSecond", bytesPerSecond, "at least 1");
        }
    }

    /**
     * On, for groups that are half dead, at 32 MiB a second.
     *
     * @return the defaults
     */
    public static BackgroundCompaction defaults() {
        return new BackgroundCompaction(true, DEFAULT_MIN_DEAD_SHARE, DEFAULT_BYTES_PER_SECOND);
    }
}
