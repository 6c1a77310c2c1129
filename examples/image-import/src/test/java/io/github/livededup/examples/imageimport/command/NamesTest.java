package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.FingerprintAlgorithm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class NamesTest {
    @ParameterizedTest
    @CsvSource({"disks/web.raw, web", "web, web", "a.tar.gz, a.tar", ".raw, .raw", "x/../y.img, y", "/, image"})
    void imagesAreNamedAfterFiles(Path file, String name) {
        assertThat(ImageNames.of(file)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha-256", "SHA_256", "sha256", "Sha-256"})
    void constantsAreReadInAnySpelling(String text) {
        assertThat(new EnumNames<>(FingerprintAlgorithm.class).convert(text)).isEqualTo(FingerprintAlgorithm.SHA_256);
    }

    @Test
    void unknownConstantsNameTheKnown() {
        assertThatThrownBy(() -> new EnumNames<>(FingerprintAlgorithm.class).convert("md5"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'md5' is not one of sha-256, blake3, xxh3-128");
    }

    @Test
    void aPipeWithoutReaderIsRecognised() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().close();
        try (PipeChannel channel = new PipeChannel(pipe.sink())) {
            assertThat(channel.isBroken()).isFalse();
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            assertThat(channel.isBroken()).isTrue();
        }
    }
}
