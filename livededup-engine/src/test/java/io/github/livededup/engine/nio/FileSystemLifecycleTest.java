package io.github.livededup.engine.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** File systems are found, opened once, closed with or without their volume, and useless afterwards. */
class FileSystemLifecycleTest extends EngineCase {
    private static final Map<String, ?> CREATE = Map.of("create", true, "options", NioCase.SMALL);
    private static final Map<String, ?> OPEN = Map.of();

    private URI uri() {
        return NioCase.uri(directory);
    }

    @Test
    void theProviderIsInstalled() {
        assertThat(FileSystemProvider.installedProviders())
                .filteredOn(provider -> provider.getScheme().equals("livededup"))
                .hasSize(1);
    }

    @Test
    void createsAndOpensByUri() throws IOException {
        assertThatThrownBy(() -> FileSystems.newFileSystem(uri(), OPEN)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> FileSystems.getFileSystem(uri())).isInstanceOf(FileSystemNotFoundException.class);
        try (FileSystem created = FileSystems.newFileSystem(uri(), CREATE)) {
            Files.writeString(created.getPath("/a"), "x");
            assertThat(FileSystems.getFileSystem(uri())).isSameAs(created);
            assertThat(Path.of(URI.create(uri() + "!/a"))).isEqualTo(created.getPath("/a"));
            assertThat(Path.of(URI.create("LiveDedup:" + directory.toUri() + "!//a/")))
                    .isEqualTo(created.getPath("/a"));
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri(), OPEN))
                    .isInstanceOf(FileSystemAlreadyExistsException.class);
            assertThatThrownBy(() -> LiveDedup.open(directory, VolumeOptions.defaults()))
                    .isInstanceOf(VolumeLockedException.class);
        }
        assertThatThrownBy(() -> FileSystems.getFileSystem(uri())).isInstanceOf(FileSystemNotFoundException.class);
        assertThatThrownBy(() -> Path.of(URI.create(uri() + "!/a"))).isInstanceOf(FileSystemNotFoundException.class);
        try (FileSystem opened = FileSystems.newFileSystem(URI.create(uri() + "!/whatever"), OPEN)) {
            assertThat(Files.readString(opened.getPath("a"))).isEqualTo("x");
        }
        try (FileSystem opened = FileSystems.newFileSystem(uri(), Map.of("create", "true"))) {
            assertThat(Files.exists(opened.getPath("a"))).isTrue();
        }
    }

    @Test
    void oneNamePerVolume() throws IOException {
        Path link = Files.createSymbolicLink(temporary.resolve("link !"), directory);
        try (FileSystem created = FileSystems.newFileSystem(uri(), CREATE)) {
            URI byLink = URI.create(NioCase.uri(link).toString().replace("!", "%21"));
            assertThat(FileSystems.getFileSystem(byLink)).isSameAs(created);
            assertThatThrownBy(() -> FileSystems.newFileSystem(byLink, OPEN))
                    .isInstanceOf(FileSystemAlreadyExistsException.class);
        }
        Path odd = temporary.resolve("od d!");
        try (FileSystem created =
                FileSystems.newFileSystem(URI.create(NioCase.uri(odd).toString().replace("!", "%21")), CREATE)) {
            Path path = created.getPath("/a!/b");
            assertThat(Path.of(path.toUri())).isEqualTo(path);
        }
    }

    @Test
    void opensByPath() throws IOException {
        create().close();
        try (FileSystem opened = FileSystems.newFileSystem(directory)) {
            Path path = Files.writeString(opened.getPath("/a"), "x");
            assertThat(Path.of(path.toUri())).isEqualTo(path);
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri(), OPEN))
                    .isInstanceOf(FileSystemAlreadyExistsException.class);
            assertThatThrownBy(() -> FileSystems.newFileSystem(directory)).isInstanceOf(VolumeLockedException.class);
        }
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        Path file = Files.createFile(temporary.resolve("file.txt"));
        assertThatThrownBy(() -> FileSystems.newFileSystem(empty)).isInstanceOf(ProviderNotFoundException.class);
        assertThatThrownBy(() -> FileSystems.newFileSystem(temporary)).isInstanceOf(ProviderNotFoundException.class);
        FileSystemProvider provider = provider();
        for (Path other : new Path[] {empty, file, temporary, temporary.resolve("absent")}) {
            assertThatThrownBy(() -> provider.newFileSystem(other, OPEN))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(empty).isEmptyDirectory();
        try (FileSystem created = FileSystems.newFileSystem(empty, CREATE)) {
            assertThat(created.provider()).isSameAs(provider);
        }
    }

    private static FileSystemProvider provider() {
        return FileSystemProvider.installedProviders().stream()
                .filter(each -> each.getScheme().equals("livededup"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aZipIsLeftToItsProvider() throws IOException {
        Path zip = temporary.resolve("a.zip");
        try (FileSystem created = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.writeString(created.getPath("/entry"), "x");
            assertThat(created.provider().getScheme()).isEqualTo("jar");
            try (FileSystem ours = FileSystems.newFileSystem(uri(), CREATE)) {
                Path copied = Files.copy(created.getPath("/entry"), ours.getPath("/entry"));
                assertThat(Files.readString(copied)).isEqualTo("x");
                Files.copy(copied, created.getPath("/back"));
                assertThat(Files.readString(created.getPath("/back"))).isEqualTo("x");
            }
        }
    }

    @Test
    void refusesUrisOfAnotherForm() {
        for (String bad : new String[] {
            "livededup:nothing",
            "livededup:http://host/volume",
            "livededup:/volume",
            "livededup:file:relative",
            "livededup:file:///a%ZZ!/b"
        }) {
            assertThatThrownBy(() -> provider().getFileSystem(URI.create(bad.replace("%ZZ", "%20"))))
                    .isInstanceOfAny(IllegalArgumentException.class, FileSystemNotFoundException.class);
        }
        assertThatThrownBy(() -> provider().getPath(uri())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> provider().getPath(URI.create(uri() + "!/a?b")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> provider().getPath(URI.create("file:///a!/b")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesEnvironmentsThatMakeNoSense() throws IOException {
        List<Map<String, ?>> refused = List.of(
                Map.of("create", 1), Map.of("readOnly", "yes"), Map.of("options", "x"), Map.of("volume", directory));
        for (Map<String, ?> bad : refused) {
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri(), bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> FileSystems.newFileSystem(uri(), Map.of("create", true, "readOnly", true)))
                .isInstanceOf(InvalidArgumentException.class);
        try (Volume volume = create()) {
            assertThatThrownBy(() -> FileSystems.newFileSystem(
                            uri(), Map.of("volume", volume, "options", VolumeOptions.defaults())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> FileSystems.newFileSystem(
                            NioCase.uri(temporary.resolve("other")), Map.of("volume", volume)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> FileSystems.newFileSystem(uri(), OPEN)).isInstanceOf(VolumeLockedException.class);
            FileSystems.newFileSystem(uri(), Map.of("volume", volume)).close();
        }
    }

    @Test
    void overAnOpenVolumeWhichItLeavesOpen() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "disk", TestData.random(10_000, 1));
            FileSystem fileSystem = FileSystems.newFileSystem(uri(), Map.of("volume", volume));
            assertThat(Files.readAllBytes(fileSystem.getPath("/disk"))).isEqualTo(TestData.random(10_000, 1));
            Files.writeString(fileSystem.getPath("/text"), "x");
            assertThat(readImage(volume, "text")).containsExactly('x');
            fileSystem.close();
            assertThat(volume.isOpen()).isTrue();
            assertThat(names(volume)).containsExactly("disk", "text");

            FileSystem second = FileSystems.newFileSystem(directory, Map.of("volume", volume));
            volume.close();
            assertThat(second.isOpen()).isFalse();
            assertThatThrownBy(() -> Files.size(second.getPath("/disk"))).isInstanceOf(ClosedFileSystemException.class);
            try (FileSystem reopened = FileSystems.newFileSystem(uri(), OPEN)) {
                assertThat(Files.readString(reopened.getPath("text"))).isEqualTo("x");
                second.close();
                assertThat(FileSystems.getFileSystem(uri())).isSameAs(reopened);
            }
        }
    }

    @Test
    void readOnly() throws IOException {
        try (FileSystem writable = FileSystems.newFileSystem(uri(), CREATE)) {
            assertThat(writable.isReadOnly()).isFalse();
            Files.writeString(writable.getPath("/a"), "x");
        }
        try (FileSystem fileSystem = FileSystems.newFileSystem(uri(), Map.of("readOnly", true))) {
            assertReadOnly(fileSystem);
        }
        try (Volume volume = open()) {
            try (FileSystem view = FileSystems.newFileSystem(uri(), Map.of("volume", volume, "readOnly", "true"))) {
                assertReadOnly(view);
            }
            createImage(volume, "b", new byte[1]);
        }
        VolumeOptions options = VolumeOptions.builder().readOnly(true).build();
        try (Volume volume = LiveDedup.open(directory, options);
                FileSystem view = FileSystems.newFileSystem(uri(), Map.of("volume", volume))) {
            assertReadOnly(view);
        }
    }

    private static void assertReadOnly(FileSystem fileSystem) throws IOException {
        Path a = fileSystem.getPath("/a");
        Path b = fileSystem.getPath("/new");
        assertThat(fileSystem.isReadOnly()).isTrue();
        assertThat(Files.getFileStore(a).isReadOnly()).isTrue();
        assertThat(Files.readString(a)).isEqualTo("x");
        assertThat(Files.isWritable(a)).isFalse();
        assertThat(Files.isReadable(a)).isTrue();
        assertThatThrownBy(() -> Files.writeString(a, "y")).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.createFile(b)).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.createDirectory(b)).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.delete(a)).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.copy(a, b)).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.move(a, b)).isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.setLastModifiedTime(a, Files.getLastModifiedTime(a)))
                .isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> Files.newByteChannel(a, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE))
                .isInstanceOf(ReadOnlyFileSystemException.class);
        assertThatThrownBy(() -> fileSystem.provider().checkAccess(a, java.nio.file.AccessMode.WRITE))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aClosedFileSystemIsOfNoUse() throws IOException {
        FileSystem fileSystem = FileSystems.newFileSystem(uri(), CREATE);
        Path a = Files.writeString(fileSystem.getPath("/a"), "x");
        SeekableByteChannel channel = Files.newByteChannel(a, StandardOpenOption.WRITE);
        SeekableByteChannel passing = Files.newByteChannel(
                fileSystem.getPath("/temporary"),
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.DELETE_ON_CLOSE);
        DirectoryStream<Path> stream = Files.newDirectoryStream(fileSystem.getPath("/"));
        fileSystem.close();
        fileSystem.close();
        assertThat(fileSystem.isOpen()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThat(passing.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
        for (Outcome.Operation operation : new Outcome.Operation[] {
            x -> Files.size(a),
            x -> Files.exists(a),
            x -> Files.readAllBytes(a),
            x -> Files.createFile(a),
            x -> Files.newDirectoryStream(a),
            x -> Files.copy(a, a.resolveSibling("b")),
            x -> Files.move(a, a.resolveSibling("b")),
            x -> Files.deleteIfExists(a),
            x -> Files.getFileStore(a),
            x -> Files.readAttributes(a, "*"),
            x -> Files.setLastModifiedTime(a, java.nio.file.attribute.FileTime.fromMillis(1)),
            x -> a.toRealPath(),
            x -> fileSystem.getFileStores()
        }) {
            assertThatThrownBy(() -> operation.run(a)).isInstanceOf(ClosedFileSystemException.class);
        }
        assertThat(a.resolve("b")).hasToString("/a/b");
        try (Volume volume = open()) {
            assertThat(names(volume)).containsExactly("a");
        }
    }
}
