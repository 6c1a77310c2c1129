package io.github.livededup;

/**
 * Cancels long operations. One token may serve several.
 *
 * @since 0.1.0
 */
public final class CancellationToken {
    private volatile boolean cancelled;

    /** Makes a token that is not cancelled. */
    public CancellationToken() {}

    /**
     * Cancels: the operations that were given this token stop soon; one that waits in a channel, when the channel answers
     * or is closed. It cannot be undone.
     */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Whether {@link #cancel()} was called.
     *
     * @return true if so
     */
    public boolean isCancelled() {
        return cancelled;
    }
}
