package io.github.livededup;

/**
 * The outcome of a put.
 *
 * @param address where the block is; stays valid until its last reference is released
 * @param isNew whether the block's bytes had to be stored
 * @since 0.1.0
 */
public record PutResult(long address, boolean isNew) {}
