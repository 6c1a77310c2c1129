package io.github.livededup;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A delta was made against another base than the one it was to be applied to, or it counts on blocks that this volume does
 * not have. Apply it to the right base, or have it made again with fewer known blocks.
 *
 * @since 0.1.0
 */
public final class BaseMismatchException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     * @param cause the cause, if there is one
     */
    public BaseMismatchException(String resource, String message, @Nullable Throwable cause) {
        super(resource, message, cause);
    }

    /**
     * Makes the exception without a cause.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     */
    public BaseMismatchException(String resource, String message) {
        this(resource, message, null);
    }
}
