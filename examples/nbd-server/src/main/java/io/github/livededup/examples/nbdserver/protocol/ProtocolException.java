package io.github.livededup.examples.nbdserver.protocol;

import java.io.IOException;
import java.io.Serial;

/** The other side broke the protocol in a way that leaves nothing but to end the session. */
public final class ProtocolException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what was wrong
     */
    public ProtocolException(String message) {
        super(message);
    }
}
