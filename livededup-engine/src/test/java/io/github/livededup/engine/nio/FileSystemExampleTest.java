package io.github.livededup.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/OPERATIONS.md} compiles, runs, and is what stands there. */
class FileSystemExampleTest {
    private static final String MARK = "example";

    // example
    static void useAsFileSystem(Path volume, Path rawImage) throws IOException {
        URI uri = URI.create("livededup:" + volume.toUri());
        try (FileSystem images = FileSystems.newFileSystem(uri, Map.of("create", true))) {
            Path disk = Files.copy(rawImage, images.getPath("/debian"));
            Path clone = Files.copy(disk, images.getPath("/debian-test")); // takes no time and no space
            try (SeekableByteChannel channel = Files.newByteChannel(clone, StandardOpenOption.WRITE)) {
                channel.position(446).write(ByteBuffer.wrap(new byte[64]));
            }
            try (var files = Files.list(images.getPath("/"))) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Object exclusive = Files.getAttribute(file, "livededup:exclusiveBytes");
                    System.out.println(file + ": " + Files.size(file) + " bytes, " + exclusive + " its own");
                }
            }
        }
    }
    // example

    @Test
    void runs(@TempDir Path temporary) throws IOException {
        Path raw = Files.write(temporary.resolve("debian.raw"), TestData.random(1_000_000, 1));
        Path volume = temporary.resolve("volume");
        useAsFileSystem(volume, raw);
        try (FileSystem images = FileSystems.newFileSystem(volume)) {
            assertThat(Files.mismatch(images.getPath("/debian"), raw)).isEqualTo(-1);
            assertThat(Files.mismatch(images.getPath("/debian-test"), raw)).isBetween(446L, 446L + 63);
        }
    }

    @Test
    void isWhatTheDocumentShows() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        Path source = module.resolve("src/test/java")
                .resolve(FileSystemExampleTest.class.getName().replace('.', '/') + ".java");
        Path document = module.resolveSibling("docs").resolve("OPERATIONS.md");
        List<String> lines = Files.readAllLines(source);
        int from = lines.indexOf("    // " + MARK);
        int to = lines.lastIndexOf("    // " + MARK);
        String example = lines.subList(from + 1, to).stream()
                .map(line -> line.substring(Math.min(4, line.length())))
                .collect(Collectors.joining("\n"));
        assertThat(Files.readString(document, StandardCharsets.UTF_8))
                .contains("```java\n" + example.replace("static void", "void") + "\n```");
    }
}
