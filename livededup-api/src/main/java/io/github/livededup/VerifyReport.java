package io.github.livededup;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a verification found.
 *
 * @param level how deep it went
 * @param problems what is wrong, at most 10,000; empty if all is well
 * @param problemCount how many problems there were in all
 * @param metadataPages metadata pages read
 * @param groups block groups whose blocks were read to the end
 * @param blocks blocks whose bytes were read
 * @param bytes stored bytes read
 * @param complete whether everything was checked that the level asks for, by this run and those it went on from
 * @param cursor where to go on if it is not complete: a line of printable ASCII to be kept as it is and given to {@link
 *     VerifyOptions#withCursor}. It is of this volume and level, and says nothing of problems: each run reports its own
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record VerifyReport(
        VerifyLevel level,
        List<Problem> problems,
        long problemCount,
        long metadataPages,
        long groups,
        long blocks,
        long bytes,
        boolean complete,
        Optional<String> cursor,
        Duration elapsed) {
    /**
     * Makes a report.
     *
     * @param level how deep it went
     * @param problems what is wrong
     * @param problemCount how many problems there were in all
     * @param metadataPages metadata pages read
     * @param groups block groups whose blocks were read to the end
     * @param blocks blocks whose bytes were read
     * @param bytes stored bytes read
     * @param complete whether everything was checked
     * @param cursor where to go on
     * @param elapsed the time it took
     */
    public VerifyReport {
        problems = List.copyOf(problems);
        Objects.requireNonNull(cursor, "cursor");
    }

    /**
     * Makes a report of a complete verification.
     *
     * @param level how deep it went
     * @param problems what is wrong
     * @param problemCount how many problems there were in all
     * @param metadataPages metadata pages read
     * @param blocks blocks whose bytes were read
     * @param bytes stored bytes read
     * @param elapsed the time it took
     */
    public VerifyReport(
            VerifyLevel level,
            List<Problem> problems,
            long problemCount,
            long metadataPages,
            long blocks,
            long bytes,
            Duration elapsed) {
        this(level, problems, problemCount, metadataPages, 0, blocks, bytes, true, Optional.empty(), elapsed);
    }

    /**
     * Whether nothing is wrong in what was checked.
     *
     * @return true if there is no problem
     */
    public boolean isClean() {
        return problemCount == 0;
    }

    /**
     * What a problem is about.
     *
     * @since 0.1.0
     */
    public enum Kind {
        /** A slot of the superblock. */
        SUPERBLOCK,
        /** The journal. */
        JOURNAL,
        /** A page of metadata, or figures that contradict one another, such as reference counts. */
        METADATA,
        /** A block group as a whole: its header, table or footer. */
        GROUP,
        /** A block. */
        BLOCK,
        /** None of these. */
        OTHER
    }

    /**
     * One thing that is wrong.
     *
     * @param kind what it is about
     * @param resource where: a file and structure, an image, a block's address
     * @param message what, as "what: actual=… expected=…" where it applies
     * @param address the block's address, of a problem of the kind {@link Kind#BLOCK}
     * @param uses places in images that cannot be read because of it, the first few
     * @param useCount how many such places there are in all, snapshots and clones counted each
     * @param callerReferences references to the block that callers of the block store hold
     * @since 0.1.0
     */
    public record Problem(
            Kind kind,
            String resource,
            String message,
            OptionalLong address,
            List<Use> uses,
            long useCount,
            long callerReferences) {
        /**
         * Makes a problem.
         *
         * @param kind what it is about
         * @param resource where
         * @param message what
         * @param address the block's address
         * @param uses places in images
         * @param useCount how many such places there are in all
         * @param callerReferences references that callers of the block store hold
         */
        public Problem {
            Objects.requireNonNull(kind, "kind");
            uses = List.copyOf(uses);
        }

        /**
         * Makes a problem of no particular kind.
         *
         * @param resource where
         * @param message what
         */
        public Problem(String resource, String message) {
            this(Kind.OTHER, resource, message, OptionalLong.empty(), List.of(), 0, 0);
        }
    }

    /**
     * A place in an image.
     *
     * @param image the image's name
     * @param offsetBytes where it starts
     * @param lengthBytes how long it is
     * @since 0.1.0
     */
    public record Use(String image, long offsetBytes, long lengthBytes) {}
}
