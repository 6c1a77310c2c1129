package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Memory outside the heap stays as it is over many openings. */
class OpenCloseMemoryTest extends EngineCase {
    private static final int WARM_UP = 15;
    private static final int CYCLES = 60;
    private static final long ALLOWED_GROWTH_BYTES = 24L << 20;

    @Test
    void doesNotGrowWithOpenings() throws IOException {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 1_000);
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
        }
        for (int i = 0; i < WARM_UP; i++) {
            cycle(bytes);
        }
        long residentBefore = residentBytes();
        long directBefore = poolBytes("direct");
        for (int i = 0; i < CYCLES; i++) {
            cycle(bytes);
        }
        System.gc();
        assertThat(poolBytes("mapped")).as("mapped").isZero();
        assertThat(poolBytes("direct") - directBefore).as("direct buffers").isLessThan(8L << 20);
        assertThat(residentBytes() - residentBefore).as("resident").isLessThan(ALLOWED_GROWTH_BYTES);
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

    /** Anonymous memory of the process without its heap; 0 where the system does not say. */
    private static long residentBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        System.gc();
        long anonymous = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
        return anonymous
                - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }
}
