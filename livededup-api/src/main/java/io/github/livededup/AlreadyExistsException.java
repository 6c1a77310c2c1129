package io.github.livededup;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The name or directory is taken.
 *
 * @since 0.1.0
 */
public final class AlreadyExistsException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     * @param cause the cause, if there is one
     */
    public AlreadyExistsException(String resource, String message, @Nullable Throwable cause) {
        super(resource, message, cause);
    }

    /**
     * Makes the exception without a cause.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     */
    public AlreadyExistsException(String resource, String message) {
        this(resource, message, null);
    }
}
