package io.github.livededup;

/**
 * Is told of progress, from a thread of the operation, a few times a second at most and once at the end. It must return
 * soon; what it throws ends the operation.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ProgressListener {
    /** A listener that ignores everything. */
    ProgressListener NONE = progress -> {};

    /**
     * Takes a report.
     *
     * @param progress how far the operation is
     */
    void onProgress(Progress progress);
}
