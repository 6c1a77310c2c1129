package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockReaderTest {
    /** The fixture's blocks are of so many bytes, not compressed. */
    private static final int BLOCK = 100;

    /** A block may be verified by a thread that reads nothing else: it must be in the gate for it, as a compaction may unmap its group. */
    @Test
    void comparingEntersTheReadersGateByItself() throws IOException {
        try (StoreFixture store =
                StoreFixture.create(new MemoryDirectory(), new SpaceLimit("memory", Long.MAX_VALUE))) {
            store.blocks(3);
            BlockReader reader = new BlockReader(store.parts.groups(), BLOCK);
            Workspace workspace = WorkspacePoolTest.poolOf(1, BLOCK).acquire();
            ByteBuffer same = ByteBuffer.allocate(2 * BLOCK);
            byte[] first = new byte[BLOCK];
            new Random(0).nextBytes(first);
            same.put(BLOCK, first);
            assertThat(reader.isEqual(BlockAddress.of(1, 0), same, BLOCK, workspace))
                    .isTrue();
            assertThat(reader.isEqual(BlockAddress.of(1, 1), same, BLOCK, workspace))
                    .isFalse();
            store.parts.groups().close();
            assertThatThrownBy(() -> reader.isEqual(BlockAddress.of(1, 0), same, BLOCK, workspace))
                    .isInstanceOf(VolumeClosedException.class);
        }
    }
}
