package io.github.livededup.engine.fingerprint;

import io.github.livededup.FingerprintAlgorithm;
import java.security.DigestException;
import java.security.MessageDigest;

/** SHA-256 (FIPS 180-4) by the fastest provider of this JVM. */
final class Sha256Fingerprinter extends ArrayFingerprinter {
    private static final int LENGTH_BYTES = FingerprintAlgorithm.SHA_256.lengthBytes();

    private final MessageDigest digest = FastestDigest.newSha256();

    Sha256Fingerprinter() {
        super(LENGTH_BYTES);
    }

    @Override
    void digest(byte[] block, int offset, int lengthBytes, byte[] out, int outOffset) {
        digest.update(block, offset, lengthBytes);
        try {
            digest.digest(out, outOffset, LENGTH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException(digest.getProvider() + " refuses to write a SHA-256 digest", e);
        }
    }
}
