package io.github.livededup.examples.nbdserver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.examples.serving.cli.AddressConverter;
import io.github.livededup.examples.serving.cli.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** What the command line takes, and what it says about the rest. */
class CommandLineTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        StopSignal stop = new StopSignal();
        stop.request(); // at once
        List<String> all = new ArrayList<>(List.of(args));
        all.add(directory.resolve("volume").toString());
        return new ServeCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        stop)
                .run(all.toArray(new String[0]));
    }

    @Test
    void anAddressIsAPortAndPerhapsAHost() {
        AddressConverter converter = new AddressConverter();
        assertThat(converter.convert("10809").getAddress().isLoopbackAddress()).isTrue();
        assertThat(converter.convert("0.0.0.0:1").getAddress().isAnyLocalAddress())
                .isTrue();
        assertThat(converter.convert("[::1]:10809").getPort()).isEqualTo(10809);
        for (String wrong : List.of("", "host", "host:", "1.2.3.4:70000", "::1:5")) {
            assertThatThrownBy(() -> converter.convert(wrong)).isInstanceOf(TypeConversionException.class);
        }
    }

    @Test
    void itServesAndStops() throws IOException {
        Path metrics = directory.resolve("metrics.json");
        int code = run("--tcp", "0", "--create", "disk=1M", "--metrics", metrics.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(out.toString()).matches("listening at /127.0.0.1:\\d+\n");
        assertThat(Files.readString(metrics)).contains("\"bytesInFlight\" : 0");
        assertThat(run("--tcp", "0", "--read-only", "--clones", "keep", "--default-export", "disk"))
                .isZero();
    }

    @Test
    void aVolumeThatIsNotThereIsAFailure() {
        assertThat(run("--tcp", "0")).isEqualTo(1);
        assertThat(err.toString()).startsWith("livededup-nbd-server: ").hasLineCount(1);
    }

    @Test
    void anArgumentIsNotReplacedByWhatIsInAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("options"), "--help");
        assertThat(run("@" + file)).isEqualTo(2);
        assertThat(err.toString()).contains("Unmatched argument");
    }

    /** Or whoever has no certificate would come in without TLS. */
    @Test
    void certificatesOfClientsAreAskedForOnlyWhereTlsIsRequired() {
        assertThat(run("--tcp", "0", "--tls", "allowed", "--tls-keystore", "a", "--tls-client-ca", "b"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--tls-client-ca needs --tls required");
        assertThat(directory.resolve("volume")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--tcp nonsense",
                "--tcp 0 --threads 0",
                "--tcp 0 --all-bytes 1M",
                "--tcp 0 --client-bytes 4G",
                "--tcp 0 --clones maybe",
                "--tcp 0 --tls required",
                "--tcp 0 --tls-cert there",
                "--tcp 0 --tls allowed --tls-keystore a --tls-cert b",
                "--tcp 0 --create disk",
                "--tcp 0 --create disk=much",
                "--tcp 0 --read-only --create disk=1M",
                "--tcp 0 --metrics-interval 0",
                "--tcp 0 --what"
            })
    void whatMakesNoSenseIsRefusedBeforeAnythingIsDone(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("livededup-nbd-server: ").endsWith(" (see --help)\n");
        assertThat(directory.resolve("volume")).doesNotExist();
    }
}
