package io.github.livededup.engine.fingerprint;

import io.github.livededup.FingerprintAlgorithm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import net.openhft.hashing.LongTupleHashFunction;

/** XXH3 with 128 bits and seed 0, in xxHash's canonical representation: big-endian, the high half first. */
final class Xxh3Fingerprinter extends ArrayFingerprinter {
    private static final LongTupleHashFunction XXH3 = LongTupleHashFunction.xx128();
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final long[] lowHigh = XXH3.newResultArray();

    Xxh3Fingerprinter() {
        super(FingerprintAlgorithm.XXH3_128.lengthBytes());
    }

    @Override
    void digest(byte[] block, int offset, int lengthBytes, byte[] out, int outOffset) {
        XXH3.hashBytes(block, offset, lengthBytes, lowHigh);
        BIG_ENDIAN.set(out, outOffset, lowHigh[1]);
        BIG_ENDIAN.set(out, outOffset + Long.BYTES, lowHigh[0]);
    }
}
