package io.github.livededup;

import java.util.Objects;

/**
 * Options of an import or export.
 *
 * @param listener told of progress
 * @param cancellation stops the operation when cancelled
 * @param replaceExisting on export, whether an existing target file is overwritten; an import never replaces an image
 * @param durable on export to a file, whether it is forced to the disk before it is moved into place; without, a power
 *     cut soon after may lose it, as with any copied file. An import is always durable
 * @param rewrite on import of a file or channel, whether duplicates that would scatter the image are stored anew
 * @since 0.1.0
 */
public record TransferOptions(
        ProgressListener listener,
        CancellationToken cancellation,
        boolean replaceExisting,
        boolean durable,
        RewritePolicy rewrite) {
    /**
     * Makes options.
     *
     * @param listener told of progress
     * @param cancellation stops the operation when cancelled
     * @param replaceExisting on export, whether an existing target file is overwritten
     * @param durable on export to a file, whether it is forced to the disk
     * @param rewrite on import, whether duplicates that would scatter the image are stored anew
     */
    public TransferOptions {
        Objects.requireNonNull(rewrite, "rewrite");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Makes options of a durable transfer.
     *
     * @param listener told of progress
     * @param cancellation stops the operation when cancelled
     * @param replaceExisting on export, whether an existing target file is overwritten
     */
    public TransferOptions(ProgressListener listener, CancellationToken cancellation, boolean replaceExisting) {
        this(listener, cancellation, replaceExisting, true, RewritePolicy.never());
    }

    /**
     * Nobody told, never cancelled, an existing target refused, durable.
     *
     * @return the defaults
     */
    public static TransferOptions defaults() {
        return new TransferOptions(ProgressListener.NONE, new CancellationToken(), false);
    }

    /**
     * These options with another listener.
     *
     * @param newListener the listener
     * @return new options
     */
    public TransferOptions withListener(ProgressListener newListener) {
        return new TransferOptions(newListener, cancellation, replaceExisting, durable, rewrite);
    }

    /**
     * These options with another token.
     *
     * @param token the token
     * @return new options
     */
    public TransferOptions withCancellation(CancellationToken token) {
        return new TransferOptions(listener, token, replaceExisting, durable, rewrite);
    }

    /**
     * These options with an existing target overwritten or refused.
     *
     * @param replace true to overwrite
     * @return new options
     */
    public TransferOptions withReplaceExisting(boolean replace) {
        return new TransferOptions(listener, cancellation, replace, durable, rewrite);
    }

    /**
     * These options with an exported file forced to the disk or not.
     *
     * @param force true to force
     * @return new options
     */
    public TransferOptions withDurable(boolean force) {
        return new TransferOptions(listener, cancellation, replaceExisting, force, rewrite);
    }

    /**
     * These options with another rewrite policy.
     *
     * @param policy on import, whether duplicates that would scatter the image are stored anew
     * @return new options
     */
    public TransferOptions withRewrite(RewritePolicy policy) {
        return new TransferOptions(listener, cancellation, replaceExisting, durable, policy);
    }
}
