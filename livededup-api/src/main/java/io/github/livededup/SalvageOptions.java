package io.github.livededup;

import java.util.Objects;

/**
 * Options of a salvage.
 *
 * @param listener told of progress; {@code bytesDone} counts bytes copied
 * @param cancellation stops it when cancelled; images copied until then stay
 * @param keepDamaged whether images of which something is lost are kept, with holes where it was; without, they are reported
 *     and left out
 * @since 0.1.0
 */
public record SalvageOptions(ProgressListener listener, CancellationToken cancellation, boolean keepDamaged) {
    /**
     * Makes options.
     *
     * @param listener told of progress
     * @param cancellation stops it when cancelled
     * @param keepDamaged whether images of which something is lost are kept
     */
    public SalvageOptions {
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(cancellation, "cancellation");
    }

    /**
     * Nobody told, never cancelled, damaged images kept.
     *
     * @return the defaults
     */
    public static SalvageOptions defaults() {
        return new SalvageOptions(ProgressListener.NONE, new CancellationToken(), true);
    }

    /**
     * These options with another listener.
     *
     * @param newListener the listener
     * @return new options
     */
    public SalvageOptions withListener(ProgressListener newListener) {
        return new SalvageOptions(newListener, cancellation, keepDamaged);
    }

    /**
     * These options with another token.
     *
     * @param token the token
     * @return new options
     */
    public SalvageOptions withCancellation(CancellationToken token) {
        return new SalvageOptions(listener, token, keepDamaged);
    }

    /**
     * These options with damaged images kept or left out.
     *
     * @param keep true to keep them, with holes where something is lost
     * @return new options
     */
    public SalvageOptions withKeepDamaged(boolean keep) {
        return new SalvageOptions(listener, cancellation, keep);
    }
}
