package io.github.livededup;

import java.io.Serial;

/**
 * An argument is outside what the method states: a programming error, found before anything was changed.
 *
 * @since 0.1.0
 */
public final class InvalidArgumentException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception; its message is "what: actual=… expected=…".
     *
     * @param what the argument
     * @param actual its value
     * @param expected the values that are allowed
     */
    public InvalidArgumentException(String what, Object actual, Object expected) {
        super(what + ": actual=" + actual + " expected=" + expected);
    }
}
