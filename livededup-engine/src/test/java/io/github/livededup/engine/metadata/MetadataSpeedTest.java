package io.github.livededup.engine.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

/** A million blocks are mapped in far less time than it takes to fingerprint them; the bounds are loose. */
class MetadataSpeedTest {
    private static final int BLOCKS = 1_000_000;
    private static final int BATCH = 256;

    @Test
    void mappingIsFastAndSmall() throws IOException {
        // Of this thread alone, so that a busy machine does not fail the test.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        long bytes = 0;
        for (int round = 0; round < 5; round++) {
            MetadataSettings settings = new MetadataSettings(
                    MetadataFixture.VOLUME, 48, 16 << 20, false, LivenessListener.NONE, SpaceGuard.UNLIMITED);
            try (MetadataStore store = MetadataStore.create(new MemoryDirectory(), settings)) {
                store.groups().open(1, 0);
                store.catalogue().create(1, "image", false, 0, 0);
                long[] addresses = new long[BATCH];
                long start = threads.getCurrentThreadCpuTime();
                for (int block = 0; block < BLOCKS; block += BATCH) {
                    for (int i = 0; i < BATCH; i++) {
                        addresses[i] = BlockAddress.of(1, block + i);
                    }
                    store.maps().map(1, block, addresses, 0, BATCH);
                }
                best = Math.min(best, threads.getCurrentThreadCpuTime() - start);
                store.checkpoint();
                store.checkpointDone();
                store.trim();
                bytes = store.statistics().fileBytes();
            }
        }
        System.out.println("mapping " + BLOCKS + " blocks: " + best / 1_000_000 + " ms, " + bytes + " bytes");
        assertThat(best).isLessThan(500_000_000L);
        // Eight bytes of map and four of count, and pages' headers.
        assertThat(bytes / (double) BLOCKS).isLessThan(12.3);
    }
}
