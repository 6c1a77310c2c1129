package io.github.livededup.examples.nbdserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: a TERM signal, and being killed. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ProcessTest {
    @TempDir
    Path directory;

    private Process process;

    /** Starts the program; returns where it listens. */
    private InetSocketAddress start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(
                System.getProperty("livededup.test.jvmFlags", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "--tcp", "0"));
        command.addAll(List.of("--unix", socket().toString(), "--create", "disk=8M"));
        command.add(directory.resolve("volume").toString());
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.contains("127.0.0.1")) {
            line = out.readLine();
        }
        assertThat(line).as(log()).isNotNull();
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(line.replaceFirst(".*:", "")));
    }

    private Path socket() {
        return directory.resolve("socket");
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended").isTrue();
        return process.exitValue();
    }

    @Test
    void flushedWritesSurviveAKillAndAllSurviveATermSignal() throws Exception {
        byte[] data = new byte[1_000_000];
        new Random(1).nextBytes(data);
        try (NbdClient client = NbdClient.connect(start())) {
            client.open("disk");
            client.write(100, data);
            client.flush();
            client.write(2_000_000, data, 1);
            client.write(4_000_000, data); // nobody promised this one
        } finally {
            process.destroyForcibly();
        }
        exitCode();
        assertThat(socket()).as("left by the killed server").exists();

        try (NbdClient client = NbdClient.connect(start())) {
            client.open("disk?clone");
            assertThat(client.read(100, data.length).data()).isEqualTo(data);
            assertThat(client.read(2_000_000, data.length).data()).isEqualTo(data);
            assertThat(log()).contains("is a clone of disk").doesNotContain("is deleted");
            process.destroy();
            assertThat(exitCode()).isEqualTo(143);
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(log()).as("also what is logged while the JVM shuts down").contains("is deleted");
        }
        assertThat(socket()).doesNotExist();

        try (NbdClient client = NbdClient.connect(start())) {
            client.open("disk");
            client.write(6_000_000, data);
            process.destroy();
            exitCode();
        }
        try (NbdClient client = NbdClient.connect(start())) {
            client.open("disk");
            assertThat(client.read(6_000_000, data.length).data()).isEqualTo(data);
        } finally {
            process.destroy();
        }
        exitCode();
    }
}
