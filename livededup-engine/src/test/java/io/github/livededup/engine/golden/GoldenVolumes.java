package io.github.livededup.engine.golden;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.IndexBackend;
import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the golden volumes: small volumes of this format, zipped, and the digest of each image in them. Run only when a
 * version of the format is added; volumes of earlier versions are never made anew.
 */
public final class GoldenVolumes {
    /** The variants, by name. */
    static final List<String> NAMES = List.of(
            "sha256-4k-lz4",
            "sha256-4k-none",
            "blake3-16k-lz4",
            "xxh3-64k-none",
            "snapshots-and-clones",
            "dirty-journal",
            "compacted");

    /** The format's version, a folder of the resources. */
    static final String VERSION = "v2";

    private final Path folder;
    private final Path target;

    private GoldenVolumes(Path folder, Path target) {
        this.folder = folder;
        this.target = target;
    }

    /** Makes all golden volumes in a folder; argument: the folder. */
    public static void main(String[] arguments) throws IOException {
        Path target = Files.createDirectories(Path.of(arguments[0], VERSION));
        Path folder = Files.createTempDirectory("golden");
        try {
            new GoldenVolumes(folder, target).makeAll();
        } finally {
            FileTree.delete(folder);
        }
    }

    private void makeAll() throws IOException {
        VolumeOptions sha = options(FingerprintAlgorithm.SHA_256, 4 << 10, Compression.LZ4_FAST);
        make("sha256-4k-lz4", sha, this::fill);
        VolumeOptions none = options(FingerprintAlgorithm.SHA_256, 4 << 10, Compression.NONE);
        make("sha256-4k-none", none, volume -> {
            fill(volume);
            image(volume, "sealed", text(volume, 400, 1_000));
        });
        make("blake3-16k-lz4", options(FingerprintAlgorithm.BLAKE3, 16 << 10, Compression.LZ4_FAST), this::fill);
        make("xxh3-64k-none", options(FingerprintAlgorithm.XXH3_128, 64 << 10, Compression.NONE), this::fill);
        make("snapshots-and-clones", sha, this::snapshots);
        makeDirty("dirty-journal", none);
        make("compacted", none, this::compact);
    }

    private static VolumeOptions options(FingerprintAlgorithm algorithm, int blockBytes, Compression compression) {
        return VolumeOptions.builder()
                .groupSizeBytes(1 << 20)
                .maxPhysicalBytes(64 << 20)
                .blockSizeBytes(blockBytes)
                .fingerprint(algorithm)
                .compression(compression)
                .indexBackend(IndexBackend.BUILT_IN)
                .backgroundCompaction(BackgroundCompaction.OFF)
                .build();
    }

    /** Something done to a volume. */
    private interface Work {
        void on(Volume volume) throws IOException;
    }

    private void make(String name, VolumeOptions options, Work work) throws IOException {
        Path directory = folder.resolve(name);
        try (Volume volume = LiveDedup.create(directory, options)) {
            work.on(volume);
        }
        finish(name, directory);
    }

    /** A copy of a volume that is open, with all in the journal. */
    private void makeDirty(String name, VolumeOptions options) throws IOException {
        Path live = folder.resolve("live");
        Path directory = folder.resolve(name);
        try (Volume volume = LiveDedup.create(live, options)) {
            fill(volume);
            image(volume, "gone", text(volume, 3, 700));
        }
        try (Volume volume = LiveDedup.open(live, options)) {
            image(volume, "after", text(volume, 300, 2_000));
            byte[] imported = text(volume, 5, 3_000);
            volume.images()
                    .importChannel(
                            Channels.newChannel(new ByteArrayInputStream(imported)),
                            "imported",
                            TransferOptions.defaults());
            volume.images().rename("imported", "renamed");
            volume.images().snapshot("after", "after-snap");
            try (Image image = volume.images().open("after")) {
                image.discard(volume.blockSizeBytes(), 3L * volume.blockSizeBytes());
                image.resize(200L * volume.blockSizeBytes());
            }
            volume.images().delete("gone");
            volume.blocks().put(ByteBuffer.wrap(text(volume, 1, 4_000)));
            volume.commit();
            FileTree.copy(live, directory);
        }
        finish(name, directory);
    }

    private void fill(Volume volume) throws IOException {
        int block = volume.blockSizeBytes();
        image(volume, "text", text(volume, 40, 1));
        image(volume, "random", TestData.random(3 * Math.min(block, 4 << 10) + 100, 5));
        image(volume, "copy", text(volume, 20, 11));
        image(volume, "empty", new byte[0]);
        try (Image image = volume.images().create("holes", 200L * block)) {
            image.write(ByteBuffer.wrap(text(volume, 1, 3)), 199L * block);
        }
        for (int seed = 500; seed < 504; seed++) {
            volume.blocks().put(ByteBuffer.wrap(text(volume, 1, seed)));
        }
    }

    private void snapshots(Volume volume) throws IOException {
        int block = volume.blockSizeBytes();
        image(volume, "base", text(volume, 60, 1));
        volume.images().snapshot("base", "first");
        volume.images().clone("first", "clone");
        try (Image image = volume.images().open("clone")) {
            image.write(ByteBuffer.wrap(text(volume, 5, 600)), 10L * block);
        }
        volume.images().clone("clone", "clone-of-clone");
        volume.images().snapshot("clone-of-clone", "second");
        try (Image image = volume.images().open("base")) {
            image.discard(0, 20L * block);
            image.append(ByteBuffer.wrap(text(volume, 2, 800)));
        }
        volume.images().delete("clone");
    }

    private void compact(Volume volume) throws IOException {
        int block = volume.blockSizeBytes();
        image(volume, "live", new byte[250 * block]);
        image(volume, "dead", new byte[250 * block]);
        try (Image live = volume.images().open("live");
                Image dead = volume.images().open("dead")) {
            for (int i = 0; i < 250; i++) {
                live.write(ByteBuffer.wrap(text(volume, 1, 10_000 + i)), (long) i * block);
                dead.write(ByteBuffer.wrap(text(volume, 1, 20_000 + i)), (long) i * block);
                live.flush();
                dead.flush();
            }
        }
        volume.images().delete("dead");
        volume.compact(CompactionOptions.defaults());
    }

    private static byte[] text(Volume volume, int blocks, long firstSeed) {
        int block = volume.blockSizeBytes();
        ByteBuffer all = ByteBuffer.allocate(blocks * block);
        for (int i = 0; i < blocks; i++) {
            all.put(TestData.text(block, firstSeed + i));
        }
        return all.array();
    }

    private static void image(Volume volume, String name, byte[] bytes) throws IOException {
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    /** Notes what an opener must find, and zips the volume. */
    private void finish(String name, Path directory) throws IOException {
        Path copy = folder.resolve("copy");
        FileTree.copy(directory, copy);
        List<String> lines = new ArrayList<>();
        try (Volume volume = LiveDedup.open(copy, VolumeOptions.defaults())) {
            contents(volume).forEach((image, digest) -> lines.add(digest + " " + image));
        }
        FileTree.delete(copy);
        Files.write(target.resolve(name + ".txt"), lines);
        zip(directory, target.resolve(name + ".zip"));
    }

    /** The size, digest and kind of each image, by name. */
    static TreeMap<String, String> contents(Volume volume) throws IOException {
        TreeMap<String, String> contents = new TreeMap<>();
        for (ImageInfo info : volume.images().list()) {
            try (Image image = volume.images().openReadOnly(info.name())) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(TestData.readAll(image));
                contents.put(
                        info.name(),
                        HexFormat.of().formatHex(digest) + " " + info.sizeBytes()
                                + (info.isSnapshot() ? " snapshot" : " image"));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        return contents;
    }

    private static void zip(Path directory, Path file) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(9);
            for (Path each : all) {
                ZipEntry entry = new ZipEntry(directory.relativize(each).toString());
                entry.setTime(0);
                zip.putNextEntry(entry);
                Files.copy(each, zip);
                zip.closeEntry();
            }
        }
    }
}
