package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Volume;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Threads that store the same new blocks at the same time, so that each finds what another has just appended; then a crash.
 * A reference must not be in the journal before its block is.
 */
@Timeout(120)
@Tag("slow")
class CrashAmongTwinsTest extends EngineCase {
    private static final int THREADS = 6;
    private static final int COUNT = 3_000;

    @RepeatedTest(20)
    void whatWasCommittedIsThere() throws Exception {
        MemoryDirectory disk = new MemoryDirectory();
        MemoryDirectory crashed;
        try (Volume volume = MemoryProvider.create(disk, OPTIONS)) {
            ByteBuffer[] blocks = new ByteBuffer[COUNT];
            for (int i = 0; i < COUNT; i++) {
                blocks[i] = ByteBuffer.wrap(TestData.block(BLOCK, i + 1));
            }
            Threads.run(THREADS, thread -> putAll(volume, blocks));
            volume.commit();
            crashed = disk.copy();
        }
        try (Volume again = MemoryProvider.open(crashed, OPTIONS)) {
            assertThat(again.statistics().uniqueBlocks()).isEqualTo(COUNT);
            assertClean(again);
        }
    }

    private static int putAll(Volume volume, ByteBuffer[] blocks) throws IOException {
        for (ByteBuffer block : blocks) {
            volume.blocks().put(block.duplicate());
        }
        return blocks.length;
    }
}
