package io.github.livededup.jmh;

import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of whole imports and exports of a file: of 256 MiB of real data, or of {@code -p source=FILE}. All workers are
 * used; what is written is forced. The baseline copies the file and forces the copy. Both also leave what they write to the
 * system, as {@code cp} does. Each call is measured by itself, so it takes many until the JVM has compiled all.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar TransferBenchmark}
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 5)
public class TransferBenchmark extends EngineBenchmark {
    /** Takes everything, and does nothing with it. */
    private static final class Nowhere implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) {
            int count = bytes.remaining();
            bytes.position(bytes.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Param({"SHA_256", "XXH3_128"})
    private FingerprintAlgorithm fingerprint = FingerprintAlgorithm.SHA_256;

    @Param({"LZ4_FAST"})
    private Compression compression = Compression.LZ4_FAST;

    /** How often the same 64 MiB are in the file, different in each block. */
    @Param({"4"})
    private int parts = 4;

    /** A file to import; empty for data of the JDK. */
    @Param({""})
    private String source = "";

    private @Nullable ScratchVolume files;
    private @Nullable ScratchVolume scratch;
    private Path file = Path.of("");
    private int round;

    /**
     * Makes the file, unless there is one.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void makeFile() throws IOException {
        ScratchVolume beside = new ScratchVolume();
        files = beside;
        file = source.isEmpty() ? beside.file("source") : Path.of(source);
        if (source.isEmpty()) {
            RealData data = new RealData(JdkBlocks.BLOCK_BYTES, BATCH_BLOCKS);
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int i = 0; i < parts * data.batches(); i++) {
                    ByteBuffer batch = data.fresh(1);
                    while (batch.hasRemaining()) {
                        channel.write(batch);
                    }
                }
                channel.force(true);
            }
        }
    }

    /**
     * Makes a volume that holds the file as an image.
     *
     * @throws IOException if that fails
     */
    @Setup(Level.Iteration)
    public void setUp() throws IOException {
        ScratchVolume volume = new ScratchVolume(JdkBlocks.BLOCK_BYTES, fingerprint, compression);
        volume.images().importFile(file, "known", TransferOptions.defaults());
        scratch = volume;
        round++;
    }

    /**
     * Removes it.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void tearDown() throws IOException {
        given(scratch).close();
    }

    /**
     * Removes the file.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void removeFile() throws IOException {
        given(files).close();
    }

    /**
     * Into a new volume, which is made and closed in the time measured.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void importNew() throws IOException {
        try (ScratchVolume empty = new ScratchVolume(JdkBlocks.BLOCK_BYTES, fingerprint, compression)) {
            empty.images().importFile(file, "image", TransferOptions.defaults());
        }
    }

    /**
     * Into a volume that has all of it.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void importKnown() throws IOException {
        given(scratch).images().importFile(file, "again", TransferOptions.defaults());
    }

    /**
     * Out of a volume.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void export() throws IOException {
        given(scratch).images().exportFile("known", given(scratch).file("out"), TransferOptions.defaults());
    }

    /**
     * Out of a volume, without forcing it.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void exportToCache() throws IOException {
        TransferOptions options = TransferOptions.defaults().withDurable(false);
        given(scratch).images().exportFile("known", given(scratch).file("cached"), options);
    }

    /**
     * Out of a volume, to where nothing is written: what reading and decompressing alone allow.
     *
     * @return the bytes that came out
     * @throws IOException if that fails
     */
    @Benchmark
    public long exportToNowhere() throws IOException {
        return given(scratch)
                .images()
                .exportChannel("known", new Nowhere(), TransferOptions.defaults())
                .dataBytes();
    }

    /**
     * The baseline of {@link #exportToCache}.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void copyToCache() throws IOException {
        Files.copy(file, given(scratch).file("copyToCache" + round));
    }

    /**
     * The baseline.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void copy() throws IOException {
        Path copy = given(scratch).file("copy" + round);
        Files.copy(file, copy);
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
