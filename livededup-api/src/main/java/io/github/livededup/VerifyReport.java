package io.github.livededup;

import java.time.Duration;
import java.util.List;

/**
 * What a verification found.
 *
 * @param level how deep it went
 * @param problems what is wrong, at most 10,000; empty if all is well
 * @param problemCount how many problems there were in all
 * @param metadataPages metadata pages read
 * @param blocks blocks whose bytes were read
 * @param bytes stored bytes read
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record VerifyReport(
        VerifyLevel level,
        List<Problem> problems,
        long problemCount,
        long metadataPages,
        long blocks,
        long bytes,
        Duration elapsed) {
    /**
     * Makes a report.
     *
     * @param level how deep it went
     * @param problems what is wrong
     * @param problemCount how many problems there were in all
     * @param metadataPages metadata pages read
     * @param blocks blocks whose bytes were read
     * @param bytes stored bytes read
     * @param elapsed the time it took
     */
    public VerifyReport {
        problems = List.copyOf(problems);
    }

    /**
     * Whether nothing is wrong.
     *
     * @return true if there is no problem
     */
    public boolean isClean() {
        return problemCount == 0;
    }

    /**
     * One thing that is wrong.
     *
     * @param resource where: a file and structure, an image, a block's address
     * @param message what, as "what: actual=… expected=…" where it applies
     * @since 0.1.0
     */
    public record Problem(String resource, String message) {}
}
