package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two channels that cut one image off at once. */
class TruncationTest extends EngineCase {
    private static final int ROUNDS = 5_000;

    @Test
    void aTruncationNeverGrowsTheImage() throws Exception {
        try (Volume volume = create();
                Image image = volume.images().create("image", 3L * BLOCK)) {
            CyclicBarrier barrier = new CyclicBarrier(2);
            Threads.run(2, thread -> {
                try (SeekableByteChannel channel = image.channel()) {
                    for (int i = 0; i < ROUNDS; i++) {
                        barrier.await(60, TimeUnit.SECONDS);
                        channel.truncate((1L + thread) * BLOCK);
                        barrier.await(60, TimeUnit.SECONDS);
                        if (thread == 0) {
                            assertThat(image.sizeBytes()).isEqualTo(BLOCK);
                            image.resize(3L * BLOCK);
                        }
                    }
                }
                return null;
            });
        }
    }
}
