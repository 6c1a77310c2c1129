package io.github.livededup;

/**
 * How new blocks are compressed. May be changed at every open: each block records how it was stored.
 *
 * @since 0.1.0
 */
public enum Compression {
    /** LZ4, fast; the default. Blocks it does not shrink are stored as they are. */
    LZ4_FAST,
    /** LZ4 high compression: writes slower, reads as fast. */
    LZ4_HC,
    /** Blocks are stored as they are. */
    NONE
}
