package io.github.livededup;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A failure of a volume. The subtypes are told apart by what the caller can do about them.
 *
 * @since 0.1.0
 */
public abstract class LiveDedupException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What the failure is about. */
    private final String resource;

    /**
     * Makes the exception; its message is "resource: message".
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong
     * @param cause the cause, if there is one
     */
    protected LiveDedupException(String resource, String message, @Nullable Throwable cause) {
        super(resource + ": " + message, cause);
        this.resource = resource;
    }

    /**
     * What it happened to.
     *
     * @return a path, an image name or a structure of the volume
     */
    public final String resource() {
        return resource;
    }
}
