package io.github.livededup;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Options of a verification.
 *
 * @param level how deep
 * @param listener told of progress
 * @param cancellation stops it when cancelled
 * @param threads how many threads read blocks; 0 for as many as the volume has worker threads
 * @param bytesPerSecond the most bytes of blocks read a second, {@link Long#MAX_VALUE} for no limit
 * @param maxDuration how long blocks are read before it stops with a cursor, empty for no limit. Structure and metadata
 *     are checked wholly whatever it says, and some blocks are read in any case, so that runs that go on from one
 *     another's cursors come to an end
 * @param cursor where to go on: what {@link VerifyReport#cursor()} said, of this volume and at this level; empty to begin anew
 * @param maxUses how many places of a damaged block are named in the report; all are counted
 * @since 0.1.0
 */
public record VerifyOptions(
        VerifyLevel level,
        ProgressListener listener,
        CancellationToken cancellation,
        int threads,
        long bytesPerSecond,
        Optional<Duration> maxDuration,
        Optional<String> cursor,
        int maxUses) {
    private static final int DEFAULT_MAX_USES = 10;
    private static final int MOST_THREADS = 1024;
    private static final int MOST_USES = 1_000;

    /**
     * Makes options.
     *
     * @param level how deep
     * @param listener told of progress
     * @param cancellation stops it when cancelled
     * @param threads how many threads read blocks
     * @param bytesPerSecond the most bytes of blocks read a second
     * @param maxDuration how long blocks are read
     * @param cursor where to go on
     * @param maxUses how many places of a damaged block are named
     * @throws InvalidArgumentException if a number or the duration is outside; the cursor is looked at by the verification
     */
    public VerifyOptions {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
        Objects.requireNonNull(cursor, "cursor");
        if (threads < 0 || threads > MOST_THREADS) {
            throw new InvalidArgumentException("threads", threads, "0 to " + MOST_THREADS);
        }
        if (bytesPerSecond < 1) {
            throw new InvalidArgumentException("bytesPerSecond", bytesPerSecond, "at least 1");
        }
        if (maxDuration.isPresent()
                && (maxDuration.get().isNegative() || maxDuration.get().isZero())) {
            throw new InvalidArgumentException("maxDuration", maxDuration.get(), "above 0");
        }
        if (maxUses < 0 || maxUses > MOST_USES) {
            throw new InvalidArgumentException("maxUses", maxUses, "0 to " + MOST_USES);
        }
    }

    /**
     * Makes options of a verification of everything, without limits.
     *
     * @param level how deep
     * @param listener told of progress
     * @param cancellation stops it when cancelled
     */
    public VerifyOptions(VerifyLevel level, ProgressListener listener, CancellationToken cancellation) {
        this(level, listener, cancellation, 0, Long.MAX_VALUE, Optional.empty(), Optional.empty(), DEFAULT_MAX_USES);
    }

    /**
     * Options with a level, nobody told, never cancelled, without limits.
     *
     * @param level how deep
     * @return the options
     */
    public static VerifyOptions of(VerifyLevel level) {
        return new VerifyOptions(level, ProgressListener.NONE, new CancellationToken());
    }

    /**
     * These options with another listener.
     *
     * @param newListener the listener
     * @return new options
     */
    public VerifyOptions withListener(ProgressListener newListener) {
        return new VerifyOptions(
                level, newListener, cancellation, threads, bytesPerSecond, maxDuration, cursor, maxUses);
    }

    /**
     * These options with another token.
     *
     * @param token the token
     * @return new options
     */
    public VerifyOptions withCancellation(CancellationToken token) {
        return new VerifyOptions(level, listener, token, threads, bytesPerSecond, maxDuration, cursor, maxUses);
    }

    /**
     * These options with another number of threads.
     *
     * @param count how many threads read blocks, 0 for as many as the volume has worker threads
     * @return new options
     */
    public VerifyOptions withThreads(int count) {
        return new VerifyOptions(level, listener, cancellation, count, bytesPerSecond, maxDuration, cursor, maxUses);
    }

    /**
     * These options with another rate.
     *
     * @param limit the most bytes of blocks read a second
     * @return new options
     */
    public VerifyOptions withBytesPerSecond(long limit) {
        return new VerifyOptions(level, listener, cancellation, threads, limit, maxDuration, cursor, maxUses);
    }

    /**
     * These options with a limit of time.
     *
     * @param limit how long blocks are read before it stops with a cursor
     * @return new options
     */
    public VerifyOptions withMaxDuration(Duration limit) {
        return new VerifyOptions(
                level, listener, cancellation, threads, bytesPerSecond, Optional.of(limit), cursor, maxUses);
    }

    /**
     * These options with a place to go on from.
     *
     * @param text what {@link VerifyReport#cursor()} said
     * @return new options
     */
    public VerifyOptions withCursor(String text) {
        return new VerifyOptions(
                level, listener, cancellation, threads, bytesPerSecond, maxDuration, Optional.of(text), maxUses);
    }

    /**
     * These options with another number of places named.
     *
     * @param count how many places of a damaged block are named in the report
     * @return new options
     */
    public VerifyOptions withMaxUses(int count) {
        return new VerifyOptions(level, listener, cancellation, threads, bytesPerSecond, maxDuration, cursor, count);
    }
}
