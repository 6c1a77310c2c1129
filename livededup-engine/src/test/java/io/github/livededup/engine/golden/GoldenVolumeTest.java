package io.github.livededup.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Volumes that earlier builds made, checked in: every later build opens them, finds all in them, and goes on with them. */
class GoldenVolumeTest {
    private static final VolumeOptions READ_ONLY =
            VolumeOptions.builder().readOnly(true).build();

    @TempDir
    private Path folder;

    static List<String> names() {
        return GoldenVolumes.NAMES;
    }

    @ParameterizedTest
    @MethodSource("names")
    void areReadAsTheyAre(String name) throws IOException {
        Path directory = unzip(name);
        Map<String, byte[]> before = bytes(directory);
        try (Volume volume = LiveDedup.open(directory, READ_ONLY)) {
            assertIsWhole(volume, name);
        }
        assertThat(bytes(directory)).as("files after reading only").containsExactlyEntriesOf(before);
    }

    @ParameterizedTest
    @MethodSource("names")
    void areWrittenTo(String name) throws IOException {
        Path directory = unzip(name);
        try (Volume volume = LiveDedup.open(directory, VolumeOptions.defaults())) {
            assertIsWhole(volume, name);
            long unique = volume.statistics().uniqueBlocks();
            importAll(volume, name);
            assertThat(volume.statistics().uniqueBlocks())
                    .as("what is there is found again")
                    .isEqualTo(unique);
            byte[] fresh = TestData.random(20 * volume.blockSizeBytes(), 99);
            Path source = Files.write(folder.resolve("source"), fresh);
            volume.images().importFile(source, "fresh", TransferOptions.defaults());
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(unique + 20);
        }
        try (Volume volume = LiveDedup.open(directory, VolumeOptions.defaults())) {
            try (Image image = volume.images().openReadOnly("fresh")) {
                assertThat(TestData.readAll(image)).isEqualTo(TestData.random(20 * volume.blockSizeBytes(), 99));
            }
            for (String image : stated(name).keySet()) {
                volume.images().delete("again-" + image);
            }
            volume.images().delete("fresh");
            assertIsWhole(volume, name);
        }
    }

    /** Version 1 was never released, and is not read: it is refused by its number, and left as it is. */
    @ParameterizedTest
    @MethodSource("names")
    void areRefusedIfOfTheFirstVersion(String name) throws IOException {
        Path directory = unzip("v1", name);
        Map<String, byte[]> before = bytes(directory);
        for (VolumeOptions options : List.of(READ_ONLY, VolumeOptions.defaults())) {
            assertThatThrownBy(() -> LiveDedup.open(directory, options))
                    .isInstanceOfSatisfying(UnsupportedFormatException.class, refused -> {
                        assertThat(refused.actualVersion()).isEqualTo(1);
                        assertThat(refused.isTooNew()).isFalse();
                    });
        }
        assertThat(bytes(directory)).containsExactlyEntriesOf(before);
    }

    private static void assertIsWhole(Volume volume, String name) throws IOException {
        assertThat(GoldenVolumes.contents(volume)).as(name).containsExactlyEntriesOf(stated(name));
        assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                .as(name)
                .isEmpty();
    }

    /** Imports each image's bytes once more: all of it is there. */
    private void importAll(Volume volume, String name) throws IOException {
        for (String image : stated(name).keySet()) {
            Path exported = folder.resolve("exported-" + image);
            volume.images().exportFile(image, exported, TransferOptions.defaults());
            volume.images().importFile(exported, "again-" + image, TransferOptions.defaults());
        }
    }

    private static TreeMap<String, String> stated(String name) throws IOException {
        TreeMap<String, String> stated = new TreeMap<>();
        try (InputStream in = resource(GoldenVolumes.VERSION, name + ".txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                int space = line.lastIndexOf(' ');
                stated.put(line.substring(space + 1), line.substring(0, space));
            });
        }
        return stated;
    }

    private static InputStream resource(String version, String file) throws IOException {
        InputStream in = GoldenVolumeTest.class.getResourceAsStream("/golden/" + version + "/" + file);
        if (in == null) {
            throw new IOException("no golden file " + file);
        }
        return in;
    }

    private Path unzip(String name) throws IOException {
        return unzip(GoldenVolumes.VERSION, name);
    }

    private Path unzip(String version, String name) throws IOException {
        Path directory = folder.resolve(name);
        try (ZipInputStream zip = new ZipInputStream(resource(version, name + ".zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
        return directory;
    }

    private static Map<String, byte[]> bytes(Path directory) throws IOException {
        Map<String, byte[]> bytes = new TreeMap<>();
        for (String file : List.of("superblock", "metadata.dat", "blocks.dat", "journal/000000.log")) {
            bytes.put(file, Files.readAllBytes(directory.resolve(file)));
        }
        return bytes;
    }
}
