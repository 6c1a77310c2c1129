package io.github.livededup.jmh;

import io.github.livededup.Compression;
import io.github.livededup.engine.codec.BlockCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time to compress and to decompress a block of 4 KiB.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar CompressionBenchmark -prof gc}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CompressionBenchmark {
    private static final int BLOCKS = 4096;
    private static final int ROOM_BYTES = BlockCodec.maxCompressedBytes(JdkBlocks.BLOCK_BYTES);

    @Param({"LZ4_FAST", "LZ4_HC"})
    private Compression compression = Compression.LZ4_FAST;

    private BlockCodec codec = BlockCodec.of(Compression.NONE);
    private ByteBuffer blocks = ByteBuffer.allocate(0);
    private final ByteBuffer stored = ByteBuffer.allocateDirect(BLOCKS * ROOM_BYTES);
    private final int[] storedBytes = new int[BLOCKS];
    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM_BYTES);
    private int next;

    /**
     * Reads and compresses the blocks, and says how far they shrink.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        codec = BlockCodec.of(compression);
        byte[] bytes = JdkBlocks.read(BLOCKS);
        blocks = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        long total = 0;
        for (int i = 0; i < BLOCKS; i++) {
            storedBytes[i] = compressInto(stored, i * ROOM_BYTES, i);
            total += storedBytes[i] == BlockCodec.NOT_SMALLER ? JdkBlocks.BLOCK_BYTES : storedBytes[i];
        }
        System.out.printf("# %s: ratio %.3f%n", compression, (double) total / bytes.length);
    }

    /**
     * Compresses the next block.
     *
     * @return its stored size
     */
    @Benchmark
    public int compress() {
        next = (next + 1) % BLOCKS;
        return compressInto(out, 0, next);
    }

    /**
     * Decompresses the next block that was compressed.
     *
     * @return whether it went well
     */
    @Benchmark
    public boolean decompress() {
        do {
            next = (next + 1) % BLOCKS;
        } while (storedBytes[next] == BlockCodec.NOT_SMALLER);
        return codec.decompress(
                BlockCodec.LZ4, stored, next * ROOM_BYTES, storedBytes[next], out, 0, JdkBlocks.BLOCK_BYTES);
    }

    private int compressInto(ByteBuffer dst, int dstOffset, int block) {
        return codec.compress(blocks, block * JdkBlocks.BLOCK_BYTES, JdkBlocks.BLOCK_BYTES, dst, dstOffset);
    }
}
