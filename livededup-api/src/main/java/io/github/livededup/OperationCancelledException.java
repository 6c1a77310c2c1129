package io.github.livededup;

import java.io.Serial;

/**
 * A long operation stopped because it was cancelled or its thread interrupted (the thread's interrupt status is then
 * set). Nothing of it is visible, and the volume stays usable. A channel that it waited in when its thread was interrupted
 * is closed, if it is a {@link java.nio.channels.InterruptibleChannel}.
 *
 * @since 0.1.0
 */
public final class OperationCancelledException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Whether an interrupt of the thread was the reason. */
    private final boolean interrupted;

    /**
     * Makes the exception.
     *
     * @param resource the operation's subject
     * @param interrupted whether the thread's interruption was the reason
     */
    public OperationCancelledException(String resource, boolean interrupted) {
        super(resource, interrupted ? "interrupted" : "cancelled", null);
        this.interrupted = interrupted;
    }

    /**
     * Why it stopped.
     *
     * @return true if the thread was interrupted, false if the operation's token was cancelled
     */
    public boolean isInterrupted() {
        return interrupted;
    }
}
