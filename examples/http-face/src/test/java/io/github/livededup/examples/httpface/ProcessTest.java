package io.github.livededup.examples.httpface;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: the command line, a TERM signal, and being killed. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ProcessTest {
    private static final String PREFIX = "listening at ";

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;

    private Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(
                System.getProperty("livededup.test.jvmFlags", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        command.add(directory.resolve("volume").toString());
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    /** Starts the program; returns where the image is. */
    private URI start() throws IOException {
        process = run("--create", "--listen", "0");
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).as(log()).startsWith(PREFIX + "http://127.0.0.1:");
        return URI.create(line.substring(PREFIX.length()) + "/images/a");
    }

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly().waitFor();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended").isTrue();
        return process.exitValue();
    }

    private byte[] get(URI image) throws Exception {
        return client.send(HttpRequest.newBuilder(image).build(), BodyHandlers.ofByteArray())
                .body();
    }

    private int put(URI image, byte[] data) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(image)
                .PUT(BodyPublishers.ofByteArray(data))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void whatWasAnsweredSurvivesAKillAndATermSignal() throws Exception {
        byte[] data = new byte[1_000_000];
        new Random(1).nextBytes(data);
        assertThat(put(start(), data)).isEqualTo(201);
        process.destroyForcibly();
        exitCode();

        URI image = start();
        assertThat(get(image)).isEqualTo(data);
        assertThat(put(image, new byte[] {1, 2})).isEqualTo(204);
        process.destroy();
        assertThat(exitCode()).as(log()).isEqualTo(143);

        assertThat(get(start())).containsExactly(1, 2);
    }

    @Test
    void aCommandLineThatMakesNoSenseIsRefused() throws Exception {
        for (String[] wrong : List.of(
                new String[] {"--create", "--read-only"},
                new String[] {"--threads", "0"},
                new String[] {"--listen", "70000"},
                new String[] {"--stop-timeout", "-1"})) {
            process = run(wrong);
            assertThat(exitCode()).as(wrong[0]).isEqualTo(2);
            assertThat(log()).startsWith("livededup-http-face: ");
        }
    }
}
