package io.github.livededup;

import java.util.Objects;

/**
 * Options of a compaction.
 *
 * @param minDeadShare the least share of a block group's stored bytes that must be dead for it to be rewritten, above 0
 *     and at most 1. Groups without a live block are given back whatever the share
 * @param bytesPerSecond the most bytes copied a second, {@link Long#MAX_VALUE} for no limit
 * @param listener told of progress; {@code bytesDone} and {@code bytesTotal} count live bytes to be copied
 * @param cancellation stops it when cancelled; what was given back stays given back
 * @since 0.1.0
 */
public record CompactionOptions(
        double minDeadShare, long bytesPerSecond, ProgressListener listener, CancellationToken cancellation) {
    private static final double DEFAULT_MIN_DEAD_SHARE = 0.05;

    /**
     * Makes options.
     *
     * @param minDeadShare the least share of dead bytes
     * @param bytesPerSecond the most bytes copied a second
     * @param listener told of progress
     * @param cancellation stops it when cancelled
     * @throws InvalidArgumentException if a number is outside
     */
    public CompactionOptions {
        if (!(minDeadShare > 0 && minDeadShare <= 1)) {
            throw new InvalidArgumentException("minDeadShare", minDeadShare, "above 0, at most 1");
        }
        if (bytesPerSecond < 1) {
            throw new InvalidArgumentException("bytesPerSecond", bytesPerSecond, "at least 1");
        }
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Groups from a twentieth dead, without limit, nobody told, never cancelled.
     *
     * @return the defaults
     */
    public static CompactionOptions defaults() {
        return new CompactionOptions(
                DEFAULT_MIN_DEAD_SHARE, Long.MAX_VALUE, ProgressListener.NONE, new CancellationToken());
    }

    /**
     * These options with another least share of dead bytes.
     *
     * @param share above 0, at most 1
     * @return new options
     */
    public CompactionOptions withMinDeadShare(double share) {
        return new CompactionOptions(share, bytesPerSecond, listener, cancellation);
    }

    /**
     * These options with another limit.
     *
     * @param limit the most bytes copied a second
     * @return new options
     */
    public CompactionOptions withBytesPerSecond(long limit) {
        return new CompactionOptions(minDeadShare, limit, listener, cancellation);
    }

    /**
     * These options with another listener.
     *
     * @param newListener the listener
     * @return new options
     */
    public CompactionOptions withListener(ProgressListener newListener) {
        return new CompactionOptions(minDeadShare, bytesPerSecond, newListener, cancellation);
    }

    /**
     * These options with another token.
     *
     * @param token the token
     * @return new options
     */
    public CompactionOptions withCancellation(CancellationToken token) {
        return new CompactionOptions(minDeadShare, bytesPerSecond, listener, token);
    }
}
