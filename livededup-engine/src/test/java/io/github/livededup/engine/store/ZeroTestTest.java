package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ZeroTestTest {
    @Test
    void oneByteAnywhereMakesABlockNotZero() {
        for (ByteBuffer buffer :
                new ByteBuffer[] {ByteBuffer.allocate(4096 * 3), ByteBuffer.allocateDirect(4096 * 3)}) {
            assertThat(ZeroTest.isZero(buffer, 4096, 4096)).isTrue();
            for (int at = 4096; at < 8192; at++) {
                buffer.put(at, (byte) 1);
                assertThat(ZeroTest.isZero(buffer, 4096, 4096))
                        .as("byte %d", at)
                        .isFalse();
                buffer.put(at, (byte) 0);
            }
            buffer.put(4095, (byte) 1).put(8192, (byte) 1);
            assertThat(ZeroTest.isZero(buffer, 4096, 4096))
                    .as("bytes around do not count")
                    .isTrue();
        }
    }
}
