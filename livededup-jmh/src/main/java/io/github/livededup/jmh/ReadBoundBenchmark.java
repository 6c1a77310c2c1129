package io.github.livededup.jmh;

import io.github.livededup.Compression;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.Checksums;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a read of a compressed block at random cannot do without, beside {@link ReadBenchmark} on the same data: the stored bytes lie in a
 * mapped file one behind the other, their places in two arrays, and no volume is there. {@code -bm sample} shows percentiles.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar 'ReadBoundBenchmark|ReadBenchmark.*AtRandom'}
 */
@State(Scope.Thread)
public class ReadBoundBenchmark extends EngineBenchmark {
    @Param({"4096"})
    private int blockSizeBytes = 4096;

    private final BlockCodec codec = BlockCodec.of(Compression.LZ4_FAST);
    private final SplittableRandom random = new SplittableRandom(1);
    private ByteBuffer stored = ByteBuffer.allocate(0);
    private ByteBuffer into = ByteBuffer.allocate(0);
    private int[] offsets = {};
    private int[] lengths = {};
    private @Nullable Path path;

    /**
     * Compresses the blocks into a file and maps it.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        ByteBuffer blocks = new RealData(blockSizeBytes, BATCH_BLOCKS).all();
        int count = blocks.remaining() / blockSizeBytes;
        offsets = new int[count];
        lengths = new int[count];
        into = ByteBuffer.allocateDirect(BlockCodec.maxCompressedBytes(blockSizeBytes));
        path = Files.createTempFile("livededup-jmh", "stored");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            for (int block = 0; block < count; block++) {
                int from = block * blockSizeBytes;
                int length = codec.compress(blocks, from, blockSizeBytes, into, 0);
                boolean isRaw = length == BlockCodec.NOT_SMALLER;
                ByteBuffer form = isRaw ? blocks.slice(from, blockSizeBytes) : into.slice(0, length);
                offsets[block] = (int) file.position();
                lengths[block] = form.remaining();
                file.write(form);
            }
            stored = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
        }
        check(blocks);
    }

    /** That what is measured gives the blocks back. */
    private void check(ByteBuffer blocks) {
        for (int block = 0; block < offsets.length; block++) {
            if (!decompress(block)
                    || !into.slice(0, blockSizeBytes).equals(blocks.slice(block * blockSizeBytes, blockSizeBytes))) {
                throw new IllegalStateException("block " + block + " does not come back");
            }
        }
    }

    /**
     * Removes the file.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void tearDown() throws IOException {
        Files.delete(given(path));
    }

    /**
     * The checksum of any block's stored bytes, which fetches them from memory.
     *
     * @return the checksum
     */
    @Benchmark
    public int checksum() {
        return checksum(any());
    }

    /**
     * Any block, decompressed, its checksum not looked at.
     *
     * @return whether it went well
     */
    @Benchmark
    public boolean decompression() {
        return decompress(any());
    }

    /**
     * Both, as a read must.
     *
     * @return the checksum, 0 if a block does not come back
     */
    @Benchmark
    public int checksumAndDecompression() {
        int block = any();
        int checksum = checksum(block);
        return decompress(block) ? checksum : 0;
    }

    private int any() {
        return random.nextInt(offsets.length);
    }

    private int checksum(int block) {
        return Checksums.crc32c(stored, offsets[block], lengths[block]);
    }

    private boolean decompress(int block) {
        int form = lengths[block] == blockSizeBytes ? BlockCodec.RAW : BlockCodec.LZ4;
        return codec.decompress(form, stored, offsets[block], lengths[block], into, 0, blockSizeBytes);
    }
}
