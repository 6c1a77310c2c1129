package io.github.livededup.engine.fingerprint;

import io.github.livededup.FingerprintAlgorithm;
import org.bouncycastle.crypto.digests.Blake3Digest;

/** BLAKE3 with 256 bits by Bouncy Castle, which allocates some 150 bytes for each block. */
final class Blake3Fingerprinter extends ArrayFingerprinter {
    private final Blake3Digest digest = new Blake3Digest(FingerprintAlgorithm.BLAKE3.lengthBytes() * Byte.SIZE);

    Blake3Fingerprinter() {
        super(FingerprintAlgorithm.BLAKE3.lengthBytes());
    }

    @Override
    void digest(byte[] block, int offset, int lengthBytes, byte[] out, int outOffset) {
        digest.update(block, offset, lengthBytes);
        digest.doFinal(out, outOffset);
    }
}
