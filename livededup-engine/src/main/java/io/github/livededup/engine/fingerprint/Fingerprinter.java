package io.github.livededup.engine.fingerprint;

import java.nio.ByteBuffer;

/** Computes fingerprints. For use by one thread at a time; allocates nothing per block but what its library does. */
public interface Fingerprinter {
    /**
     * Computes the fingerprint of a range of a buffer.
     *
     * @param block heap or direct, also read-only; position and limit are neither used nor changed
     * @param offset where the range starts, absolute
     * @param lengthBytes how long it is; for XXH3-128 more than 240
     * @param out receives the fingerprint
     * @param outOffset where it is put there
     * @throws IllegalArgumentException if the range is too short for the algorithm
     * @throws IndexOutOfBoundsException if the range is not within the buffer, or {@code out} is too short
     */
    void digest(ByteBuffer block, int offset, int lengthBytes, byte[] out, int outOffset);
}
