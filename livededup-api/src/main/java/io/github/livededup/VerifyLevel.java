package io.github.livededup;

/**
 * How deep a verification goes; each level includes those before it.
 *
 * @since 0.1.0
 */
public enum VerifyLevel {
    /** Superblocks and journal. */
    STRUCTURE,
    /** All metadata pages and tables, and a recount of all references. */
    METADATA,
    /** The checksum of every live block. */
    CHECKSUMS,
    /** The fingerprint of every live block. */
    FINGERPRINTS
}
