package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where one small flush follows the other, space is written before it is needed; nothing stored depends on it or suffers. */
class WrittenAheadTest {
    private static final int GROUP_BYTES = 16 << 20;
    private static final int BLOCK = 4096;
    private static final GroupListener NOBODY = (group, region) -> {};

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, BLOCK, 32);
    private final StoredBlocks blocks = new StoredBlocks(1);
    private CountingFile file;
    private BlockGroups groups;
    private GroupWriter writer;

    @BeforeEach
    void open() throws IOException {
        file = new CountingFile(new MemoryDirectory().open("blocks.dat", OpenMode.CREATE));
        groups = new BlockGroups(file, geometry, GroupSettings.unlimited(1 << 30));
        writer = groups.writers().acquire(NOBODY);
    }

    @AfterEach
    void close() throws IOException {
        blocks.assertAllIn(groups);
        assertThat(groups.usedBytes()).isEqualTo(file.allocatedBytes());
        groups.close();
    }

    private void flush(int count) throws IOException {
        force(count);
        groups.writeAhead();
    }

    private void force(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(blocks.append(writer, BLOCK)).isNotEqualTo(BlockAddress.HOLE);
        }
        groups.force();
    }

    private void beginStream() throws IOException {
        for (int i = 0; i < WrittenAhead.STREAM; i++) {
            assertThat(file.written).isEmpty();
            flush(10);
        }
        assertThat(file.written).hasSize(2);
    }

    private long start() throws IOException {
        return geometry.regionStart(groups.layout(writer.group()).region());
    }

    private long dataEnd() throws IOException {
        return start() + groups.layout(writer.group()).dataEnd();
    }

    @Test
    void behindTheDataOfAStreamAndAgainWhenItHasComeThere() throws IOException {
        beginStream();
        assertThat(file.written.get(0))
                .isBetween(dataEnd(), dataEnd() + BLOCK - 1)
                .satisfies(at -> assertThat(at % BLOCK).isZero());
        assertThat(file.written.get(1)).isEqualTo(file.written.get(0) + WrittenAhead.AHEAD_BYTES);
        while (file.written.size() == 2) {
            assertThat(dataEnd()).isLessThan(file.written.get(1));
            flush(10);
        }
        assertThat(file.written.get(2)).isEqualTo(file.written.get(1));
        assertThat(dataEnd()).as("not before it is needed").isGreaterThan(file.written.get(1) - 10 * BLOCK);
    }

    @Test
    void itsForcesAreNotMore() throws IOException {
        beginStream();
        int forces = file.forces;
        assertThat(groups.isDirty()).isFalse();
        groups.force();
        assertThat(file.forces).isEqualTo(forces);
    }

    @Test
    void notForLargeFlushes() throws IOException {
        for (int i = 0; i < 2 * WrittenAhead.STREAM; i++) {
            flush(2 * WrittenAhead.SMALL_FLUSH_BYTES / BLOCK + 20);
        }
        assertThat(file.written).isEmpty();
    }

    @Test
    void aLargeFlushEndsAStream() throws IOException {
        beginStream();
        flush(300); // beyond what is written ahead
        file.written.clear();
        beginStream();
    }

    @Test
    void notBeyondWhatIsReserved() throws IOException {
        beginStream();
        for (int i = 0; i < 300; i++) {
            flush(5);
            assertThat(groups.usedBytes()).isEqualTo(file.allocatedBytes());
        }
        assertThat(file.written.size()).isGreaterThan(2);
    }

    /** Of what another thread appends, nothing is in the file yet, or a part of it. */
    @Test
    void dataIsNeverWrittenOver() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            int count = random.nextInt(20) == 0 ? 300 : 1 + random.nextInt(4);
            blocks.append(groups, count, BLOCK);
            if (random.nextInt(4) > 0) {
                groups.force();
            }
            groups.writeAhead();
        }
        groups.force();
        assertThat(file.written.size()).isGreaterThan(20);
        for (GroupLayout layout : groups.layouts()) {
            groups.check(layout.group());
        }
    }

    @Test
    void aSealedGroupIsLeftAlone() throws IOException {
        beginStream();
        while (dataEnd() < file.written.get(1)) {
            force(10); // so that it is due
        }
        file.written.clear();
        GroupLayout layout = groups.writers().seal(writer.group());
        writer.blockGroup().appender().writeAhead(); // as one does who found it open a moment before
        assertThat(file.written).isEmpty();
        assertThat(layout).isNotNull();
        groups.check(layout.group());
    }

    @Test
    void aWriteThatFailsIsNoFailure() throws IOException {
        for (int i = 1; i < WrittenAhead.STREAM; i++) {
            flush(10);
        }
        blocks.append(writer, BLOCK);
        groups.force();
        file.writesLeft = 1;
        groups.writeAhead();
        assertThat(file.writesLeft).as("one went well, and one failed").isEqualTo(-1);
        file.writesLeft = 0;
        groups.writeAhead();
        assertThat(file.writesLeft).as("it is not tried again at once").isZero();
        file.writesLeft = Integer.MAX_VALUE;
        beginStream();
    }

    @Test
    void whatWasGivenBackIsWrittenAnew() throws IOException {
        beginStream();
        long end = dataEnd();
        assertThat(groups.reclaim().trimOpen()).isPositive();
        file.written.clear();
        flush(10);
        assertThat(file.written.get(0)).isLessThan(end + 15 * BLOCK);
        assertThat(file.written.get(0)).isGreaterThanOrEqualTo(dataEnd());
    }

    @Test
    void itIsZeros() throws IOException {
        flush(200);
        beginStream();
        ByteBuffer bytes = ByteBuffer.allocate(WrittenAhead.AHEAD_BYTES);
        file.read(bytes, file.written.get(0));
        assertThat(bytes.array()).containsOnly(0);
    }
}
