package io.github.livededup;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A repair is not done, because it was tried out in memory and does not leave the volume sound. Nothing was changed. The
 * images can be {@linkplain LiveDedup#salvage salvaged}.
 *
 * @since 0.1.0
 */
public final class RepairRefusedException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param resource what it happened to: the volume
     * @param message why
     * @param cause the cause, if there is one
     */
    public RepairRefusedException(String resource, String message, @Nullable Throwable cause) {
        super(resource, message, cause);
    }

    /**
     * Makes the exception without a cause.
     *
     * @param resource what it happened to: the volume
     * @param message why
     */
    public RepairRefusedException(String resource, String message) {
        this(resource, message, null);
    }
}
