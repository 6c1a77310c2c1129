package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.examples.imageimport.Main;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: standard streams, signals, the exit code. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ProcessTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path directory;

    private ProcessBuilder builder(String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(
                System.getProperty("livededup.test.jvmFlags", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile());
    }

    private Process start(String... args) throws IOException {
        return builder(args).start();
    }

    private int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ended").isTrue();
        return process.exitValue();
    }

    private String err() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    @Test
    void anImagePassesThroughStandardInputAndOutput() throws IOException, InterruptedException {
        String volume = directory.resolve("volume").toString();
        byte[] image = new byte[3 * MEBIBYTE + 5];
        Arrays.fill(image, MEBIBYTE, MEBIBYTE + 10_000, (byte) 7);
        image[image.length - 1] = 1;

        Process into = start("import", volume, "-", "--name", "piped");
        try (OutputStream stream = into.getOutputStream()) {
            stream.write(image);
        }
        assertThat(exitCode(into)).as(err()).isZero();

        Process from = start("cat", volume, "piped");
        try (InputStream stream = from.getInputStream()) {
            assertThat(stream.readAllBytes()).isEqualTo(image);
        }
        assertThat(exitCode(from)).as(err()).isZero();

        Process cut = start("cat", volume, "piped");
        try (InputStream stream = cut.getInputStream()) {
            assertThat(stream.read()).isZero();
        }
        assertThat(exitCode(cut)).isEqualTo(1);
        assertThat(err()).isEmpty();
    }

    @Test
    void aResultThatCannotBeWrittenIsAFailure() throws IOException, InterruptedException {
        File full = new File("/dev/full");
        assumeThat(full).exists();
        Process help = builder("--help").redirectOutput(full).start();
        assertThat(exitCode(help)).isEqualTo(1);
        assertThat(err()).isEqualTo("livededup: the standard output could not be written\n");
    }

    @Test
    void theStandardInputIsWrittenIntoAnImage() throws IOException, InterruptedException {
        String volume = directory.resolve("volume").toString();
        byte[] image = new byte[3 * MEBIBYTE];
        Path file = Files.write(directory.resolve("web.raw"), image);
        assertThat(exitCode(start("import", volume, file.toString()))).as(err()).isZero();
        byte[] patch = "what is new ".repeat(100_000).getBytes(StandardCharsets.UTF_8);

        Process into = start("write", volume, "web", "1000");
        try (OutputStream stream = into.getOutputStream()) {
            stream.write(patch);
        }
        assertThat(exitCode(into)).as(err()).isZero();

        System.arraycopy(patch, 0, image, 1000, patch.length);
        Process from = start("cat", volume, "web");
        try (InputStream stream = from.getInputStream()) {
            assertThat(stream.readAllBytes()).isEqualTo(image);
        }
        assertThat(exitCode(from)).as(err()).isZero();
    }

    @Test
    void anImageGoesFromVolumeToVolumeThroughAPipe() throws IOException, InterruptedException {
        String volume = directory.resolve("volume").toString();
        String other = directory.resolve("other").toString();
        byte[] image = new byte[2 * MEBIBYTE + 3];
        Arrays.fill(image, MEBIBYTE, image.length, (byte) 7);
        Path file = Files.write(directory.resolve("web.raw"), image);
        assertThat(exitCode(start("import", volume, file.toString()))).as(err()).isZero();
        assertThat(exitCode(start("create", other))).as(err()).isZero();

        Process send = start("send", "--quiet", volume, "web", "-");
        byte[] stream = send.getInputStream().readAllBytes();
        assertThat(exitCode(send)).as(err()).isZero();
        Process receive = start("receive", other, "copy", "-");
        try (OutputStream into = receive.getOutputStream()) {
            into.write(stream);
        }
        assertThat(exitCode(receive)).as(err()).isZero();

        Process from = start("cat", other, "copy");
        assertThat(from.getInputStream().readAllBytes()).isEqualTo(image);
        assertThat(exitCode(from)).as(err()).isZero();
        Process cut = start("send", volume, "web", "-");
        cut.getInputStream().close();
        assertThat(exitCode(cut)).isEqualTo(1);
    }

    @Test
    void anInterruptedImportLeavesAVolumeThatOpens() throws IOException, InterruptedException {
        String volume = directory.resolve("volume").toString();
        Process process = start("import", volume, "-", "--name", "piped");
        OutputStream stream = process.getOutputStream();
        byte[] some = "some bytes of an image that never ends ".repeat(30_000).getBytes(StandardCharsets.UTF_8);
        stream.write(some);
        stream.flush();
        awaitVolume(Path.of(volume), process);

        // As Ctrl-C does; but a build in the background may have its children ignore that.
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid()))
                .start()
                .waitFor();

        assertThat(exitCode(process)).as(err()).isEqualTo(143);
        assertThat(err()).contains("livededup: interrupted, closing");
        Process list = start("list", "--json", volume);
        assertThat(new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("[]\n");
        assertThat(exitCode(list)).as(err()).isZero();
    }

    /** Waits until the process has made the volume and reads its input. */
    private static void awaitVolume(Path volume, Process process) throws InterruptedException, IOException {
        for (int i = 0; i < 600 && process.isAlive(); i++) {
            if (Files.isDirectory(volume) && isPopulated(volume)) {
                TimeUnit.MILLISECONDS.sleep(500);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isPopulated(Path volume) throws IOException {
        try (var entries = Files.list(volume)) {
            return entries.findAny().isPresent();
        }
    }
}
