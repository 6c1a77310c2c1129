package io.github.livededup.engine.journal;

import java.io.IOException;

/** Something to be done that reads or writes files. */
@FunctionalInterface
public interface IoAction {
    /** Does nothing. */
    IoAction NONE = () -> {};

    /**
     * Does it.
     *
     * @throws IOException if the file system refuses
     */
    void run() throws IOException;
}
