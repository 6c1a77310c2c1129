package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockComparisonTest {
    private static final int BLOCK = 512;

    @Test
    void everyByteCountsAndNothingElseDoes() {
        byte[] bytes = new byte[4 * BLOCK];
        new Random(1).nextBytes(bytes);
        BlockComparison comparison = new BlockComparison();
        List<ByteBuffer> others = List.of(
                ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN),
                ByteBuffer.allocate(bytes.length),
                ByteBuffer.allocateDirect(bytes.length));
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        for (ByteBuffer other : others) {
            other.put(0, bytes).position(7).limit(9);
            for (int offset : new int[] {0, 3, BLOCK, 3 * BLOCK}) {
                block.put(0, bytes, offset, BLOCK);
                assertThat(comparison.isEqual(block, other, offset)).isTrue();
                assertThat(comparison.isEqual(block, others.get(0), offset)).isTrue();
                for (int i = 0; i < BLOCK; i++) {
                    block.put(i, (byte) (block.get(i) ^ 1));
                    assertThat(comparison.isEqual(block, other, offset))
                            .as("byte %d", i)
                            .isFalse();
                    block.put(i, (byte) (block.get(i) ^ 1));
                }
            }
            assertThat(other.position()).isEqualTo(7);
            assertThat(other.limit()).isEqualTo(9);
            assertThat(block.remaining()).isEqualTo(BLOCK);
        }
    }

    @Test
    void readOnlyBuffersAndWhatChangedSinceAreSeen() {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        ByteBuffer other = ByteBuffer.allocate(BLOCK);
        BlockComparison comparison = new BlockComparison();
        assertThat(comparison.isEqual(block, other.asReadOnlyBuffer(), 0)).isTrue();
        assertThat(comparison.isEqual(block, other, 0)).isTrue();
        other.put(BLOCK - 1, (byte) 1);
        assertThat(comparison.isEqual(block, other, 0)).isFalse();
    }
}
