package io.github.livededup.examples.httpface.http;

import java.io.IOException;
import java.io.Serial;

/** A request is answered with an error, by no fault of the volume's. */
final class RefusedException extends IOException {
    static final long NO_SIZE = -1;

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final long sizeBytes;

    RefusedException(int status, String message) {
        this(status, message, NO_SIZE);
    }

    /** A request is answered with an error because of something else that went wrong. */
    RefusedException(int status, String message, Throwable cause) {
        this(status, message, NO_SIZE);
        initCause(cause);
    }

    /** Tells the image's size as well, which the client had wrong. */
    RefusedException(int status, String message, long sizeBytes) {
        super(message);
        this.status = status;
        this.sizeBytes = sizeBytes;
    }

    int status() {
        return status;
    }

    long sizeBytes() {
        return sizeBytes;
    }
}
