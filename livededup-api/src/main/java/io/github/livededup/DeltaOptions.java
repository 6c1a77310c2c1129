package io.github.livededup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Options of a delta export.
 *
 * @param known says which blocks the receiver has already; those are sent as fingerprints only. It is not asked if the
 *     volume's fingerprints are not {@linkplain FingerprintAlgorithm#isCryptographic() proof}
 * @param resultCheck whether the stream ends with a digest over the fingerprints of the whole image, so that the receiver
 *     finds out if its base was another one even outside the changed ranges. It costs a walk over the map on both sides
 * @param listener told of progress
 * @param cancellation stops the operation when cancelled
 * @since 0.1.0
 */
public record DeltaOptions(
        KnownBlocks known, boolean resultCheck, ProgressListener listener, CancellationToken cancellation) {
    /**
     * Says which blocks a receiver has.
     *
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface KnownBlocks {
        /** Nothing is known of the receiver. */
        KnownBlocks NONE = fingerprint -> false;

        /**
         * Whether the receiver has a block. Called for each changed block by one thread.
         *
         * @param fingerprint the block's fingerprint, from position to limit, read-only
         * @return true if it has; a wrong true makes the receiver refuse the stream, a wrong false costs space in it
         * @throws IOException ends the export
         */
        boolean contains(ByteBuffer fingerprint) throws IOException;
    }

    /**
     * Makes options.
     *
     * @param known says which blocks the receiver has already
     * @param resultCheck whether the whole result is checked
     * @param listener told of progress
     * @param cancellation stops the operation when cancelled
     */
    public DeltaOptions {
        Objects.requireNonNull(known, "known");
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Nothing known of the receiver, the result checked, nobody told, never cancelled.
     *
     * @return the defaults
     */
    public static DeltaOptions defaults() {
        return new DeltaOptions(KnownBlocks.NONE, true, ProgressListener.NONE, new CancellationToken());
    }

    /**
     * These options with other known blocks.
     *
     * @param blocks says which blocks the receiver has
     * @return new options
     */
    public DeltaOptions withKnown(KnownBlocks blocks) {
        return new DeltaOptions(blocks, resultCheck, listener, cancellation);
    }

    /**
     * These options with the result checked or not.
     *
     * @param check true to check
     * @return new options
     */
    public DeltaOptions withResultCheck(boolean check) {
        return new DeltaOptions(known, check, listener, cancellation);
    }

    /**
     * These options with another listener.
     *
     * @param newListener the listener
     * @return new options
     */
    public DeltaOptions withListener(ProgressListener newListener) {
        return new DeltaOptions(known, resultCheck, newListener, cancellation);
    }

    /**
     * These options with another token.
     *
     * @param token the token
     * @return new options
     */
    public DeltaOptions withCancellation(CancellationToken token) {
        return new DeltaOptions(known, resultCheck, listener, token);
    }
}
