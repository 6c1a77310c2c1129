package io.github.livededup.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Equals {@link Checksums} on any range of any buffers, in any order, and leaves them as they are. */
class RangeChecksumTest {
    private static final int BYTES = 1000;

    @Test
    void isThatOfTheRange() {
        Random random = new Random(1);
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        ByteBuffer[] buffers = {
            ByteBuffer.wrap(bytes).slice(3, BYTES - 3),
            ByteBuffer.allocateDirect(BYTES).put(bytes).limit(7).position(5),
            ByteBuffer.allocateDirect(BYTES).put(0, bytes, 100, BYTES - 100).asReadOnlyBuffer()
        };
        int[] starts = {3, 0, 100};
        RangeChecksum checksum = new RangeChecksum();
        for (int i = 0; i < 1000; i++) {
            int which = random.nextInt(buffers.length);
            int length = random.nextInt(BYTES - 100);
            int from = random.nextInt(BYTES - starts[which] - length + 1);
            assertThat(checksum.crc32c(buffers[which], from, length))
                    .isEqualTo(Checksums.crc32c(bytes, starts[which] + from, length));
        }
        assertThat(buffers[1].position()).isEqualTo(5);
        assertThat(buffers[1].limit()).isEqualTo(7);
    }
}
