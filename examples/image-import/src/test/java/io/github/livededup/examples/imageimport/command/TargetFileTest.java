package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that has its name when it is whole. */
class TargetFileTest {
    @TempDir
    Path directory;

    @Test
    void aNameThatIsTakenIsRefusedBeforeAnythingIsWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("absent"));

        assertThatThrownBy(() -> TargetFile.open(file, false)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> TargetFile.open(dangling, false)).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(directory).isDirectoryNotContaining("glob:**.part");
        assertThat(file).hasContent("old");
        assertThat(dangling).isSymbolicLink();
    }

    @Test
    void whatIsKeptReplacesWhatIsThere() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        try (TargetFile target = TargetFile.open(file, true)) {
            target.channel().write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w'}));
            assertThat(file).hasContent("old");
            target.keep();
        }
        assertThat(file).hasContent("new");
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }
}
