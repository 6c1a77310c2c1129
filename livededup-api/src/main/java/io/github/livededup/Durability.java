package io.github.livededup;

/**
 * When changes are made durable by themselves. {@link Volume#commit()} and {@link Image#flush()} always do so at once.
 *
 * @since 0.1.0
 */
public enum Durability {
    /** Every call that changes something returns only once it is durable; slow for small writes, safe without thought. */
    EVERY_CALL,
    /** A background thread commits at {@link VolumeOptions#commitInterval()}; the default. */
    INTERVAL,
    /**
     * Only {@link Volume#commit()}, {@link Image#flush()}, imports at their end, {@link Volume#compact} and {@link Volume#close()} make changes
     * durable, and a checkpoint, which comes by itself when the journal is half full or many metadata pages have changed.
     */
    EXPLICIT
}
