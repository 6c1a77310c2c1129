package io.github.livededup.engine.crashkit;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** While it is open, the engine does not log each of thousands of recoveries. */
final class QuietEngine implements AutoCloseable {
    /** Kept, so that its level is. */
    private static final Logger ENGINE = Logger.getLogger("io.github.livededup.engine");

    private final @Nullable Level before = ENGINE.getLevel();

    QuietEngine() {
        ENGINE.setLevel(Level.SEVERE);
    }

    @Override
    public void close() {
        ENGINE.setLevel(before);
    }
}
