package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Random blocks that were stored in groups, and what must be found of them. */
final class StoredBlocks {
    /** A block as it was stored. */
    record Block(byte[] fingerprint, byte[] stored, int codec) {
        int crc() {
            return Checksums.crc32c(stored, 0, stored.length);
        }
    }

    private final Random random;
    private final Map<Long, Block> blocks = new LinkedHashMap<>();

    StoredBlocks(long seed) {
        this.random = new Random(seed);
    }

    Map<Long, Block> blocks() {
        return blocks;
    }

    Block next(int maxBytes) {
        return ofLength(1 + random.nextInt(maxBytes));
    }

    private Block ofLength(int storedBytes) {
        byte[] fingerprint = new byte[32];
        byte[] stored = new byte[storedBytes];
        random.nextBytes(fingerprint);
        random.nextBytes(stored);
        return new Block(fingerprint, stored, random.nextInt(4));
    }

    /** Appends with a writer; the address, or a hole. */
    long append(GroupWriter writer, int maxBytes) throws IOException {
        return append(writer, next(maxBytes));
    }

    /** As {@link #append}, a block that is stored in so many bytes. */
    long appendOfLength(GroupWriter writer, int storedBytes) throws IOException {
        return append(writer, ofLength(storedBytes));
    }

    private long append(GroupWriter writer, Block block) throws IOException {
        ByteBuffer buffer = random.nextBoolean()
                ? ByteBuffer.wrap(block.stored())
                : ByteBuffer.allocateDirect(block.stored().length).put(block.stored());
        long address = writer.append(
                block.fingerprint(),
                0,
                buffer,
                0,
                block.stored().length,
                block.codec(),
                block.crc(),
                BlockListener.NONE);
        if (address != BlockAddress.HOLE) {
            assertThat(blocks.put(address, block)).isNull();
        }
        return address;
    }

    /** Appends so many blocks, sealing groups that are full. */
    void append(BlockGroups groups, int count, int maxBytes) throws IOException {
        GroupWriter writer = groups.writers().acquire((group, region) -> {});
        for (int i = 0; i < count; i++) {
            while (append(writer, maxBytes) == BlockAddress.HOLE) {
                groups.writers().seal(writer.group());
                groups.writers().release(writer);
                writer = groups.writers().acquire((group, region) -> {});
            }
        }
        groups.writers().release(writer);
    }

    void assertAllIn(BlockGroups groups) throws IOException {
        StoredBlock found = new StoredBlock();
        for (Map.Entry<Long, Block> entry : blocks.entrySet()) {
            assertIn(groups, entry.getKey(), entry.getValue(), found);
        }
        found.release();
    }

    static void assertIn(BlockGroups groups, long address, Block block, StoredBlock found) throws IOException {
        assertThat(groups.locate(address, found)).as("block %d", address).isTrue();
        byte[] bytes = new byte[found.lengthBytes()];
        found.buffer().get(found.offset(), bytes);
        assertThat(bytes).as("block %d", address).isEqualTo(block.stored());
        assertThat(found.codec()).isEqualTo(block.codec());
        assertThat(found.storedCrc()).isEqualTo(block.crc());
        assertThat(found.isIntact()).isTrue();
        assertThat(groups.fingerprintMatches(address, block.fingerprint(), 0)).isTrue();
        byte[] fingerprint = new byte[40];
        groups.fingerprint(address, fingerprint, 8);
        assertThat(fingerprint).endsWith(block.fingerprint());
        assertThat(groups.storedBytes(address)).isEqualTo(block.stored().length);
    }
}
