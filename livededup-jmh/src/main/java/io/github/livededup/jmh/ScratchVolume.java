package io.github.livededup.jmh;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A new volume in the system's directory for temporary files ({@code -Djava.io.tmpdir} chooses the disk), removed when
 * closed. It commits and compacts only when told to.
 */
final class ScratchVolume implements AutoCloseable {
    private static final int CHUNK_BLOCKS = 256;
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

    private final Path directory;
    private final VolumeOptions options;
    private Volume volume;

    /**
     * Makes the volume, of blocks of 4 KiB with SHA-256.
     *
     * @throws IOException if that fails
     */
    ScratchVolume() throws IOException {
        this(JdkBlocks.BLOCK_BYTES, FingerprintAlgorithm.SHA_256);
    }

    /**
     * Makes the volume, with the fast compression.
     *
     * @param blockSizeBytes the size of a block
     * @param fingerprint the algorithm
     * @throws IOException if that fails
     */
    ScratchVolume(int blockSizeBytes, FingerprintAlgorithm fingerprint) throws IOException {
        this(blockSizeBytes, fingerprint, Compression.LZ4_FAST);
    }

    /**
     * Makes the volume.
     *
     * @param blockSizeBytes the size of a block
     * @param fingerprint the algorithm
     * @param compression of what is stored
     * @throws IOException if that fails
     */
    ScratchVolume(int blockSizeBytes, FingerprintAlgorithm fingerprint, Compression compression) throws IOException {
        directory = Files.createTempDirectory("livededup-jmh");
        options = VolumeOptions.builder()
                .blockSizeBytes(blockSizeBytes)
                .fingerprint(fingerprint)
                .compression(compression)
                .durability(Durability.EXPLICIT)
                .backgroundCompaction(BackgroundCompaction.OFF)
                .build();
        volume = LiveDedup.create(directory.resolve("volume"), options);
    }

    Volume volume() {
        return volume;
    }

    ImageStore images() {
        return volume.images();
    }

    /** A path for a file beside the volume. */
    Path file(String name) {
        return directory.resolve(name);
    }

    /**
     * Makes an image and a plain file beside the volume, of the same content, both durable.
     *
     * @throws IOException if that fails
     */
    FileChannel withImage(String name, long sizeBytes, ByteBuffer content) throws IOException {
        try (Image image = images().create(name, sizeBytes)) {
            image.write(content.duplicate(), 0);
        }
        volume.commit();
        FileChannel plain = FileChannel.open(
                file("plain"), StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        plain.write(content);
        plain.force(true);
        return plain;
    }

    /**
     * Makes an image full of blocks and commits it.
     *
     * @throws IOException if that fails
     */
    Image filled(String name, int blocks, FreshBlocks source, boolean fresh) throws IOException {
        Image image = images().create(name, (long) blocks * JdkBlocks.BLOCK_BYTES);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BLOCKS * JdkBlocks.BLOCK_BYTES);
        long position = 0;
        for (int i = 1; i <= blocks; i++) {
            chunk.put(fresh ? source.fresh() : source.known());
            if (!chunk.hasRemaining() || i == blocks) {
                chunk.flip();
                image.write(chunk, position);
                position += chunk.position();
                chunk.clear();
            }
        }
        volume.commit();
        return image;
    }

    /**
     * Closes the volume, has the system forget what it has of all files, and opens it again.
     *
     * @throws IOException if that fails, or another user than root runs this
     */
    void cool() throws IOException {
        volume.close();
        new ProcessBuilder("sync").inheritIO().start().onExit().join();
        Files.writeString(DROP_CACHES, "1");
        volume = LiveDedup.open(directory.resolve("volume"), options);
    }

    @Override
    public void close() throws IOException {
        volume.close();
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
