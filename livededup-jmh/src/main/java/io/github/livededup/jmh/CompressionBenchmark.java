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
 * The time to compress and to decompress a block.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar CompressionBenchmark -prof gc}, with {@code -p
 * blockSizeBytes=65536} for larger blocks
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CompressionBenchmark {
    private static final int BYTES = 16 << 20;

    @Param({"LZ4_FAST", "LZ4_HC"})
    private Compression compression = Compression.LZ4_FAST;

    @Param({"4096"})
    private int blockSizeBytes = 4096;

    private BlockCodec codec = BlockCodec.of(Compression.NONE);
    private ByteBuffer blocks = ByteBuffer.allocate(0);
    private int[] storedBytes = {};
    private int roomBytes;
    private ByteBuffer stored = ByteBuffer.allocate(0);
    private ByteBuffer out = ByteBuffer.allocate(0);
    private int next;

    /**
     * Reads and compresses the blocks, and says how far they shrink.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        codec = BlockCodec.of(compression);
        byte[] bytes = JdkBlocks.read(BYTES / JdkBlocks.BLOCK_BYTES);
        storedBytes = new int[BYTES / blockSizeBytes];
        roomBytes = BlockCodec.maxCompressedBytes(blockSizeBytes);
        stored = ByteBuffer.allocateDirect(storedBytes.length * roomBytes);
        out = ByteBuffer.allocateDirect(roomBytes);
        blocks = ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
        long total = 0;
        for (int i = 0; i < storedBytes.length; i++) {
            storedBytes[i] = compressInto(stored, i * roomBytes, i);
            total += storedBytes[i] == BlockCodec.NOT_SMALLER ? blockSizeBytes : storedBytes[i];
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
        next = (next + 1) % storedBytes.length;
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
            next = (next + 1) % storedBytes.length;
        } while (storedBytes[next] == BlockCodec.NOT_SMALLER);
        return codec.decompress(BlockCodec.LZ4, stored, next * roomBytes, storedBytes[next], out, 0, blockSizeBytes);
    }

    private int compressInto(ByteBuffer dst, int dstOffset, int block) {
        return codec.compress(blocks, block * blockSizeBytes, blockSizeBytes, dst, dstOffset);
    }
}
