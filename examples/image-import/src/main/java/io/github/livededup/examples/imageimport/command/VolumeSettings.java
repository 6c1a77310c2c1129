package io.github.livededup.examples.imageimport.command;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.IndexBackend;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.imageimport.console.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that create and import share. Those that are not given keep the library's defaults. */
final class VolumeSettings {
    @Option(
            names = "--block-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Block size of a new volume: 4K (default), 8K, 16K, 32K or 64K.")
    private @Nullable Long blockSize;

    @Option(
            names = "--group-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Block-group size of a new volume: a power of two from 1M to 1G; default 128M.")
    private @Nullable Long groupSize;

    @Option(
            names = "--fingerprint",
            paramLabel = "NAME",
            description = "Fingerprint of a new volume: sha-256 (default), blake3 or xxh3-128.")
    private @Nullable FingerprintAlgorithm fingerprint;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            description = "How new blocks are compressed: lz4-fast (default), lz4-hc or none.")
    private @Nullable Compression compression;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Memory budget; default 256M.")
    private @Nullable Long memory;

    @Option(
            names = "--index-backend",
            paramLabel = "NAME",
            description = "What holds the index: auto (default), chronicle-map or built-in.")
    private @Nullable IndexBackend indexBackend;

    @Option(names = "--verify-duplicates", description = "Compare every duplicate byte for byte before it is shared.")
    private boolean verifyDuplicates;

    @Option(
            names = "--max-size",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most the volume may take on disk; default unlimited.")
    private @Nullable Long maxSize;

    /** The options for the library. */
    VolumeOptions toOptions() {
        VolumeOptions.Builder builder = VolumeOptions.builder()
                .verifyDuplicates(verifyDuplicates)
                .backgroundCompaction(BackgroundCompaction.OFF);
        if (blockSize != null) {
            builder.blockSizeBytes(toInt("--block-size", blockSize));
        }
        if (groupSize != null) {
            builder.groupSizeBytes(toInt("--group-size", groupSize));
        }
        if (fingerprint != null) {
            builder.fingerprint(fingerprint);
        }
        if (compression != null) {
            builder.compression(compression);
        }
        if (memory != null) {
            builder.memoryBudgetBytes(memory);
        }
        if (indexBackend != null) {
            builder.indexBackend(indexBackend);
        }
        if (maxSize != null) {
            builder.maxPhysicalBytes(maxSize);
        }
        return builder.build();
    }

    private static int toInt(String option, long value) {
        if (value > Integer.MAX_VALUE) {
            throw new UsageException(option + ": too large: " + value);
        }
        return (int) value;
    }
}
