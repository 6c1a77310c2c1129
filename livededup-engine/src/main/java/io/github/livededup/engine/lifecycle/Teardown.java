package io.github.livededup.engine.lifecycle;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of closing one after the other, each whatever became of those before, so that nothing stays locked, mapped
 * or running; what failed first is thrown at the end. For use by one thread.
 */
public final class Teardown {
    /** A step. */
    @FunctionalInterface
    public interface Step {
        /**
         * Makes the step.
         *
         * @throws IOException if it fails
         */
        void run() throws IOException;
    }

    private @Nullable Throwable first;

    /**
     * Runs a step. Whatever it throws, an error as well, is kept for {@link #end}.
     *
     * @param step the step
     */
    public void run(Step step) {
        try {
            step.run();
        } catch (Throwable failure) {
            if (first == null) {
                first = failure;
            } else if (first != failure) {
                first.addSuppressed(failure);
            }
        }
    }

    /**
     * Throws what failed first, with the other failures suppressed in it, if any step failed.
     *
     * @throws IOException if a step threw one first
     */
    public void end() throws IOException {
        Throwable failure = first;
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }
}
