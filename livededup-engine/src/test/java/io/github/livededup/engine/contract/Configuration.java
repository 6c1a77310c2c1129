package io.github.livededup.engine.contract;

import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.IndexBackend;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.model.ModelProvider;
import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * One way to have volumes: the model, or the engine with some options.
 *
 * @param name shown in the names of tests
 * @param provider makes the volumes
 * @param options format-time and run-time options
 */
public record Configuration(String name, VolumeProvider provider, VolumeOptions options) {
    private static final int MIB = 1 << 20;

    /** All configurations of the contract suite, the model first. */
    public static Stream<Configuration> all() {
        return Stream.concat(Stream.of(model()), engines().stream());
    }

    /** The model, with 4 KiB blocks. */
    public static Configuration model() {
        return new Configuration("model", new ModelProvider(), VolumeOptions.defaults());
    }

    /** The engine with its defaults. */
    public static Configuration defaults() {
        return engine("defaults", VolumeOptions.builder());
    }

    /** The engine's configurations: each option's every value is in one of them at least. */
    public static List<Configuration> engines() {
        return List.of(
                defaults(),
                engine("64K-explicit", small().blockSizeBytes(64 << 10).durability(Durability.EXPLICIT)),
                engine(
                        "XXH3-tiny-groups-built-in",
                        small().fingerprint(FingerprintAlgorithm.XXH3_128)
                                .groupSizeBytes(MIB)
                                .indexBackend(IndexBackend.BUILT_IN)),
                engine(
                        "BLAKE3-raw-one-worker",
                        small().fingerprint(FingerprintAlgorithm.BLAKE3)
                                .compression(Compression.NONE)
                                .durability(Durability.EXPLICIT)
                                .workerThreads(1)),
                engine(
                        "LZ4HC-every-call",
                        small().compression(Compression.LZ4_HC).durability(Durability.EVERY_CALL)),
                engine(
                        "tiny-groups-chronicle-verified",
                        small().groupSizeBytes(MIB)
                                .indexBackend(IndexBackend.CHRONICLE_MAP)
                                .verifyDuplicates(true)
                                .writeBufferBytes(0)),
                engine(
                        "8K-small-memory-often",
                        small().blockSizeBytes(8 << 10)
                                .groupSizeBytes(4 * MIB)
                                .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
                                .commitInterval(Duration.ofMillis(3))
                                .writeBufferBytes(32 << 10)));
    }

    /** A limit that is never reached makes the journal small: volumes are made faster, and checkpoints come more often. */
    private static VolumeOptions.Builder small() {
        return VolumeOptions.builder().maxPhysicalBytes(128L * MIB);
    }

    /** The engine with options. */
    public static Configuration engine(String name, VolumeOptions.Builder options) {
        return new Configuration(name, engineProvider(), options.build());
    }

    /** The engine, found as applications find it. */
    public static VolumeProvider engineProvider() {
        return ServiceLoader.load(VolumeProvider.class).findFirst().orElseThrow();
    }

    /** Creates a volume. */
    public Volume create(Path directory) throws IOException {
        return provider.create(directory, options);
    }

    /** Opens a volume with the same options. */
    public Volume open(Path directory) throws IOException {
        return provider.open(directory, options);
    }

    /** Opens a volume for reading only. */
    public Volume openReadOnly(Path directory) throws IOException {
        return provider.open(directory, options.toBuilder().readOnly(true).build());
    }

    /** Whether it is the model, which has no files and no index. */
    public boolean isModel() {
        return provider instanceof ModelProvider;
    }

    /** The block size of its volumes. */
    public int blockSizeBytes() {
        return options.blockSizeBytes().orElse(4096);
    }

    /** Whether stored blocks take their block size. */
    public boolean storesRaw() {
        return isModel() || options.compression() == Compression.NONE;
    }

    @Override
    public String toString() {
        return name;
    }
}
