package io.github.livededup.engine.metadata;

/** Takes what a verification finds. */
@FunctionalInterface
public interface ProblemListener {
    /**
     * One thing is wrong.
     *
     * @param resource where
     * @param message what, as "what: actual=… expected=…" where it applies
     */
    void problem(String resource, String message);
}
