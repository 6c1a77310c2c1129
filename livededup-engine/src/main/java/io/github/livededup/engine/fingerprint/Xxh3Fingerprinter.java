package io.github.livededup.engine.fingerprint;

import io.github.livededup.FingerprintAlgorithm;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * XXH3 with 128 bits, seed 0 and the default secret, in xxHash's canonical representation: big-endian, the high half first.
 * Only its form for input of more than 240 bytes, as all blocks are. It is as fast as the libraries' that read through {@code
 * sun.misc.Unsafe}, which recent JVMs warn of and can refuse.
 *
 * <p>Input is taken in stripes of 64 bytes: each of its eight words is mixed with a word of the secret, multiplied half by half,
 * and added to a sum; after 16 stripes the sums are scrambled.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">xxHash fast digest algorithm</a>
 */
final class Xxh3Fingerprinter extends ArrayFingerprinter {
    static final int LEAST_BYTES = 241;

    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final int SUMS = 8;
    private static final int STRIPE_BYTES = SUMS * Long.BYTES;
    private static final int STRIPES = 16;
    private static final int RUN_BYTES = STRIPES * STRIPE_BYTES;

    private static final byte[] SECRET_BYTES = HexFormat.of()
            .parseHex("b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                    + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                    + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                    + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                    + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                    + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");
    /** Stripe s of a run is mixed with the words from s on; scrambling takes the last eight. */
    private static final long[] SECRET = secret(0, STRIPES + SUMS);

    private static final long[] SECRET_OF_LAST_STRIPE = secret(SECRET_BYTES.length - STRIPE_BYTES - 7, SUMS);
    private static final long[] SECRET_OF_LOW = secret(11, SUMS);
    private static final long[] SECRET_OF_HIGH = secret(SECRET_BYTES.length - STRIPE_BYTES - 11, SUMS);

    private static final long PRIME32_1 = 0x9E3779B1L;
    private static final long PRIME32_2 = 0x85EBCA77L;
    private static final long PRIME32_3 = 0xC2B2AE3DL;
    private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
    private static final long PRIME_MX1 = 0x165667919E3779F9L;
    private static final long[] START = {
        PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1
    };

    private final long[] sums = new long[SUMS];

    Xxh3Fingerprinter() {
        super(FingerprintAlgorithm.XXH3_128.lengthBytes());
    }

    /** {@inheritDoc} Input is refused that is shorter than {@link #LEAST_BYTES}. */
    @Override
    void digest(byte[] block, int offset, int lengthBytes, byte[] out, int outOffset) {
        if (lengthBytes < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "lengthBytes: actual=" + lengthBytes + " expected=at least " + LEAST_BYTES);
        }
        System.arraycopy(START, 0, sums, 0, SUMS);
        int runs = (lengthBytes - 1) / RUN_BYTES;
        for (int run = 0; run < runs; run++) {
            addStripes(block, offset + run * RUN_BYTES, STRIPES, SECRET);
            scramble();
        }
        int done = runs * RUN_BYTES;
        addStripes(block, offset + done, (lengthBytes - 1 - done) / STRIPE_BYTES, SECRET);
        addStripes(block, offset + lengthBytes - STRIPE_BYTES, 1, SECRET_OF_LAST_STRIPE);
        BIG_ENDIAN.set(out, outOffset, merge(SECRET_OF_HIGH, ~(lengthBytes * PRIME64_2)));
        BIG_ENDIAN.set(out, outOffset + Long.BYTES, merge(SECRET_OF_LOW, lengthBytes * PRIME64_1));
    }

    /** Unrolled, so that the sums stay in registers. */
    private void addStripes(byte[] block, int offset, int stripes, long[] secret) {
        long a0 = sums[0];
        long a1 = sums[1];
        long a2 = sums[2];
        long a3 = sums[3];
        long a4 = sums[4];
        long a5 = sums[5];
        long a6 = sums[6];
        long a7 = sums[7];
        for (int s = 0; s < stripes; s++) {
            int at = offset + s * STRIPE_BYTES;
            long even = (long) LITTLE_ENDIAN.get(block, at);
            long odd = (long) LITTLE_ENDIAN.get(block, at + 8);
            a0 += odd + product(even ^ secret[s]);
            a1 += even + product(odd ^ secret[s + 1]);
            even = (long) LITTLE_ENDIAN.get(block, at + 16);
            odd = (long) LITTLE_ENDIAN.get(block, at + 24);
            a2 += odd + product(even ^ secret[s + 2]);
            a3 += even + product(odd ^ secret[s + 3]);
            even = (long) LITTLE_ENDIAN.get(block, at + 32);
            odd = (long) LITTLE_ENDIAN.get(block, at + 40);
            a4 += odd + product(even ^ secret[s + 4]);
            a5 += even + product(odd ^ secret[s + 5]);
            even = (long) LITTLE_ENDIAN.get(block, at + 48);
            odd = (long) LITTLE_ENDIAN.get(block, at + 56);
            a6 += odd + product(even ^ secret[s + 6]);
            a7 += even + product(odd ^ secret[s + 7]);
        }
        sums[0] = a0;
        sums[1] = a1;
        sums[2] = a2;
        sums[3] = a3;
        sums[4] = a4;
        sums[5] = a5;
        sums[6] = a6;
        sums[7] = a7;
    }

    /** Its low half times its high half. */
    private static long product(long word) {
        return (word & 0xFFFFFFFFL) * (word >>> 32);
    }

    private void scramble() {
        for (int i = 0; i < SUMS; i++) {
            long sum = sums[i];
            sums[i] = (sum ^ sum >>> 47 ^ SECRET[STRIPES + i]) * PRIME32_1;
        }
    }

    private long merge(long[] secret, long start) {
        long all = start;
        for (int i = 0; i < SUMS; i += 2) {
            long x = sums[i] ^ secret[i];
            long y = sums[i + 1] ^ secret[i + 1];
            all += x * y ^ unsignedHigh(x, y);
        }
        all ^= all >>> 37;
        all *= PRIME_MX1;
        return all ^ all >>> 32;
    }

    /** {@code Math.unsignedMultiplyHigh} of Java 18. */
    private static long unsignedHigh(long x, long y) {
        return Math.multiplyHigh(x, y) + (x >> 63 & y) + (y >> 63 & x);
    }

    private static long[] secret(int offset, int words) {
        long[] secret = new long[words];
        for (int i = 0; i < words; i++) {
            secret[i] = (long) LITTLE_ENDIAN.get(SECRET_BYTES, offset + i * Long.BYTES);
        }
        return secret;
    }
}
