package io.github.livededup.examples.serving.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Exit codes, and the one line that tells a failure. */
class CommandRunnerTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Command(name = "program")
    record Program(Callable<Integer> body) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            return body.call();
        }
    }

    private int run(boolean verbose, Callable<Integer> body, String... args) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new CommandRunner(new CommandLine(new Program(body)), stream, () -> verbose).run(args);
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theCommandsOwnCodeIsTheExitCode() {
        assertThat(run(false, () -> 7)).isEqualTo(7);
        assertThat(told()).isEmpty();
    }

    @Test
    void aFailureIsOne() {
        assertThat(run(false, () -> {
                    throw new IOException("no such volume");
                }))
                .isEqualTo(1);
        assertThat(told()).isEqualTo("program: no such volume\n");
    }

    @Test
    void whatMakesNoSenseIsTwo() {
        assertThat(run(false, () -> {
                    throw new UsageException("nowhere to listen");
                }))
                .isEqualTo(2);
        assertThat(run(false, () -> 0, "--what")).isEqualTo(2);
        assertThat(told())
                .startsWith("program: nowhere to listen (see --help)\nprogram: ")
                .endsWith(" (see --help)\n")
                .hasLineCount(2);
    }

    /** An argument that names a file is not replaced by what is in it. */
    @Test
    void anArgumentMayBeginWithAnAt(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("options"), "--what");
        assertThat(run(false, () -> 0, "@" + file)).isEqualTo(2);
        assertThat(told()).contains("@" + file).doesNotContain("--what");
    }

    @Test
    void aStackTraceIsToldIfItIsWanted() {
        assertThat(run(true, () -> {
                    throw new IOException();
                }))
                .isEqualTo(1);
        assertThat(told()).startsWith("program: java.io.IOException\n").contains("\tat ");
    }

    @Test
    void aStopIsRequestedOnceAndForAll() throws InterruptedException {
        StopSignal stop = new StopSignal();
        assertThat(stop.future()).isNotDone();
        stop.request();
        stop.await();
        assertThat(stop.future()).isCompletedWithValue(0);
    }
}
