package io.github.livededup;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Stored data or metadata fails its checksum or contradicts itself. Other data stays readable; run a verification, and
 * restore what it names.
 *
 * @since 0.1.0
 */
public final class CorruptionException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     * @param cause the cause, if there is one
     */
    public CorruptionException(String resource, String message, @Nullable Throwable cause) {
        super(resource, message, cause);
    }

    /**
     * Makes the exception without a cause.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     */
    public CorruptionException(String resource, String message) {
        this(resource, message, null);
    }
}
