package io.github.livededup.examples.fusemount.cli;

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

/** Command lines that make no sense, and help. None of these mounts anything. */
class CommandLineTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new MountCommand(out, out, new StopSignal()).run(args);
    }

    private String volume() {
        return directory.resolve("volume").toString();
    }

    @Test
    void whatMakesNoSenseIsRefusedWithTwo() {
        String point = directory.toString();
        assertThat(run(volume())).isEqualTo(2);
        assertThat(run(volume(), point + "/nothing")).isEqualTo(2);
        assertThat(run("--create", "--read-only", volume(), point)).isEqualTo(2);
        assertThat(run("--create", "--metrics-interval", "0", volume(), point)).isEqualTo(2);
        assertThat(run("--create", "--root-mode", "9", volume(), point)).isEqualTo(2);
        assertThat(run("--create", "--memory", "lots", volume(), point)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("mount point: actual=", "does not go with", "--root-mode: actual=9", "not a size");
    }

    @Test
    void aVolumeThatIsNotThereIsAFailure() {
        assertThat(run(volume(), directory.toString())).isEqualTo(1);
    }

    @Test
    void anArgumentIsNotReplacedByWhatIsInAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("options"), "--help");
        assertThat(run("@" + file)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("MOUNTPOINT").doesNotContain("--read-only");
    }

    @Test
    void helpNamesTheOptions() {
        assertThat(run("--help")).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--read-only", "--stop-timeout", "--max-size");
    }
}
