package io.github.livededup.examples.fusemount.log;

import java.io.IOException;
import java.io.Serial;

/** The tree's log cannot be read to its end, and not because its last writes were lost. */
public final class TreeDamagedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message where, what was found and what was expected
     */
    public TreeDamagedException(String message) {
        super(message);
    }
}
