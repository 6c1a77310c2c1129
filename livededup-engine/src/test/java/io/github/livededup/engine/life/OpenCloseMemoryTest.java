package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory outside the heap stays as it is over many openings. */
@Tag("slow")
class OpenCloseMemoryTest extends EngineCase {
    private static final int WARM_UP = 15;
    private static final int CYCLES = 60;

    @Test
    void doesNotGrowWithOpenings() throws IOException {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 1_000);
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
        }
        for (int i = 0; i < WARM_UP; i++) {
            cycle(bytes);
        }
        long mappedBefore = poolBytes("mapped");
        long directBefore = poolBytes("direct");
        for (int i = 0; i < CYCLES; i++) {
            cycle(bytes);
        }
        // Other tests' leftovers may be freed meanwhile, on a thread of the garbage collector.
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    System.gc();
                    assertThat(poolBytes("mapped")).as("mapped").isLessThanOrEqualTo(mappedBefore);
                    assertThat(poolBytes("direct") - directBefore)
                            .as("direct buffers")
                            .isLessThan(8L << 20);
                });
        assertThat(OpenFiles.below(directory)).isEmpty();
    }

    private void cycle(byte[] bytes) throws IOException {
        try (Volume volume = open()) {
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
            createImage(volume, "b", bytes);
            volume.images().delete("b");
        }
    }

    private static long poolBytes(String name) {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals(name))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
