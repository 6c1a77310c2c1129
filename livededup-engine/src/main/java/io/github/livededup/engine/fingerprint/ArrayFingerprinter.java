package io.github.livededup.engine.fingerprint;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A fingerprinter over arrays. A block without an accessible array is copied into an own one: for 4 KiB that costs well
 * under 0.1 µs, as the JCA's own copying does.
 */
abstract class ArrayFingerprinter implements Fingerprinter {
    private final int fingerprintBytes;
    private byte[] copy = new byte[4096];

    ArrayFingerprinter(int fingerprintBytes) {
        this.fingerprintBytes = fingerprintBytes;
    }

    @Override
    public final void digest(ByteBuffer block, int offset, int lengthBytes, byte[] out, int outOffset) {
        Objects.checkFromIndexSize(outOffset, fingerprintBytes, out.length);
        if (block.hasArray()) {
            Objects.checkFromIndexSize(offset, lengthBytes, block.limit());
            digest(block.array(), block.arrayOffset() + offset, lengthBytes, out, outOffset);
            return;
        }
        Objects.checkFromIndexSize(offset, lengthBytes, block.limit());
        if (copy.length < lengthBytes) {
            copy = new byte[lengthBytes];
        }
        block.get(offset, copy, 0, lengthBytes);
        digest(copy, 0, lengthBytes, out, outOffset);
    }

    /** The same over an array; the ranges are checked. */
    abstract void digest(byte[] block, int offset, int lengthBytes, byte[] out, int outOffset);
}
