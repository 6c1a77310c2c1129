package io.github.livededup.jmh.peers;

import io.github.livededup.jmh.EngineBenchmark;
import io.github.livededup.jmh.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time of a block of 4 KiB in stores of content: new ones and known ones put 64 at a time, and read singly at random. The data
 * is real, so that those that compress can. Each iteration begins with a store of 64 MiB, and says what it takes on disk then.
 *
 * <p>Build with {@code mvn -P peers package -pl livededup-jmh -am -DskipTests}, run: {@code java -jar
 * livededup-jmh/target/benchmarks.jar PeerBenchmark}
 */
public class PeerBenchmark extends EngineBenchmark {
    static final int BLOCK_BYTES = 4096;
    static final int BATCH_BLOCKS = EngineBenchmark.BATCH_BLOCKS;

    @Param
    private Peer store = Peer.LIVEDEDUP;

    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] batch = new byte[BATCH_BLOCKS * BLOCK_BYTES];
    private final byte[] block = new byte[BLOCK_BYTES];
    private final Object[] batchKeys = new Object[BATCH_BLOCKS];
    private Object[] keys = {};
    private @Nullable RealData data;
    private @Nullable ContentStore opened;
    private Path directory = Path.of("");

    /**
     * Reads the data.
     *
     * @throws IOException if that fails
     */
    @Setup
    public void readData() throws IOException {
        data = new RealData(BLOCK_BYTES, BATCH_BLOCKS);
    }

    /**
     * Makes a store of all the data.
     *
     * @throws Exception if that fails
     */
    @Setup(Level.Iteration)
    public void setUp() throws Exception {
        directory = Files.createTempDirectory("livededup-jmh");
        ContentStore made = store.create(directory);
        RealData source = given(data);
        keys = new Object[source.batches() * BATCH_BLOCKS];
        for (int i = 0; i < source.batches(); i++) {
            source.known().get(batch);
            made.put(batch, batchKeys);
            System.arraycopy(batchKeys, 0, keys, i * BATCH_BLOCKS, BATCH_BLOCKS);
        }
        made.commit();
        opened = made;
        System.out.printf("# %s: %.1f MB on disk%n", store, bytesOnDisk() / 1e6);
    }

    private double bytesOnDisk() throws IOException {
        // Sparse files count what they take: sizes of whole preallocated files would mislead.
        Process du = new ProcessBuilder("du", "-s", "-B1", directory.toString()).start();
        return Long.parseLong(new String(du.getInputStream().readAllBytes()).split("\t")[0]);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.sorted(Comparator.reverseOrder()).toList();
        }
    }

    /**
     * Removes it.
     *
     * @throws IOException if that fails
     */
    @TearDown(Level.Iteration)
    public void tearDown() throws IOException {
        given(opened).close();
        for (Path file : files()) {
            Files.delete(file);
        }
    }

    /**
     * New blocks.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void putNew() throws IOException {
        given(data).fresh(1).get(batch);
        given(opened).put(batch, batchKeys);
    }

    /**
     * Blocks that are there.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    @OperationsPerInvocation(BATCH_BLOCKS)
    public void putKnown() throws IOException {
        given(data).known().get(batch);
        given(opened).put(batch, batchKeys);
    }

    /**
     * Any block.
     *
     * @throws IOException if that fails
     */
    @Benchmark
    public void get() throws IOException {
        given(opened).get(keys[random.nextInt(keys.length)], block);
    }
}
