package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Opening for reading only leaves every file as it was. */
class ReadOnlyFilesTest extends EngineCase {
    private static final VolumeOptions READ_ONLY =
            OPTIONS.toBuilder().readOnly(true).build();

    private final byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 1_000);

    /** Every file with its content and time, except the lock. */
    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (Files.isRegularFile(file) && !file.endsWith("LOCK")) {
                    int hash = Arrays.hashCode(Files.readAllBytes(file));
                    found.put(folder.relativize(file).toString(), hash + " " + Files.getLastModifiedTime(file));
                }
            }
        }
        return found;
    }

    private void readEverything() throws IOException {
        try (Volume volume = LiveDedup.open(directory, READ_ONLY)) {
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
            assertThat(volume.images().statistics("a").distinctBlocks()).isEqualTo(1_000);
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).isClean())
                    .isTrue();
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1_000);
            volume.commit();
            assertThatThrownBy(() -> volume.images().delete("a")).isInstanceOf(ReadOnlyException.class);
        }
    }

    @Test
    void ofAClosedVolume() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
        }
        Map<String, String> before = files(directory);
        readEverything();
        readEverything();
        assertThat(files(directory)).isEqualTo(before);
    }

    @Test
    void ofAVolumeAfterACrash() throws IOException {
        Path live = directory;
        directory = temporary.resolve("crashed");
        try (Volume volume = LiveDedup.create(live, OPTIONS)) {
            createImage(volume, "a", bytes);
            volume.commit();
            FileTree.copy(live, directory);
        }
        Map<String, String> before = files(directory);
        readEverything();
        readEverything();
        assertThat(files(directory)).isEqualTo(before);
        try (Volume volume = open()) {
            assertThat(readImage(volume, "a")).isEqualTo(bytes);
            assertUsable(volume);
        }
    }

    @Test
    void withoutAnIndex() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", bytes);
        }
        FileTree.delete(directory.resolve("index"));
        Map<String, String> before = files(directory);
        readEverything();
        assertThat(files(directory)).isEqualTo(before);
    }
}
