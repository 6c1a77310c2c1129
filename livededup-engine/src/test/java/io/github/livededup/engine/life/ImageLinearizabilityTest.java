package io.github.livededup.engine.life;

import io.github.livededup.CompactionOptions;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Each block of an image is a register: writes, reads, discards, commits, snapshots and compactions at the same time have the
 * outcome of some order of theirs. Checked by Lincheck against an array.
 */
@Tag("slow")
public class ImageLinearizabilityTest {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 3;
    private static final int TORN = -1;
    private static final MemoryProvider PROVIDER = new MemoryProvider();
    private static final AtomicLong NAMES = new AtomicLong();
    private static final Queue<String> USED = new ConcurrentLinkedQueue<>();
    private static final int KEPT = 8;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .durability(Durability.EXPLICIT)
            .workerThreads(1)
            .build();

    /** One volume for all instances: an image each. */
    private static final Volume VOLUME = volume();

    private final String name = "image-" + NAMES.incrementAndGet();
    private final Image image;

    /** Makes an image of its own. */
    public ImageLinearizabilityTest() throws IOException {
        USED.add(name);
        if (USED.size() > KEPT) {
            // Of that instance nobody reads any more.
            VOLUME.images().delete(USED.remove());
        }
        image = VOLUME.images().create(name, BLOCKS * BLOCK_BYTES);
    }

    private static Volume volume() {
        try {
            return PROVIDER.create(Path.of("linearizable"), OPTIONS);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes a block. */
    @Operation
    public void write(
            @Param(gen = IntGen.class, conf = "0:2") int block, @Param(gen = IntGen.class, conf = "1:100") int value)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            bytes.put(i, (byte) value);
        }
        image.write(bytes, (long) block * BLOCK_BYTES);
    }

    /** Reads a block. */
    @Operation
    public int read(@Param(gen = IntGen.class, conf = "0:2") int block) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(BLOCK_BYTES);
        image.read(into, (long) block * BLOCK_BYTES);
        for (int i = 1; i < BLOCK_BYTES; i++) {
            if (into.get(i) != into.get(0)) {
                return TORN;
            }
        }
        return into.get(0);
    }

    /** Discards a block. */
    @Operation
    public void discard(@Param(gen = IntGen.class, conf = "0:2") int block) throws IOException {
        image.discard((long) block * BLOCK_BYTES, BLOCK_BYTES);
    }

    /** Stores what is kept in memory. */
    @Operation
    public void flush() throws IOException {
        image.flush();
    }

    /** Makes the image share its blocks, and then not. */
    @Operation
    public void snapshot() throws IOException {
        String copy = name + "-" + NAMES.incrementAndGet();
        VOLUME.images().snapshot(name, copy);
        VOLUME.images().delete(copy);
    }

    /** Moves blocks. */
    @Operation(nonParallelGroup = "compaction")
    public void compact() throws IOException {
        VOLUME.compact(CompactionOptions.defaults().withMinDeadShare(0.01));
    }

    /** What it must be equivalent to. */
    public static class Registers {
        private final int[] values = new int[BLOCKS];

        /** Sets one. */
        public void write(int block, int value) {
            values[block] = value;
        }

        /** Gets one. */
        public int read(int block) {
            return values[block];
        }

        /** Clears one. */
        public void discard(int block) {
            values[block] = 0;
        }

        /** Changes nothing. */
        public void flush() {}

        /** Changes nothing. */
        public void snapshot() {}

        /** Changes nothing. */
        public void compact() {}
    }

    @Test
    void blocksAreRegisters() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(2)
                .iterations(40)
                .invocationsPerIteration(250)
                .sequentialSpecification(Registers.class)
                .check(ImageLinearizabilityTest.class);
    }
}
