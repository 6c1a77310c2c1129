package io.github.livededup.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
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
 * The time of SHA-256 over a block, by provider: {@code SUN}, the JDK's, {@code BC}, Bouncy Castle's, or another one that this JVM has.
 *
 * <p>Run: {@code java -jar livededup-jmh/target/benchmarks.jar DigestProviderBenchmark -prof gc}, with {@code -p
 * blockSizeBytes=65536} for larger blocks
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DigestProviderBenchmark {
    private static final int BYTES = 16 << 20;

    @Param({"SUN", "BC"})
    private String provider = "SUN";

    @Param({"4096"})
    private int blockSizeBytes = 4096;

    private final byte[] out = new byte[32];
    private ByteBuffer blocks = ByteBuffer.allocate(0);
    private @Nullable MessageDigest digest;
    private int next;

    /**
     * Reads the blocks.
     *
     * @throws IOException if that fails
     * @throws GeneralSecurityException if there is no such provider
     */
    @Setup
    public void setUp() throws IOException, GeneralSecurityException {
        blocks = ByteBuffer.wrap(JdkBlocks.read(BYTES / JdkBlocks.BLOCK_BYTES));
        Provider known = provider.equals("BC") ? new BouncyCastleProvider() : Security.getProvider(provider);
        if (known == null) {
            throw new GeneralSecurityException("provider: actual=" + provider + " expected=one that this JVM has");
        }
        digest = MessageDigest.getInstance("SHA-256", known);
    }

    /**
     * Digests the next block.
     *
     * @return the digest
     * @throws GeneralSecurityException never
     */
    @Benchmark
    public byte[] digest() throws GeneralSecurityException {
        MessageDigest sha256 = EngineBenchmark.given(digest);
        sha256.update(blocks.array(), next, blockSizeBytes);
        sha256.digest(out, 0, out.length);
        next = (next + blockSizeBytes) % BYTES;
        return out;
    }
}
