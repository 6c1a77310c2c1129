package io.github.livededup;

/**
 * How blocks are told apart. Chosen when a volume is created and recorded in it.
 *
 * @since 0.1.0
 */
public enum FingerprintAlgorithm {
    /** SHA-256 (FIPS 180-4) by the fastest provider of the JVM; 32 bytes; the default. */
    SHA_256(32, true),
    /** BLAKE3 by Bouncy Castle; 32 bytes; for those whose rules ask for it: much slower in pure Java. */
    BLAKE3(32, true),
    /**
     * XXH3 with 128 bits; 16 bytes; by far the fastest. It is no cryptographic hash, so every duplicate is compared
     * byte for byte before it is shared, and that cannot be turned off.
     */
    XXH3_128(16, false);

    private final int lengthBytes;
    private final boolean cryptographic;

    FingerprintAlgorithm(int lengthBytes, boolean cryptographic) {
        this.lengthBytes = lengthBytes;
        this.cryptographic = cryptographic;
    }

    /**
     * The length of a fingerprint.
     *
     * @return the length in bytes
     */
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * Whether equal fingerprints may be trusted without comparing bytes.
     *
     * @return true if collisions cannot be made on purpose
     */
    public boolean isCryptographic() {
        return cryptographic;
    }
}
