package io.github.livededup.examples.nbdserver.handshake;

import java.io.IOException;
import java.io.Serial;

/** An option's data makes no sense; the client is told so, and may go on. */
final class InvalidOptionException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    InvalidOptionException(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
