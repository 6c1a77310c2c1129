package io.github.livededup;

import java.util.Objects;

/**
 * Options of an import or export.
 *
 * @param listener told of progress
 * @param cancellation stops the operation when cancelled
 * @param replaceExisting on export, whether an existing target file is overwritten; an import never replaces an image
 * @since 0.1.0
 */
public record TransferOptions(ProgressListener listener, CancellationToken cancellation, boolean replaceExisting) {
    /**
     * Makes options.
     *
     * @param listener told of progress
     * @param cancellation stops the operation when cancelled
     * @param replaceExisting on export, whether an existing target file is overwritten
     */
    public TransferOptions {
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Nobody told, never cancelled, an existing target refused.
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
        return new TransferOptions(newListener, cancellation, replaceExisting);
    }

    /**
     * These options with another token.
     *
     * @param token the token
     * @return new options
     */
    public TransferOptions withCancellation(CancellationToken token) {
        return new TransferOptions(listener, token, replaceExisting);
    }

    /**
     * These options with an existing target overwritten or refused.
     *
     * @param replace true to overwrite
     * @return new options
     */
    public TransferOptions withReplaceExisting(boolean replace) {
        return new TransferOptions(listener, cancellation, replace);
    }
}
