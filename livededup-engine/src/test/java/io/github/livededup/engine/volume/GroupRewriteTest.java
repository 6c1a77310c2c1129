package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The copy of a group holds what it must, wherever its blocks end. */
class GroupRewriteTest {
    private static final int BLOCK = 65_536;
    private static final int GROUP_BYTES = 4 << 20;

    private final MemoryDirectory directory = new MemoryDirectory();

    /** The copy's buffer of 1 MiB is written when a block does not fit, and the table behind the last one starts at a multiple of 64. */
    @Test
    void theLastBlockMayFillTheBufferToTheLastByte() throws IOException {
        for (int short1 = 60; short1 < 68; short1++) {
            for (int short2 = 0; short2 < 130; short2 += 3) {
                rewrite(short1, short2);
            }
        }
    }

    private void rewrite(int short1, int short2) throws IOException {
        directory.open("blocks.dat", OpenMode.CREATE).close();
        VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, BLOCK, 32);
        try (BlockGroups groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.WRITE), geometry, GroupSettings.unlimited(1 << 30))) {
            StoredBlocks blocks = new StoredBlocks(short1 * 1_000L + short2);
            GroupWriter writer = groups.writers().acquire((group, region) -> {});
            for (int i = 0; i < 32; i++) {
                int cut = i == 15 ? short1 : i == 31 ? short2 : 0;
                blocks.appendOfLength(writer, BLOCK - cut);
            }
            long dead = blocks.appendOfLength(writer, 100);
            groups.writers().seal(writer.group());
            groups.writers().release(writer);
            blocks.blocks().remove(dead);
            SlotSet without = new SlotSet(33);
            without.add(BlockAddress.slot(dead));

            RewrittenGroup rewritten = groups.reclaim().rewrite(writer.group(), without, copied -> {});
            groups.reclaim().swap(rewritten);

            assertThat(groups.layout(writer.group()).slots()).isEqualTo(32);
            blocks.assertAllIn(groups);
        }
        directory.delete("blocks.dat");
    }
}
