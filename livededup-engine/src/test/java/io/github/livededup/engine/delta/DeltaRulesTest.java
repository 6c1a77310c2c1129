package io.github.livededup.engine.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BaseMismatchException;
import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule of docs/DELTA.md, with a stream that keeps it, or breaks it and nothing else. */
class DeltaRulesTest extends DeltaCase {
    private static final FingerprintAlgorithm SHA = FingerprintAlgorithm.SHA_256;
    private static final byte[] NONE = new byte[32];

    private Volume volume;
    private byte[] emptyDigest;

    @BeforeEach
    void createVolume() throws IOException {
        volume = create(small());
        createImage(volume, "base", TestData.blocks(BLOCK, 1, 2, 3, 4));
        emptyDigest = sha256();
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StreamBuilder whole(long blocks) {
        return new StreamBuilder(SHA, 0, blocks * BLOCK);
    }

    private static StreamBuilder delta(long blocks) {
        return new StreamBuilder(SHA, 4L * BLOCK, blocks * BLOCK);
    }

    private static StreamBuilder data(StreamBuilder stream, long block, long seed) {
        byte[] bytes = TestData.block(BLOCK, seed);
        return stream.data(block, 0, bytes, sha256(bytes));
    }

    private void receive(StreamBuilder stream) throws IOException {
        receive(volume, null, "image", stream.end(emptyDigest, NONE).bytes());
    }

    private void assertDamaged(StreamBuilder stream, String message) throws IOException {
        assertRefused(null, stream.end(emptyDigest, NONE).bytes(), message);
    }

    private void assertDamagedDelta(StreamBuilder stream, String message) throws IOException {
        assertRefused("base", stream.end(emptyDigest, NONE).bytes(), message);
    }

    private void assertRefused(@Nullable String base, byte[] bytes, String message) throws IOException {
        assertThatThrownBy(() -> receive(volume, base, "image", bytes))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(message);
        assertThat(names(volume)).containsExactly("base");
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(4);
    }

    @Test
    void whatIsRightIsTaken() throws IOException {
        receive(data(data(whole(10), 1, 11), 3, 12).repeat(5, 1, 3).known(9, known(2)));
        assertThat(read(volume, "image")).isEqualTo(TestData.blocks(BLOCK, 0, 11, 0, 12, 0, 12, 0, 0, 0, 2));
    }

    private static byte[] known(long seed) {
        return sha256(TestData.block(BLOCK, seed));
    }

    @Test
    void repeatsMayGoBackToTheBaseAndToRepeats() throws IOException {
        byte[] digest = sha256(entry(2, 3));
        receive(
                volume,
                "base",
                "image",
                data(delta(9), 2, 30)
                        .repeat(5, 2, 2)
                        .repeat(7, 2, 5)
                        .end(digest, NONE)
                        .bytes());
        assertThat(read(volume, "image")).isEqualTo(TestData.blocks(BLOCK, 1, 2, 30, 4, 0, 30, 4, 30, 4));
    }

    private static byte[] entry(long block, long seed) {
        return ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(block)
                .put(known(seed))
                .array();
    }

    @Test
    void theDigestOfTheBase() throws IOException {
        byte[] digest = sha256(entry(1, 2), entry(3, 4));
        byte[] bytes = data(delta(4), 1, 20).hole(3, 1).end(digest, NONE).bytes();
        receive(volume, "base", "image", bytes);
        assertThat(read(volume, "image")).isEqualTo(TestData.blocks(BLOCK, 1, 20, 3, 0));
        byte[] wrong =
                data(delta(4), 1, 20).hole(3, 1).end(sha256(entry(1, 2)), NONE).bytes();
        assertThatThrownBy(() -> receive(volume, "base", "image-2", wrong))
                .isInstanceOf(BaseMismatchException.class)
                .hasMessageContaining("changed ranges");
    }

    @Test
    void blocksAtAnEndAreNamed() throws IOException {
        long baseSize = 3L * BLOCK + 100;
        try (Image base = volume.images().open("base")) {
            base.resize(baseSize);
        }
        long size = 4L * BLOCK + 7;
        assertDamagedDelta(new StreamBuilder(SHA, baseSize, baseSize), "block 3, in which an image ends");
        assertDamagedDelta(new StreamBuilder(SHA, baseSize, baseSize).hole(0, 1), "block 3, in which an image ends");
        assertDamagedDelta(data(new StreamBuilder(SHA, baseSize, size), 4, 9), "block 3, in which an image ends");
        assertDamagedDelta(data(new StreamBuilder(SHA, baseSize, size), 3, 9), "block 4, in which an image ends");
        byte[] right = data(new StreamBuilder(SHA, baseSize, size), 3, 9)
                .hole(4, 1)
                .end(emptyDigest, NONE)
                .bytes();
        receive(volume, "base", "image", right);
        assertThat(read(volume, "image")).isEqualTo(Arrays.copyOf(TestData.blocks(BLOCK, 1, 2, 3, 9), (int) size));
    }

    @Test
    void blocksAscendAndAreTheImages() throws IOException {
        assertDamaged(data(data(whole(4), 2, 5), 2, 6), "blocks of a record");
        assertDamaged(data(data(whole(4), 2, 5), 1, 6), "blocks of a record");
        assertDamaged(data(whole(4), 4, 5), "blocks of a record");
        assertDamaged(data(whole(4), -1, 5), "blocks of a record");
        assertDamaged(data(whole(4), Long.MAX_VALUE, 5), "blocks of a record");
        assertDamaged(data(whole(4), 0, 5).repeat(1, 0, 0), "blocks of a record");
        assertDamaged(data(whole(4), 0, 5).repeat(1, -1, 0), "blocks of a record");
        assertDamaged(data(whole(4), 0, 5).repeat(1, 4, 0), "blocks of a record");
        assertDamagedDelta(delta(4).hole(0, 5), "blocks of a record");
        assertDamagedDelta(delta(4).hole(2, 1).hole(2, 1), "blocks of a record");
        assertDamaged(data(whole(0), 0, 5), "blocks of a record");
    }

    @Test
    void whatIsRepeatedIsThere() throws IOException {
        assertDamaged(data(whole(9), 0, 5).repeat(5, 1, 1), "which is repeated");
        assertDamaged(data(whole(9), 0, 5).repeat(1, 2, 0), "block that is repeated");
        assertDamaged(data(whole(9), 0, 5).repeat(5, 1, 5), "block that is repeated");
        assertDamaged(data(whole(9), 0, 5).repeat(5, 1, -1), "block that is repeated");
        assertDamaged(data(whole(9), 0, 5).repeat(5, 1, Long.MIN_VALUE), "block that is repeated");
    }

    @Test
    void storedBytesAreTheBlock() throws IOException {
        byte[] bytes = TestData.block(BLOCK, 5);
        byte[] fingerprint = sha256(bytes);
        assertDamaged(whole(4).data(0, 0, bytes, known(6)), "fingerprint of block 0");
        assertDamaged(whole(4).data(0, 2, bytes, fingerprint), "codec");
        assertDamaged(whole(4).data(0, 1, bytes, fingerprint), "stored bytes of block 0");
        assertDamaged(whole(4).data(0, 0, new byte[BLOCK + 1], fingerprint), "stored length");
        assertDamaged(whole(4).data(0, 0, new byte[BLOCK - 1], fingerprint), "stored bytes of block 0");
        assertDamaged(whole(4).data(0, 0, new byte[BLOCK], sha256(new byte[BLOCK])), "fingerprint of block 0");
    }

    @Test
    void recordsAreWhole() throws IOException {
        assertRefused(null, whole(4).raw((byte) 1).bytes(), "bytes left");
        assertRefused(null, whole(4).raw((byte) 2, (byte) 0, (byte) 0, (byte) 0).bytes(), "bytes left");
        assertRefused(null, whole(4).raw((byte) 5, (byte) 0, (byte) 0, (byte) 0).bytes(), "bytes left");
        assertRefused(null, data(whole(4), 0, 5).bytes(), "cut short");
        assertDamaged(whole(4).raw((byte) 0), "record type");
        assertDamaged(whole(4).raw((byte) 6), "record type");
        assertDamaged(whole(4).raw((byte) -1), "record type");
        assertRefused(null, whole(4).end(emptyDigest, NONE).raw((byte) 0).bytes(), "bytes behind the end");
    }

    @Test
    void unusedBytesAreZero() throws IOException {
        byte[] pad = {4, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        assertRefused("base", delta(4).raw(pad).bytes(), "unused bytes of a record");
        assertDamaged(whole(4).header(44, 1), "unused bytes of the header");
        assertDamaged(whole(4).header(64, 1), "unused bytes of the header");
        assertDamaged(whole(4).header(120, 1), "unused bytes of the header");
        assertDamaged(whole(4).header(40, 4), "unknown flags");
        assertRefused(null, whole(4).end(emptyDigest, emptyDigest).bytes(), "digest of the image");
    }

    @Test
    void headersSayWhatCanBe() throws IOException {
        assertDamaged(whole(4).header(32, 2048), "block size");
        assertDamaged(whole(4).header(32, 131072), "block size");
        assertDamaged(whole(4).header(32, 5000), "block size");
        assertDamaged(whole(4).header(36, 0), "fingerprint algorithm");
        assertDamaged(whole(4).header(36, 4), "fingerprint algorithm");
        assertDamaged(whole(4).header(48, 1), "base size");
        assertDamaged(whole(4).header(60, 1 << 15), "image size");
        assertDamaged(whole(4).header(60, 1 << 31), "image size");
        assertDamaged(whole(4).header(0, 0), "magic");
        assertDamaged(whole(4).header(8, 7), "inverted version");
    }

    @Test
    void countsAreRight() throws IOException {
        for (int kind = 0; kind < 4; kind++) {
            assertDamaged(data(whole(4), 0, 5).miscount(kind), "blocks of records of type " + (kind + 1));
        }
    }

    @Test
    void recordsThatTheHeaderRulesOut() throws IOException {
        assertDamaged(whole(4).hole(0, 1), "record type");
        Volume xxh3 = create(small().fingerprint(FingerprintAlgorithm.XXH3_128));
        byte[] bytes = new StreamBuilder(FingerprintAlgorithm.XXH3_128, 0, BLOCK)
                .known(0, new byte[16])
                .end(emptyDigest, NONE)
                .bytes();
        assertThatThrownBy(() -> receive(xxh3, null, "image", bytes)).isInstanceOf(CorruptionException.class);
        assertThat(names(xxh3)).isEmpty();
    }
}
