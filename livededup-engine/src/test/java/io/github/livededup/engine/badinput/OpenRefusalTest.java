package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedup;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Places where no volume can be opened or created. */
class OpenRefusalTest extends EngineCase {
    @Test
    void thereIsNothing() {
        assertThatThrownBy(this::open).isInstanceOf(NotFoundException.class).hasMessageContaining(directory.toString());
        assertThat(directory).doesNotExist();
    }

    @Test
    void thereIsAnEmptyDirectory() throws IOException {
        Files.createDirectory(directory);
        assertThatThrownBy(this::open).isInstanceOf(NotFoundException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void thereIsAFile() throws IOException {
        Files.writeString(directory, "no volume");
        assertThatThrownBy(this::open).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(this::create).isInstanceOf(AlreadyExistsException.class);
        assertThat(directory).hasContent("no volume");
    }

    @Test
    void thereIsSomethingElse() throws IOException {
        Files.createDirectory(directory);
        Files.writeString(directory.resolve("letter.txt"), "Dear Sir");
        assertThatThrownBy(this::open).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(this::create)
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining(directory.toString());
        assertThat(directory.toFile().list()).containsExactly("letter.txt");
    }

    @Test
    void theParentIsMissing() {
        Path deep = temporary.resolve("no/volume");
        assertThatThrownBy(() -> LiveDedup.create(deep, OPTIONS)).isInstanceOf(NotFoundException.class);
        assertThat(temporary.resolve("no")).doesNotExist();
    }

    @Test
    void anEmptyDirectoryBecomesAVolume() throws IOException {
        Files.createDirectory(directory);
        try (Volume volume = create()) {
            assertUsable(volume);
        }
    }

    @Test
    void aVolumeIsNotOverwritten() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", TestData.block(BLOCK, 1));
            assertThatThrownBy(this::create).isInstanceOfAny(AlreadyExistsException.class, VolumeLockedException.class);
        }
        assertThatThrownBy(this::create).isInstanceOf(AlreadyExistsException.class);
        try (Volume volume = open()) {
            assertThat(readImage(volume, "a")).isEqualTo(TestData.block(BLOCK, 1));
        }
    }

    @Test
    void nothingIsCreatedForReadingOnly() {
        VolumeOptions readOnly = OPTIONS.toBuilder().readOnly(true).build();
        assertThatThrownBy(() -> LiveDedup.create(directory, readOnly)).isInstanceOf(InvalidArgumentException.class);
        assertThat(directory).doesNotExist();
    }

    @Test
    void aCreationThatWasCutShortIsNoVolume() throws IOException {
        create().close();
        Files.delete(directory.resolve("superblock"));
        assertThatThrownBy(this::open).isInstanceOf(NotFoundException.class).hasMessageContaining("superblock");
    }

    @Test
    void openOrCreateDoesEither() throws IOException {
        try (Volume volume = LiveDedup.openOrCreate(directory, OPTIONS)) {
            createImage(volume, "a", TestData.block(BLOCK, 1));
        }
        try (Volume volume = LiveDedup.openOrCreate(directory, OPTIONS)) {
            assertThat(names(volume)).containsExactly("a");
        }
    }

    @Test
    void theWayThereMayBeALink() throws IOException {
        create().close();
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        try (Volume volume = LiveDedup.open(link, OPTIONS)) {
            assertUsable(volume);
            assertThatThrownBy(this::open).isInstanceOf(VolumeLockedException.class);
        }
    }
}
