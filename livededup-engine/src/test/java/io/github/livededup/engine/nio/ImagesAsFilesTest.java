package io.github.livededup.engine.nio;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a volume has that other file systems have not, or differently. */
class ImagesAsFilesTest extends NioCase {
    private static final byte[] BYTES = TestData.random(3 * BLOCK + 5, 1);

    private Volume volume;
    private FileSystem view;
    private Path a;

    /** A second volume, seen through an environment that names it. */
    @BeforeEach
    void openView() throws IOException {
        Path other = temporary.resolve("other");
        volume = LiveDedup.create(other, SMALL);
        view = FileSystems.newFileSystem(uri(other), Map.of("volume", volume));
        a = Files.write(view.getPath("/a"), BYTES);
    }

    @AfterEach
    void closeView() throws IOException {
        view.close();
        if (volume.isOpen()) {
            assertClean(volume);
        }
        volume.close();
    }

    @Test
    void snapshotsAreFilesThatCannotBeWritten() throws IOException {
        volume.images().snapshot("a", "s");
        Path s = view.getPath("/s");
        Files.write(a, new byte[] {1});
        assertThat(Files.readAllBytes(s)).isEqualTo(BYTES);
        assertThat(Files.isWritable(s)).isFalse();
        assertThat(Files.isReadable(s)).isTrue();
        assertThatThrownBy(() -> Files.write(s, BYTES)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> Files.write(s, BYTES, StandardOpenOption.APPEND))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> Files.newByteChannel(s, WRITE)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> Files.setLastModifiedTime(s, FileTime.fromMillis(1)))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> Files.createFile(s)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readAllBytes(s)).isEqualTo(BYTES);
        Path copy = Files.copy(s, view.getPath("/copy"));
        Files.write(copy, new byte[] {2}, WRITE);
        Files.move(s, view.getPath("/t"));
        Files.move(view.getPath("/t"), a, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readAllBytes(a)).isEqualTo(BYTES);
        Files.delete(a);
    }

    @Test
    void theOwnViewCanBeReadOnly() throws IOException {
        volume.images().snapshot("a", "s");
        volume.images().clone("s", "c");
        Path s = view.getPath("/s");
        assertThat(Files.readAttributes(s, "livededup:*"))
                .containsOnlyKeys("isSnapshot", "origin", "mappedBytes", "exclusiveBytes")
                .containsEntry("isSnapshot", true)
                .containsEntry("origin", "a")
                .containsEntry("mappedBytes", 4L * BLOCK)
                .containsEntry("exclusiveBytes", 0L);
        assertThat(Files.getAttribute(view.getPath("c"), "livededup:origin")).isEqualTo("s");
        assertThat(Files.getAttribute(a, "livededup:origin")).isNull();
        Files.delete(s);
        Files.delete(view.getPath("c"));
        assertThat(Files.getAttribute(a, "livededup:exclusiveBytes"))
                .isEqualTo(volume.statistics().storedBytes());
        assertThat(Files.readAttributes(view.getPath("/"), "livededup:isSnapshot,mappedBytes"))
                .containsEntry("mappedBytes", 0L);
        assertThatThrownBy(() -> Files.setAttribute(a, "livededup:isSnapshot", true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.readAttributes(a, "livededup:size"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Files.readAttributes(s, "livededup:*")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aCopyWithinAVolumeSharesEverything() throws IOException {
        long stored = volume.statistics().storedBytes();
        Path copy = Files.copy(a, view.getPath("/copy"));
        assertThat(volume.statistics().storedBytes()).isEqualTo(stored);
        assertThat(volume.images().info("copy").origin()).contains("a");
        assertThat(volume.images().info("copy").isSnapshot()).isFalse();
        Files.copy(a, copy, StandardCopyOption.REPLACE_EXISTING);
        assertThat(names(volume)).containsExactly("a", "copy");
    }

    @Test
    void largeSparseImagesAreCopiedBetweenVolumesByTheirData() throws IOException {
        long size = 5L << 30;
        Path large = view.getPath("/large");
        try (SeekableByteChannel channel = Files.newByteChannel(large, READ, WRITE, CREATE)) {
            channel.position(size - BYTES.length).write(ByteBuffer.wrap(BYTES));
            channel.position((4L << 30) + 1).write(ByteBuffer.wrap(BYTES));
            assertThat(channel.size()).isEqualTo(size);
        }
        Path copy = Files.copy(large, root.resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(Files.size(copy)).isEqualTo(size);
        assertThat(Files.getAttribute(copy, "livededup:mappedBytes"))
                .isEqualTo(Files.getAttribute(large, "livededup:mappedBytes"));
        assertThat(Files.getLastModifiedTime(copy)).isEqualTo(Files.getLastModifiedTime(large));
        for (long at : new long[] {(4L << 30) + 1, size - BYTES.length}) {
            try (SeekableByteChannel channel = Files.newByteChannel(copy)) {
                ByteBuffer into = ByteBuffer.allocate(BYTES.length);
                assertThat(channel.position(at).read(into)).isEqualTo(BYTES.length);
                assertThat(into.array()).isEqualTo(BYTES);
                channel.position(at - 1).read(into.clear().limit(1));
                assertThat(into.get(0)).isZero();
            }
        }
        Path moved = Files.move(copy, view.getPath("/moved"));
        assertThat(Files.exists(copy)).isFalse();
        assertThat(Files.size(moved)).isEqualTo(size);
        assertThatThrownBy(() -> Files.move(moved, copy, StandardCopyOption.ATOMIC_MOVE))
                .isInstanceOf(AtomicMoveNotSupportedException.class);
        assertThat(Files.exists(moved)).isTrue();
        assertThatThrownBy(() -> Files.copy(moved, view.getPath("/x").resolve("../a")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void copiesBetweenVolumesReplaceOrRefuse() throws IOException {
        Path target = Files.writeString(root.resolve("a"), "old");
        assertThatThrownBy(() -> Files.copy(a, target)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Files.readString(target)).isEqualTo("old");
        Files.copy(a, target, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readAllBytes(target)).isEqualTo(BYTES);
        assertThat(Files.isSameFile(a, target)).isFalse();
        try (Stream<Path> entries = Files.list(root)) {
            assertThat(entries).containsExactly(target);
        }
        assertThatThrownBy(() -> Files.copy(a, root)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.copy(a, root, StandardCopyOption.REPLACE_EXISTING))
                .isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> Files.move(root, view.getPath("/b"))).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.copy(root, view.getPath("/b"))).isInstanceOf(FileSystemException.class);
    }

    @Test
    void anAtomicMoveReplaces() throws IOException {
        Path b = Files.writeString(view.getPath("/b"), "old");
        Files.move(a, b, StandardCopyOption.ATOMIC_MOVE);
        assertThat(Files.readAllBytes(b)).isEqualTo(BYTES);
        assertThat(names(volume)).containsExactly("b");
    }

    @Test
    void theRootIsTheOnlyDirectory() throws IOException {
        Path other = view.getPath("/dir");
        assertThatThrownBy(() -> Files.createDirectory(other)).isExactlyInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.createDirectory(view.getPath("/")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> Files.createTempDirectory(view.getPath("/"), "x"))
                .isExactlyInstanceOf(FileSystemException.class);
        assertThat(Files.createDirectories(view.getPath("/"))).isEqualTo(view.getPath("/"));
        assertThatThrownBy(() -> Files.createSymbolicLink(other, a)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.createLink(other, a)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.delete(view.getPath("/"))).isInstanceOf(DirectoryNotEmptyException.class);
        assertThatThrownBy(() -> Files.delete(root)).isExactlyInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.newByteChannel(root)).isInstanceOf(FileSystemException.class);
        assertThatThrownBy(() -> Files.createFile(root.resolve("tab\there")))
                .isExactlyInstanceOf(FileSystemException.class);
        assertThat(Files.readAttributes(root, BasicFileAttributes.class).creationTime())
                .isEqualTo(FileTime.from(Instant.EPOCH));
    }

    @Test
    void theKeyFollowsTheImage() throws IOException {
        Object key = Files.readAttributes(a, BasicFileAttributes.class).fileKey();
        try (FileSystem second = FileSystems.newFileSystem(volume.directory(), Map.of("volume", volume))) {
            Path same = second.getPath("a");
            assertThat(Files.readAttributes(same, BasicFileAttributes.class).fileKey())
                    .isEqualTo(key)
                    .hasSameHashCodeAs(key);
            assertThat(Files.isSameFile(a, same)).isTrue();
            assertThat(a).isNotEqualTo(same);
            assertThat(Files.getFileStore(a)).isEqualTo(Files.getFileStore(same));
        }
        assertThat(Files.readAttributes(Files.createFile(view.getPath("b")), BasicFileAttributes.class)
                        .fileKey())
                .isNotEqualTo(key);
    }

    @Test
    void theStoreTellsItsSpace() throws IOException {
        FileStore store = Files.getFileStore(a);
        assertThat(store.type()).isEqualTo("livededup");
        assertThat(store.name()).endsWith("other");
        assertThat(store.isReadOnly()).isFalse();
        assertThat(store.getBlockSize()).isEqualTo(BLOCK);
        assertThat(store.getUsableSpace())
                .isPositive()
                .isLessThan(SMALL.maxPhysicalBytes().orElseThrow());
        assertThat(store.getTotalSpace()).isGreaterThan(store.getUsableSpace());
        assertThat(store.getAttribute("usableSpace")).isEqualTo(store.getUnallocatedSpace());
        assertThat(store.supportsFileAttributeView("livededup")).isTrue();
        assertThat(store.supportsFileAttributeView("posix")).isFalse();
        assertThatThrownBy(() -> store.getAttribute("colour")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Files.getFileStore(view.getPath("absent"))).isInstanceOf(NoSuchFileException.class);
        assertThat(view.getFileStores()).containsExactly(store);
    }

    @Test
    void aDeletedImageIsGoneForItsChannels() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(a, READ, WRITE)) {
            Files.delete(a);
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(channel::size).isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void deletionOnCloseFollowsARename() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(a, WRITE, DELETE_ON_CLOSE)) {
            Files.move(a, view.getPath("/b"));
            Files.writeString(a, "another");
            channel.write(ByteBuffer.wrap(BYTES));
        }
        assertThat(names(volume)).containsExactly("a");
        try (SeekableByteChannel channel = Files.newByteChannel(a, READ, DELETE_ON_CLOSE)) {
            volume.images().delete("a");
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @Test
    void aWriteUnderSyncSurvivesAtOnce() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(view.getPath("/d"), WRITE, CREATE, DSYNC)) {
            channel.write(ByteBuffer.wrap(BYTES));
            Path copy = temporary.resolve("crashed");
            FileTree.copy(volume.directory(), copy);
            try (Volume recovered = LiveDedup.open(copy, SMALL)) {
                assertThat(readImage(recovered, "d")).isEqualTo(BYTES);
            }
        }
    }

    @Test
    void anImageOpenElsewhereIsTheSame() throws IOException {
        try (Image image = volume.images().open("a");
                SeekableByteChannel channel = Files.newByteChannel(a, READ, WRITE)) {
            image.write(ByteBuffer.wrap(new byte[] {42}), 7);
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.position(7).read(one);
            assertThat(one.get(0)).isEqualTo((byte) 42);
            channel.truncate(3);
            assertThat(image.sizeBytes()).isEqualTo(3);
        }
    }

    @Test
    void sizesPastTheLargestAreRefused() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(a, WRITE)) {
            channel.position(Long.MAX_VALUE - 1);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            assertThat(channel.size()).isEqualTo(BYTES.length);
        }
    }
}
