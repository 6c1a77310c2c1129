package io.github.livededup.jmh;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.fingerprint.Fingerprinters;
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
 * The time to fingerprint a block.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar FingerprintBenchmark -prof gc}, with {@code -p
 * blockSizeBytes=65536} for larger blocks
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class FingerprintBenchmark {
    private static final int BYTES = 16 << 20;

    @Param
    private FingerprintAlgorithm algorithm = FingerprintAlgorithm.SHA_256;

    @Param({"4096"})
    private int blockSizeBytes = 4096;

    @Param({"true", "false"})
    private boolean direct;

    private final byte[] out = new byte[32];
    private ByteBuffer blocks = ByteBuffer.allocate(0);
    private Fingerprinter fingerprinter =
            Fingerprinters.of(FingerprintAlgorithm.SHA_256).newFingerprinter();
    private int next;

    /**
     * Reads the blocks.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void setUp() throws IOException {
        byte[] bytes = JdkBlocks.read(BYTES / JdkBlocks.BLOCK_BYTES);
        blocks = direct ? ByteBuffer.allocateDirect(bytes.length).put(0, bytes) : ByteBuffer.wrap(bytes);
        fingerprinter = Fingerprinters.of(algorithm).newFingerprinter();
    }

    /**
     * Fingerprints the next block.
     *
     * @return the fingerprint
     */
    @Benchmark
    public byte[] fingerprint() {
        fingerprinter.digest(blocks, next, blockSizeBytes, out, 0);
        next = (next + blockSizeBytes) % BYTES;
        return out;
    }
}
