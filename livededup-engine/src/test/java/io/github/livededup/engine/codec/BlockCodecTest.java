package io.github.livededup.engine.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Compression;
import io.github.livededup.engine.util.RandomCases;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockCodecTest {
    private static final int BLOCK_BYTES = 4096;

    /** Half noise, half repetition: compresses to a bit over a half. */
    private static byte[] block(long seed, int noiseBytes) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(seed).nextBytes(bytes);
        for (int i = noiseBytes; i < BLOCK_BYTES; i++) {
            bytes[i] = (byte) (i % 7);
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4_FAST", "LZ4_HC"})
    void everyKindOfBufferRoundTripsAndStaysAsItIs(Compression compression) {
        BlockCodec codec = BlockCodec.of(compression);
        byte[] bytes = block(1, 1000);
        int room = BlockCodec.maxCompressedBytes(BLOCK_BYTES);
        for (boolean direct : new boolean[] {false, true}) {
            ByteBuffer src =
                    buffer(direct, BLOCK_BYTES + 10).put(5, bytes).position(9).limit(77);
            ByteBuffer stored = buffer(!direct, room + 3).position(1).limit(2);
            ByteBuffer back = buffer(direct, BLOCK_BYTES + 20).position(4).limit(4);
            int storedBytes = codec.compress(src, 5, BLOCK_BYTES, stored, 3);
            assertThat(storedBytes).isBetween(900, 1200);
            assertThat(codec.decompress(codec.codecId(), stored, 3, storedBytes, back, 11, BLOCK_BYTES))
                    .isTrue();
            byte[] result = new byte[BLOCK_BYTES];
            back.clear().get(11, result);
            assertThat(result).isEqualTo(bytes);
            assertThat(back.get(10) | back.get(BLOCK_BYTES + 11)).isZero();
            assertThat(src.position()).isEqualTo(9);
            assertThat(src.limit()).isEqualTo(77);
            assertThat(stored.position()).isEqualTo(1);
            assertThat(stored.limit()).isEqualTo(2);
        }
    }

    @Test
    void whatItStoresComesBack() {
        RandomCases.forEach(300, BlockCodecTest::roundTrip);
    }

    private static void roundTrip(SplittableRandom random) {
        byte[] bytes = repetitive(random, RandomCases.between(random, 1, 3000));
        BlockCodec codec = BlockCodec.of(random.nextBoolean() ? Compression.LZ4_HC : Compression.LZ4_FAST);
        ByteBuffer stored = ByteBuffer.allocateDirect(BlockCodec.maxCompressedBytes(bytes.length));
        int storedBytes = codec.compress(ByteBuffer.wrap(bytes), 0, bytes.length, stored, 0);
        if (storedBytes != BlockCodec.NOT_SMALLER) {
            assertThat(storedBytes).isLessThanOrEqualTo(bytes.length - bytes.length / 32);
            byte[] back = new byte[bytes.length];
            assertThat(codec.decompress(BlockCodec.LZ4, stored, 0, storedBytes, ByteBuffer.wrap(back), 0, bytes.length))
                    .isTrue();
            assertThat(back).isEqualTo(bytes);
        }
    }

    /** Noise that repeats after a random distance, with a few changes: from not at all to highly compressible. */
    private static byte[] repetitive(SplittableRandom random, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        random.nextBytes(bytes);
        int distance = RandomCases.between(random, 1, sizeBytes);
        for (int i = distance; i < sizeBytes; i++) {
            if (random.nextInt(100) != 0) {
                bytes[i] = bytes[i - distance];
            }
        }
        return bytes;
    }

    @Test
    void damagedBytesNeverDoMoreThanFail() {
        RandomCases.forEach(2000, BlockCodecTest::decompressDamaged);
    }

    private static void decompressDamaged(SplittableRandom random) {
        int at = RandomCases.between(random, 0, 1200);
        byte value = (byte) RandomCases.between(random, Byte.MIN_VALUE, Byte.MAX_VALUE);
        int length = RandomCases.between(random, 1, 1200);
        BlockCodec codec = BlockCodec.of(Compression.LZ4_FAST);
        ByteBuffer stored = ByteBuffer.allocateDirect(BlockCodec.maxCompressedBytes(BLOCK_BYTES));
        codec.compress(ByteBuffer.wrap(block(3, 1000)), 0, BLOCK_BYTES, stored, 0);
        stored.put(at, value);
        byte[] guarded = new byte[BLOCK_BYTES + 100];
        codec.decompress(BlockCodec.LZ4, stored, 0, length, ByteBuffer.wrap(guarded), 50, BLOCK_BYTES);
        for (int i = 0; i < 50; i++) {
            assertThat(guarded[i] | guarded[BLOCK_BYTES + 50 + i]).isZero();
        }
    }

    @Test
    void aBlockThatHardlyShrinksIsNotStoredCompressed() {
        BlockCodec codec = BlockCodec.of(Compression.LZ4_FAST);
        ByteBuffer room = ByteBuffer.allocate(BlockCodec.maxCompressedBytes(BLOCK_BYTES));
        ByteBuffer small = ByteBuffer.allocate(100);
        assertThat(compress(codec, block(5, BLOCK_BYTES), room)).isEqualTo(BlockCodec.NOT_SMALLER);
        assertThat(compress(codec, block(5, BLOCK_BYTES - 100), room)).isEqualTo(BlockCodec.NOT_SMALLER);
        assertThat(compress(codec, block(5, BLOCK_BYTES - 300), room)).isPositive();
        assertThat(compress(codec, block(5, BLOCK_BYTES), small)).isEqualTo(BlockCodec.NOT_SMALLER);
        assertThat(compress(BlockCodec.of(Compression.NONE), block(5, 0), room)).isEqualTo(BlockCodec.NOT_SMALLER);
        assertThat(BlockCodec.of(Compression.NONE).codecId()).isEqualTo(BlockCodec.RAW);
    }

    @Test
    void everyCodecReadsRawAndCompressedBlocksAndRefusesTheRest() {
        byte[] bytes = block(6, 1000);
        ByteBuffer stored = ByteBuffer.allocate(BlockCodec.maxCompressedBytes(BLOCK_BYTES));
        int storedBytes = compress(BlockCodec.of(Compression.LZ4_HC), bytes, stored);
        for (Compression compression : Compression.values()) {
            BlockCodec codec = BlockCodec.of(compression);
            byte[] back = new byte[BLOCK_BYTES];
            ByteBuffer dst = ByteBuffer.wrap(back);
            assertThat(codec.decompress(BlockCodec.LZ4, stored, 0, storedBytes, dst, 0, BLOCK_BYTES))
                    .isTrue();
            assertThat(back).isEqualTo(bytes);
            ByteBuffer raw = ByteBuffer.wrap(bytes);
            assertThat(codec.decompress(BlockCodec.RAW, raw, 0, BLOCK_BYTES, dst, 0, BLOCK_BYTES))
                    .isTrue();
            assertThat(back).isEqualTo(bytes);
            assertThat(codec.decompress(BlockCodec.RAW, raw, 0, 100, dst, 0, BLOCK_BYTES))
                    .isFalse();
            assertThat(codec.decompress(BlockCodec.LZ4, stored, 0, storedBytes - 1, dst, 0, BLOCK_BYTES))
                    .isFalse();
            assertThat(codec.decompress(BlockCodec.LZ4, stored, 0, storedBytes, dst, 0, BLOCK_BYTES - 1))
                    .isFalse();
            assertThat(codec.decompress(2, stored, 0, storedBytes, dst, 0, BLOCK_BYTES))
                    .isFalse();
            assertThat(BlockCodec.isKnown(2)).isFalse();
            assertThatThrownBy(() -> codec.decompress(BlockCodec.RAW, raw, 1, BLOCK_BYTES, dst, 0, BLOCK_BYTES))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void nothingIsAllocatedPerBlock() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        BlockCodec codec = BlockCodec.of(Compression.LZ4_FAST);
        ByteBuffer good = ByteBuffer.allocateDirect(BLOCK_BYTES).put(0, block(8, 1000));
        ByteBuffer noise = ByteBuffer.wrap(block(8, BLOCK_BYTES));
        ByteBuffer stored = ByteBuffer.allocateDirect(BlockCodec.maxCompressedBytes(BLOCK_BYTES));
        ByteBuffer back = ByteBuffer.allocateDirect(BLOCK_BYTES);
        int blocks = 20_000;
        long allocated = 0;
        for (int round = 0; round < 2; round++) { // the first one is warm-up
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < blocks; i++) {
                codec.compress(noise, 0, BLOCK_BYTES, stored, 0);
                int storedBytes = codec.compress(good, 0, BLOCK_BYTES, stored, 0);
                codec.decompress(BlockCodec.LZ4, stored, 0, storedBytes, back, 0, BLOCK_BYTES);
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertThat(allocated / blocks).isZero();
    }

    private static int compress(BlockCodec codec, byte[] bytes, ByteBuffer stored) {
        return codec.compress(ByteBuffer.wrap(bytes), 0, bytes.length, stored, 0);
    }

    private static ByteBuffer buffer(boolean direct, int sizeBytes) {
        return direct ? ByteBuffer.allocateDirect(sizeBytes) : ByteBuffer.allocate(sizeBytes);
    }
}
