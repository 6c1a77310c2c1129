package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Extents cover their range one after the other, data and holes in turn, whatever is written and discarded meanwhile. */
@Timeout(120)
class ExtentsWhileWritingTest extends EngineCase {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AtomicBoolean stopped = new AtomicBoolean();

    @Test
    void coverTheRange() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Volume volume = LiveDedup.create(
                        directory, OPTIONS.toBuilder().writeBufferBytes(0).build());
                Image image = volume.images().create("a", 8L * BLOCK)) {
            image.write(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 1, 8)), 0);
            Future<Void> changes = threads.submit(changes(image));
            try {
                long start = System.nanoTime();
                while (System.nanoTime() - start < NANOS) {
                    assertCovers(image.extents(2 * BLOCK + 100, 2 * BLOCK), 2 * BLOCK + 100, 4 * BLOCK + 100);
                }
            } finally {
                stopped.set(true);
            }
            changes.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdown();
        }
    }

    /** Makes a block a hole and data again, all the time. */
    private Callable<Void> changes(Image image) {
        ByteBuffer block = ByteBuffer.wrap(TestData.block(BLOCK, 2));
        return () -> {
            while (!stopped.get()) {
                image.discard(2 * BLOCK, BLOCK);
                image.write(block.clear(), 2 * BLOCK);
            }
            return null;
        };
    }

    private static void assertCovers(List<Extent> extents, long start, long end) throws IOException {
        long at = start;
        for (int i = 0; i < extents.size(); i++) {
            Extent extent = extents.get(i);
            assertThat(extent.positionBytes()).as("%s", extents).isEqualTo(at);
            assertThat(extent.lengthBytes()).as("%s", extents).isPositive();
            if (i > 0) {
                assertThat(extent.isData())
                        .as("%s", extents)
                        .isNotEqualTo(extents.get(i - 1).isData());
            }
            at = extent.endBytes();
        }
        assertThat(at).as("%s", extents).isEqualTo(end);
    }
}
