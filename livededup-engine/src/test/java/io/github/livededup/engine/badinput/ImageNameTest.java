package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names that are none, and names that just are. */
class ImageNameTest extends EngineCase {
    private static final List<String> INVALID = List.of(
            "",
            ".",
            "..",
            "a/b",
            "/",
            "a\0b",
            "a\nb",
            "\t",
            "\u007f",
            "\u0085",
            "x".repeat(256),
            "ä".repeat(128),
            "🐧".repeat(64),
            "lone \ud800 surrogate");

    private final TransferOptions options = TransferOptions.defaults();
    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        volume = create();
        createImage(volume, "a", TestData.block(BLOCK, 1));
    }

    @AfterEach
    void closeVolume() throws IOException {
        volume.close();
    }

    @Test
    void invalidNamesAreRefusedEverywhere() throws IOException {
        Path file = Files.write(temporary.resolve("file"), TestData.block(BLOCK, 2));
        for (String name : INVALID) {
            assertInvalid(() -> volume.images().create(name, 1));
            assertInvalid(() -> volume.images().open(name));
            assertInvalid(() -> volume.images().openReadOnly(name));
            assertInvalid(() -> volume.images().info(name));
            assertInvalid(() -> volume.images().statistics(name));
            assertInvalid(() -> volume.images().rename(name, "b"));
            assertInvalid(() -> volume.images().rename("a", name));
            assertInvalid(() -> volume.images().delete(name));
            assertInvalid(() -> volume.images().importFile(file, name, options));
            assertInvalid(() -> volume.images()
                    .importChannel(Channels.newChannel(new ByteArrayInputStream(new byte[1])), name, options));
            assertInvalid(() -> volume.images().exportFile(name, temporary.resolve("target"), options));
            assertInvalid(() ->
                    volume.images().exportChannel(name, Channels.newChannel(new ByteArrayOutputStream()), options));
        }
        assertThat(names(volume)).containsExactly("a");
        assertThat(temporary.resolve("target")).doesNotExist();
        assertUsable(volume);
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("actual=")
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContainPattern("\\p{Cntrl}"));
    }

    @Test
    void longNamesWorkEverywhere() throws IOException {
        for (String name : List.of("x".repeat(255), "ä".repeat(127) + "x", "🐧".repeat(63) + "xyz")) {
            assertThatThrownBy(() -> volume.images().open(name)).isInstanceOf(NotFoundException.class);
            createImage(volume, name, TestData.block(BLOCK, 3));
            volume.close();
            volume = open();
            assertThat(readImage(volume, name)).isEqualTo(TestData.block(BLOCK, 3));
            volume.images().rename(name, "short");
            volume.images().rename("short", name);
            volume.images().exportFile(name, temporary.resolve("out"), options.withReplaceExisting(true));
            assertThat(temporary.resolve("out")).hasBinaryContent(TestData.block(BLOCK, 3));
            volume.images().delete(name);
        }
        assertThat(names(volume)).containsExactly("a");
    }
}
