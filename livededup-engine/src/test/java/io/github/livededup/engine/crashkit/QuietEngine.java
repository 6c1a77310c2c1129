package io.github.livededup.engine.crashkit;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** While it is open, the engine does not log each of thousands of recoveries. As an extension of a test, it is until the test ends. */
public final class QuietEngine implements AutoCloseable, AfterEachCallback {
    /** Kept, so that its level is. */
    private static final Logger ENGINE = Logger.getLogger("io.github.livededup.engine");

    private final @Nullable Level before = ENGINE.getLevel();

    /** Ends the logging of what is no failure. */
    public QuietEngine() {
        ENGINE.setLevel(Level.SEVERE);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        ENGINE.setLevel(before);
    }
}
