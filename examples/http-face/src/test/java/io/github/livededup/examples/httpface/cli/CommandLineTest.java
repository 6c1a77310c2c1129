package io.github.livededup.examples.httpface.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.serving.cli.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines that make no sense. None of these serves anything. */
class CommandLineTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new ServeCommand(out, out, new StopSignal()).run(args);
    }

    @Test
    void anArgumentIsNotReplacedByWhatIsInAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("options"), "--help");
        assertThat(run("@" + file, directory.resolve("volume").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Unmatched argument");
    }
}
