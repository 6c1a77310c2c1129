package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a verification is to go on. */
class CursorFileTest {
    @TempDir
    Path directory;

    @Test
    void aCursorIsKeptUntilThereIsNone() throws IOException {
        Path file = directory.resolve("cursor");
        CursorFile cursor = new CursorFile(file);
        assertThat(cursor.read()).isEmpty();
        cursor.write(Optional.of("x1"));
        assertThat(cursor.read()).contains("x1");
        cursor.write(Optional.empty());
        assertThat(file).doesNotExist();
        cursor.write(Optional.empty());
    }

    /** As /dev/null does, which root could remove. */
    @Test
    void whatIsNoRegularFileStays() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        new CursorFile(other).write(Optional.empty());
        assertThat(other).isDirectory();
    }
}
