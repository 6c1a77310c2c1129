package io.github.livededup.examples.serving.cli;

import java.util.logging.LogManager;

/**
 * A log manager that goes on logging while the JVM shuts down, which the JDK's own does not: that is when the program finishes
 * its requests and closes the volume, and has something to tell. Made by the JDK, from its name.
 */
public final class LogKeeper extends LogManager {
    /** The system property that names the log manager. */
    static final String PROPERTY = "java.util.logging.manager";

    /** Makes the manager. */
    public LogKeeper() {}

    /** Leaves the handlers open; they write to the error stream, which needs no closing. */
    @Override
    public void reset() {
        // Called when the JVM begins to shut down, and before a configuration is read, when there is nothing to reset.
    }
}
