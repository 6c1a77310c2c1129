package io.github.livededup;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An earlier write or force failed, so the volume takes no more changes; the cause is that first failure. Reading goes
 * on. Close it, mend the disk, and open it again: it recovers to what was last acknowledged.
 *
 * @since 0.1.0
 */
public final class VolumeFailedException extends LiveDedupException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     * @param cause the cause, if there is one
     */
    public VolumeFailedException(String resource, String message, @Nullable Throwable cause) {
        super(resource, message, cause);
    }

    /**
     * Makes the exception without a cause.
     *
     * @param resource what it happened to: a path, an image name, a structure of the volume
     * @param message what is wrong, in the form "what: actual=… expected=…" where it applies
     */
    public VolumeFailedException(String resource, String message) {
        this(resource, message, null);
    }
}
