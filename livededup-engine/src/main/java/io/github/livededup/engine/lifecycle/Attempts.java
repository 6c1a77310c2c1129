package io.github.livededup.engine.lifecycle;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Makes steps one after the other, each whatever became of those before, and throws at the end what failed first: so that closing
 * leaves nothing locked, mapped or running, and one image that cannot be stored does not keep others from it. For use by one thread.
 */
public final class Attempts {
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
    @SuppressWarnings({"CatchThrowable", "ReferenceEquality"}) // kept, not swallowed; nothing can be its own companion
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

    /**
     * Instead of {@link #end}, for who is about to throw something else: adds what failed first, if any step failed, to that.
     *
     * @param cause what will be thrown
     */
    @SuppressWarnings("ReferenceEquality") // nothing can be its own companion
    public void endWith(Throwable cause) {
        Throwable failure = first;
        if (failure != null && failure != cause) {
            cause.addSuppressed(failure);
        }
    }
}
