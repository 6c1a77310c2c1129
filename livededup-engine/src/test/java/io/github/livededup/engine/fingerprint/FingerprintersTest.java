package io.github.livededup.engine.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.engine.util.ChildJvm;
import io.github.livededup.engine.util.Seeds;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import net.openhft.hashing.LongTupleHashFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FingerprintersTest {
    /** FIPS 180-4's examples. */
    @ParameterizedTest
    @CsvSource({
        "'', e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "abc, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq, "
                + "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    })
    void sha256IsTheStandards(String message, String expected) {
        byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
        assertThat(hex(FingerprintAlgorithm.SHA_256, ByteBuffer.wrap(bytes), 0, bytes.length))
                .isEqualTo(expected);
    }

    /** From the test vectors of the BLAKE3 reference repository. */
    @ParameterizedTest
    @CsvSource({
        "0, af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "1, 2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
        "1024, 42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
        "1025, d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
        "4096, 015094013f57a5277b59d8475c0501042c0b642e531b0a1c8f58d2163229e969"
    })
    void blake3IsTheReferences(int lengthBytes, String expected) {
        assertThat(hex(FingerprintAlgorithm.BLAKE3, pattern(lengthBytes), 0, lengthBytes))
                .isEqualTo(expected);
    }

    /** Made with the reference implementation's Python binding (xxh3_128_hexdigest), on the BLAKE3 input pattern. */
    @ParameterizedTest
    @CsvSource({
        "241, 1da1cb61bcb8a2a102e8cd95421c6d02",
        "1024, d0ac1f7b93bf57b9e5d78bafa45b2aa5",
        "4096, e12cd72144990fe57135ffa504f1bc71",
        "65536, f5e7bc5d3d8675bfaaae63800707a868"
    })
    void xxh3IsTheReferences(int lengthBytes, String expected) {
        assertThat(hex(FingerprintAlgorithm.XXH3_128, pattern(lengthBytes), 0, lengthBytes))
                .isEqualTo(expected);
    }

    @Test
    void xxh3IsThatOfALibrary() {
        LongTupleHashFunction library = LongTupleHashFunction.xx128();
        Random random = new Random(Seeds.seed());
        byte[] bytes = new byte[70_000];
        random.nextBytes(bytes);
        for (int i = 0; i < 3000; i++) {
            int lengthBytes = 241 + random.nextInt(i % 10 == 0 ? 65_300 : 4_000);
            int offset = random.nextInt(bytes.length - lengthBytes);
            long[] lowHigh = library.hashBytes(bytes, offset, lengthBytes);
            assertThat(hex(FingerprintAlgorithm.XXH3_128, ByteBuffer.wrap(bytes), offset, lengthBytes))
                    .as("%d bytes from %d", lengthBytes, offset)
                    .isEqualTo(HexFormat.of().toHexDigits(lowHigh[1])
                            + HexFormat.of().toHexDigits(lowHigh[0]));
        }
    }

    @Test
    void xxh3IsOfWholeBlocksOnly() {
        assertThatThrownBy(() -> hex(FingerprintAlgorithm.XXH3_128, pattern(240), 0, 240))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lengthBytes: actual=240 expected=at least 241");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfBufferGivesTheSameAndStaysAsItIs(FingerprintAlgorithm algorithm) {
        byte[] bytes = new byte[70_000];
        new Random(7).nextBytes(bytes);
        ByteBuffer heap = ByteBuffer.wrap(bytes);
        ByteBuffer shifted = ByteBuffer.wrap(new byte[bytes.length + 5])
                .slice(5, bytes.length)
                .put(0, bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        String expected = hex(algorithm, heap, 1000, 65_536);
        for (ByteBuffer buffer :
                new ByteBuffer[] {shifted, direct, heap.asReadOnlyBuffer(), direct.asReadOnlyBuffer()}) {
            buffer.position(3).limit(69_999);
            assertThat(hex(algorithm, buffer, 1000, 65_536)).isEqualTo(expected);
            assertThat(buffer.position()).isEqualTo(3);
            assertThat(buffer.limit()).isEqualTo(69_999);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedDigestLeavesNothingBehind(FingerprintAlgorithm algorithm) {
        Fingerprinters fingerprinters = Fingerprinters.of(algorithm);
        Fingerprinter one = fingerprinters.newFingerprinter();
        byte[] out = new byte[fingerprinters.lengthBytes()];
        ByteBuffer block = pattern(4096);
        assertThatThrownBy(() -> one.digest(block, 0, 4096, out, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> one.digest(block, 1, 4096, out, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> one.digest(block, -1, 4, out, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        one.digest(block, 0, 4096, out, 0);
        assertThat(HexFormat.of().formatHex(out)).isEqualTo(hex(algorithm, block, 0, 4096));
    }

    @ParameterizedTest
    @EnumSource(names = {"SHA_256", "XXH3_128"})
    void nothingIsAllocatedPerBlock(FingerprintAlgorithm algorithm) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Fingerprinter one = Fingerprinters.of(algorithm).newFingerprinter();
        byte[] out = new byte[32];
        ByteBuffer heap = pattern(4096);
        ByteBuffer direct = ByteBuffer.allocateDirect(4096);
        int blocks = 20_000;
        long allocated = 0;
        for (int round = 0; round < 2; round++) { // the first one is warm-up
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < blocks; i++) {
                one.digest(i % 2 == 0 ? heap : direct, 0, 4096, out, 0);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated / blocks).isZero();
    }

    @Test
    void theOnlyProviderIsTakenUnmeasuredAndNoneIsTheDefault() {
        var provider = java.security.Security.getProviders("MessageDigest.SHA-256")[0];
        assertThat(FastestDigest.fastest(new java.security.Provider[] {provider}))
                .isSameAs(provider);
        assertThat(FastestDigest.fastest(null)).isNull();
    }

    @Test
    void aProviderThatFailsIsNotTaken() {
        var provider = java.security.Security.getProviders("MessageDigest.SHA-256")[0];
        var broken = new java.security.Provider("Broken", "1", "has no digest") {};
        assertThat(FastestDigest.fastest(new java.security.Provider[] {broken, provider}))
                .isSameAs(provider);
    }

    @Test
    void everyAlgorithmWorksInAJvmWithoutFlags() throws Exception {
        assertThat(ChildJvm.run(WithoutFlags.class)).contains("all digested").endsWith("exit=0");
    }

    /** Recent JVMs can be told to refuse {@code Unsafe}, and later ones will do so by themselves. */
    @Test
    void everyAlgorithmWorksWithoutUnsafe() throws Exception {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(23);
        assertThat(ChildJvm.run(WithoutFlags.class, "--sun-misc-unsafe-memory-access=deny"))
                .contains("all digested")
                .endsWith("exit=0");
    }

    /** Run in a JVM of its own. */
    static final class WithoutFlags {
        public static void main(String[] arguments) {
            for (FingerprintAlgorithm algorithm : FingerprintAlgorithm.values()) {
                hex(algorithm, pattern(4096), 0, 4096);
                hex(algorithm, ByteBuffer.allocateDirect(4096), 0, 4096);
            }
            System.out.println("all digested");
        }
    }

    private static ByteBuffer pattern(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return ByteBuffer.wrap(bytes);
    }

    private static String hex(FingerprintAlgorithm algorithm, ByteBuffer block, int offset, int lengthBytes) {
        Fingerprinters fingerprinters = Fingerprinters.of(algorithm);
        assertThat(fingerprinters.algorithm()).isEqualTo(algorithm);
        byte[] out = new byte[fingerprinters.lengthBytes() + 3];
        fingerprinters.newFingerprinter().digest(block, offset, lengthBytes, out, 2);
        assertThat(out[0] | out[1] | out[out.length - 1]).isZero();
        return HexFormat.of().formatHex(out, 2, out.length - 1);
    }
}
