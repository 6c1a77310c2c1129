package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Announced ranges are in physical order, joined, and within what is in the file. */
class ReadPlanTest {
    private static final int BLOCK = 4096;
    private static final int HEADER = 64;

    private CountingFile file;
    private BlockGroups groups;
    private long[] addresses;

    @BeforeEach
    void appendBlocks() throws IOException {
        file = new CountingFile(new MemoryDirectory().open("blocks.dat", OpenMode.CREATE));
        VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), 1 << 20, BLOCK, 32);
        groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1L << 30));
        GroupWriter writer = groups.writers().acquire((group, region) -> {});
        addresses = new long[100];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] =
                    writer.append(new byte[32], 0, ByteBuffer.allocate(BLOCK), 0, BLOCK, 0, 0, BlockListener.NONE);
        }
        groups.flush();
    }

    private void announce(long... blocks) throws IOException {
        file.needed.clear();
        new ReadPlan(groups).announce(blocks, blocks.length);
    }

    private static String range(int firstBlock, int blocks) {
        return HEADER + firstBlock * BLOCK + "+" + blocks * BLOCK;
    }

    @Test
    void joinsNeighboursAndSmallGaps() throws IOException {
        announce(addresses[3], addresses[4], addresses[9], BlockAddress.HOLE, addresses[90], addresses[91]);
        assertThat(file.needed).containsExactly(range(3, 7), range(90, 2));
    }

    @Test
    void goesInPhysicalOrder() throws IOException {
        announce(addresses[60], addresses[2], addresses[61], addresses[2], addresses[1]);
        assertThat(file.needed).containsExactly(range(1, 2), range(60, 2));
    }

    @Test
    void passesOverWhatIsNotThere() throws IOException {
        announce(BlockAddress.HOLE, BlockAddress.of(1, 5000), BlockAddress.of(77, 0), Long.MAX_VALUE, -1);
        assertThat(file.needed).isEmpty();
    }

    @Test
    void countsExtentsByOffset() throws IOException {
        long[] places = new long[3];
        groups.places().find(new long[] {addresses[7], addresses[8], addresses[10]}, 3, places);
        assertThat(BlockPlace.isNext(places[0], places[1])).isTrue();
        assertThat(BlockPlace.isNext(places[1], places[2])).isFalse();
        assertThat(BlockPlace.isNext(BlockPlace.UNKNOWN, places[0])).isFalse();
        assertThat(BlockPlace.group(places[0])).isEqualTo(1);
        assertThat(BlockPlace.offsetBytes(places[0])).isEqualTo(HEADER + 7 * BLOCK);
        assertThat(BlockPlace.lengthBytes(places[0])).isEqualTo(BLOCK);
    }
}
