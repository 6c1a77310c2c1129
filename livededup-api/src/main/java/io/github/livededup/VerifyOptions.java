package io.github.livededup;

import java.util.Objects;

/**
 * Options of a verification.
 *
 * @param level how deep
 * @param listener told of progress
 * @param cancellation stops it when cancelled
 * @since 0.1.0
 */
public record VerifyOptions(VerifyLevel level, ProgressListener listener, CancellationToken cancellation) {
    /**
     * Makes options.
     *
     * @param level how deep
     * @param listener told of progress
     * @param cancellation stops it when cancelled
     */
    public VerifyOptions {
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Options with a level, nobody told, never cancelled.
     *
     * @param level how deep
     * @return the options
     */
    public static VerifyOptions of(VerifyLevel level) {
        return new VerifyOptions(level, ProgressListener.NONE, new CancellationToken());
    }
}
