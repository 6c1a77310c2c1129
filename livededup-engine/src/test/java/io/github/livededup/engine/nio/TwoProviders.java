package io.github.livededup.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.nio.Outcome.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs operations in a directory of the default file system and in a volume's root, with the same files in them, and
 * asserts that the same comes of it: value or exception, and what the files hold afterwards.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwoProviders {
    static final byte[] LARGE = TestData.random(70_001, 1);
    static final byte[] TEXT = "first\nsecond\n\nlast".getBytes(StandardCharsets.UTF_8);

    /** The default provider's directory, ours, and one for what is copied in and out. */
    Path theirs;

    Path ours;
    Path outside;
    private Path volume;
    private FileSystem fileSystem;

    @BeforeAll
    void open(@TempDir Path temporary) throws IOException {
        theirs = Files.createDirectory(temporary.resolve("theirs")).toRealPath();
        outside = Files.createDirectory(temporary.resolve("outside")).toRealPath();
        volume = temporary.resolve("volume");
        fileSystem = FileSystems.newFileSystem(NioCase.uri(volume), Map.of("create", true, "options", NioCase.SMALL));
        ours = fileSystem.getPath("/");
    }

    @AfterAll
    void close() throws IOException {
        fileSystem.close();
        try (Volume opened = LiveDedup.open(volume, NioCase.SMALL)) {
            NioCase.assertSound(opened);
        }
    }

    @BeforeEach
    void fill() throws IOException {
        for (Path directory : List.of(theirs, ours, outside)) {
            for (Path entry : entries(directory)) {
                Files.delete(entry);
            }
            Files.write(directory.resolve("large"), LARGE);
            Files.write(directory.resolve("text"), TEXT);
            Files.createFile(directory.resolve("empty"));
        }
    }

    /** Runs an operation in both directories; the files may not be as they were if it is run again. */
    final void assertSame(Operation operation) throws IOException {
        assertSame(operation, false);
    }

    /**
     * As {@link #assertSame(Operation)}.
     *
     * @param throughFile whether a path leads through a regular file: JDKs differ in whether there is then no such file,
     *     or a failure of no name
     */
    final void assertSame(Operation operation, boolean throughFile) throws IOException {
        String expected = Outcome.of(theirs, operation);
        Map<String, String> expectedFiles = files(theirs);
        String actual = Outcome.of(ours, operation);
        assertThat(throughFile ? unnamed(actual) : actual).isEqualTo(throughFile ? unnamed(expected) : expected);
        assertThat(files(ours)).isEqualTo(expectedFiles);
    }

    private static String unnamed(String outcome) {
        return outcome.replace(NoSuchFileException.class.getName(), IOException.class.getName());
    }

    /** The entries of a directory, sorted. */
    static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        }
        entries.sort(null);
        return entries;
    }

    private static Map<String, String> files(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Path entry : entries(directory)) {
            files.put(
                    entry.getFileName().toString(),
                    Files.isDirectory(entry) ? "directory" : Outcome.told(directory, Files.readAllBytes(entry)));
        }
        return files;
    }
}
