package io.github.livededup.engine.image;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Reads that look into a {@link WriteBuffer} without a lock, and then into the map, see each block as it was at one moment,
 * whatever is written and stored meanwhile: checked by Lincheck against an array of registers. A block is torn if the bytes
 * of a read are not all of one write.
 */
@Tag("slow")
public class WriteBufferLinearizabilityTest {
    private static final int BLOCK_BYTES = 64;
    private static final int BLOCKS = 3;
    private static final int TORN = -1;

    private final BlockPool pool = new BlockPool(BLOCKS, BLOCK_BYTES);
    private final WriteBuffer buffer = new WriteBuffer(pool);
    private final AtomicLongArray map = new AtomicLongArray(BLOCKS);
    private final ReentrantLock writeLock = new ReentrantLock();

    private static ByteBuffer bytes(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            bytes.put(i, (byte) value);
        }
        return bytes;
    }

    /** Writes a block. */
    @Operation
    public void write(
            @Param(gen = IntGen.class, conf = "0:2") int block, @Param(gen = IntGen.class, conf = "1:100") int value) {
        writeLock.lock();
        try {
            if (!buffer.overwrite(block, 0, bytes(value), 0, BLOCK_BYTES)) {
                int slot = pool.take();
                pool.memory(slot).put(pool.offset(slot), bytes(value), 0, BLOCK_BYTES);
                buffer.add(block, slot);
            }
        } finally {
            writeLock.unlock();
        }
    }

    /** Stores all blocks: into the map first, then out of the buffer. */
    @Operation
    public void flush() {
        writeLock.lock();
        try {
            long[] blocks = buffer.blocks(0, Long.MAX_VALUE);
            ByteBuffer into = ByteBuffer.allocate(BLOCK_BYTES);
            for (long block : blocks) {
                buffer.read(block, 0, into, 0, BLOCK_BYTES);
                map.set((int) block, into.get(0));
            }
            buffer.remove(blocks, 0, blocks.length);
        } finally {
            writeLock.unlock();
        }
    }

    /** Reads a block as {@link ImageReader} does. */
    @Operation
    public int read(@Param(gen = IntGen.class, conf = "0:2") int block) {
        ByteBuffer into = ByteBuffer.allocate(BLOCK_BYTES);
        if (!buffer.read(block, 0, into, 0, BLOCK_BYTES)) {
            return (int) map.get(block);
        }
        for (int i = 1; i < BLOCK_BYTES; i++) {
            if (into.get(i) != into.get(0)) {
                return TORN;
            }
        }
        return into.get(0);
    }

    /** What it must be equivalent to. */
    public static class Registers {
        private final int[] values = new int[BLOCKS];

        /** Sets one. */
        public void write(int block, int value) {
            values[block] = value;
        }

        /** Changes nothing. */
        public void flush() {}

        /** Gets one. */
        public int read(int block) {
            return values[block];
        }
    }

    @Test
    void readsAreLinearizable() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(4)
                .iterations(50)
                .invocationsPerIteration(2000)
                .sequentialSpecification(Registers.class)
                .check(WriteBufferLinearizabilityTest.class);
    }
}
