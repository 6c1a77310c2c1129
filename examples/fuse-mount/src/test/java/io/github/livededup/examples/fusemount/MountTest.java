package io.github.livededup.examples.fusemount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real mount, by a process of its own: what files do, unmounting, a TERM signal with files open, being killed. */
class MountTest {
    @TempDir
    Path directory;

    private Path mount;
    private Process process;

    @BeforeEach
    void requireFuse() throws IOException {
        assume(Files.exists(Path.of("/dev/fuse")), "there is no /dev/fuse");
        assume(
                Stream.of("/bin/fusermount", "/usr/bin/fusermount").anyMatch(path -> Files.exists(Path.of(path))),
                "fusermount is not installed");
        assume("root".equals(System.getProperty("user.name")), "not root");
        mount = Files.createDirectory(directory.resolve("mount"));
    }

    private static void assume(boolean holds, String otherwise) {
        if (!holds) {
            System.out.println("skip  MountTest: " + otherwise);
        }
        Assumptions.assumeTrue(holds, otherwise);
    }

    @AfterEach
    void unmount() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
            run("fusermount", "-uz", mount.toString());
        }
    }

    private void start(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(
                System.getProperty("livededup.test.jvmFlags", "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of("-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of("--stop-timeout", "1"));
        command.addAll(options.length == 0 ? List.of("--create") : List.of(options));
        command.addAll(List.of(directory.resolve("volume").toString(), mount.toString()));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        String line = out.readLine();
        assume(line != null || !log().contains("libfuse.so.2 cannot be loaded"), "libfuse2 is not installed");
        assume(line != null || !log().contains("Operation not permitted"), "mounting is not permitted here");
        assertThat(line).as(log()).startsWith("mounted at");
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended").isTrue();
        return process.exitValue();
    }

    @Test
    void filesDoWhatFilesDo() throws Exception {
        start();
        byte[] data = new byte[3_000_001];
        new Random(1).nextBytes(data);
        Path sub = Files.createDirectory(mount.resolve("s\u00fcb"));
        Path file = Files.write(sub.resolve("file"), data);
        assertThat(Files.readAllBytes(file)).isEqualTo(data);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setAttribute(file, "unix:uid", 1234);
        FileTime time = FileTime.from(Instant.ofEpochSecond(5_000_000_000L, 123_456_000));
        Files.setLastModifiedTime(file, time);
        Path link = Files.createLink(mount.resolve("hard"), file);
        Path symlink = Files.createSymbolicLink(mount.resolve("soft"), Path.of("hard"));
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class).write("key", ByteBuffer.wrap(data, 0, 99));
        assertThatThrownBy(() -> Files.delete(sub)).isInstanceOf(DirectoryNotEmptyException.class);
        Files.write(mount.resolve("other"), "x".getBytes(UTF_8));
        Files.move(mount.resolve("other"), mount.resolve("renamed"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(run("fusermount", "-u", mount.toString())).isZero();
        assertThat(exitCode()).as(log()).isZero();
        start();

        assertThat(Files.readAllBytes(symlink)).isEqualTo(data);
        assertThat(Files.getAttribute(link, "unix:nlink")).isEqualTo(2);
        assertThat(Files.getAttribute(link, "unix:ino")).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1234);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
        assertThat(Files.readSymbolicLink(symlink)).isEqualTo(Path.of("hard"));
        assertThat(Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                        .size("key"))
                .isEqualTo(99);
        try (Stream<Path> names = Files.list(mount)) {
            assertThat(names.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("s\u00fcb", "hard", "soft", "renamed");
        }
    }

    @Test
    void aRemovedFileCanBeUsedUntilItIsClosed() throws Exception {
        start();
        Path file = mount.resolve("file");
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
            Files.delete(file);
            assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isFalse();
            channel.write(ByteBuffer.wrap(" you".getBytes(UTF_8)));
            assertThat(channel.size()).isEqualTo(9);
            ByteBuffer into = ByteBuffer.allocate(20);
            assertThat(channel.read(into, 0)).isEqualTo(9);
            try (Stream<Path> names = Files.list(mount)) {
                assertThat(names).isEmpty();
            }
        }
    }

    /** A file that a program renames so would be taken for a removed one. */
    @Test
    void namesOfTheCLibrarysMakingAreRefused() throws Exception {
        start();
        Path file = Files.write(mount.resolve("file"), new byte[] {1});
        Path other = Files.write(mount.resolve("other"), new byte[] {2});
        Path hidden = mount.resolve(".fuse_hidden0123456789abcdef");
        LibC libc = LibC.load();
        int descriptor = libc.open(file.toString(), 0);
        assertThat(descriptor).isPositive();
        assertRefused(() -> Files.move(file, hidden, StandardCopyOption.ATOMIC_MOVE));
        assertRefused(() -> Files.write(hidden, new byte[] {2}));
        assertRefused(() -> Files.createDirectory(hidden));
        assertRefused(() -> Files.createSymbolicLink(hidden, file));
        assertRefused(() -> Files.createLink(hidden, file));
        Files.delete(file);
        Path found = null;
        for (int node = 0; node < 20 && found == null; node++) {
            for (int count = 0; count < 20 && found == null; count++) {
                Path tried = mount.resolve(String.format(".fuse_hidden%08x%08x", node, count));
                found = Files.exists(tried) ? tried : null;
            }
        }
        Path removed = found;
        assertThat(removed).isNotNull();
        assertRefused(() -> Files.move(removed, mount.resolve("back"), StandardCopyOption.ATOMIC_MOVE));
        assertRefused(() -> Files.move(removed, other, StandardCopyOption.ATOMIC_MOVE));
        assertRefused(() -> Files.move(other, removed, StandardCopyOption.ATOMIC_MOVE));
        assertRefused(() -> Files.delete(removed));
        assertThat(libc.close(descriptor)).isZero();
        assertThat(run("fusermount", "-u", mount.toString())).isZero();
        assertThat(exitCode()).as(log()).isZero();
        start();
        assertThat(Files.readAllBytes(other)).containsExactly(2);
        try (Stream<Path> names = Files.list(mount)) {
            assertThat(names).containsExactly(other);
        }
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(FileSystemException.class).hasMessageContaining("not permitted");
    }

    @Test
    void whatWasForcedSurvivesAKill() throws Exception {
        start();
        byte[] data = new byte[1_000_000];
        new Random(2).nextBytes(data);
        Files.createDirectory(mount.resolve("d"));
        try (FileChannel channel =
                FileChannel.open(mount.resolve("d/forced"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(data));
            channel.force(true);
            channel.write(ByteBuffer.wrap(data)); // nobody promised this one
        }
        Files.move(mount.resolve("d/forced"), mount.resolve("d/moved"));
        try (FileChannel channel = FileChannel.open(mount.resolve("d"), StandardOpenOption.READ)) {
            channel.force(true);
            channel.force(false);
        }
        process.destroyForcibly();
        exitCode();
        run("fusermount", "-uz", mount.toString());
        start();
        assertThat(Files.readAllBytes(mount.resolve("d/moved"))).startsWith(data);
    }

    @Test
    void aTermSignalDoesNotWaitForeverForOpenFiles() throws Exception {
        start();
        try (FileChannel channel =
                FileChannel.open(mount.resolve("open"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            process.destroy();
            assertThat(exitCode()).as(log()).isEqualTo(143);
            assertThat(log()).contains("is in use");
        } catch (IOException e) {
            // closing may tell that the mount is gone
        }
        start();
        assertThat(Files.readAllBytes(mount.resolve("open"))).containsExactly(1, 2, 3);
        process.destroy();
        assertThat(exitCode()).isEqualTo(143);
        try (Stream<Path> names = Files.list(mount)) {
            assertThat(names).as("unmounted").isEmpty();
        }
    }

    @Test
    void dataAndHolesAreFound() throws Exception {
        start();
        long mib = 1 << 20;
        long size = mib * mib;
        Path file = mount.resolve("sparse");
        LibC libc = LibC.load();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), size - 1);
            channel.write(ByteBuffer.wrap(new byte[] {2}), 5 * mib + 77); // not synced, and the file is open
            int descriptor = libc.open(file.toString(), 0);
            assertThat(descriptor).isPositive();
            assertThat(libc.lseek(descriptor, 0, LibC.SEEK_HOLE)).isZero();
            assertThat(libc.lseek(descriptor, 0, LibC.SEEK_DATA)).isEqualTo(5 * mib);
            assertThat(libc.lseek(descriptor, 5 * mib, LibC.SEEK_HOLE)).isEqualTo(5 * mib + 4096);
            assertThat(libc.lseek(descriptor, 6 * mib, LibC.SEEK_DATA)).isEqualTo(size - 4096);
            assertThat(libc.lseek(descriptor, size - 4096, LibC.SEEK_HOLE)).isEqualTo(size);
            assertThat(libc.lseek(descriptor, size, LibC.SEEK_DATA)).isEqualTo(-1);
            assertThat(libc.errno()).as("ENXIO").isEqualTo(6);
            Files.delete(file);
            assertThat(libc.lseek(descriptor, 0, LibC.SEEK_DATA))
                    .as("removed, but open")
                    .isEqualTo(5 * mib);
            assertThat(libc.close(descriptor)).isZero();
        }
    }

    /** A tebibyte is not read: that would take minutes at the least. */
    @Test
    void copyingASparseFileReadsItsDataOnly() throws Exception {
        start();
        long size = 1L << 40;
        Path file = mount.resolve("sparse");
        byte[] data = new byte[100_000];
        new Random(3).nextBytes(data);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(data), size / 3);
            channel.write(ByteBuffer.wrap(data), size - data.length);
        }
        Path copy = mount.resolve("copy");
        assertThat(run("timeout", "60", "cp", "--reflink=never", "--sparse=auto", file.toString(), copy.toString()))
                .isZero();
        try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.READ)) {
            assertThat(channel.size()).isEqualTo(size);
            for (long position : new long[] {size / 3, size - data.length}) {
                ByteBuffer into = ByteBuffer.allocate(data.length);
                while (into.hasRemaining() && channel.read(into, position + into.position()) > 0) {
                    // until it is full
                }
                assertThat(into.array()).isEqualTo(data);
            }
        }
    }

    @Test
    void whatIsAppendedUnderTwoNamesIsAllThere() throws Exception {
        start();
        Path one = Files.write(mount.resolve("one"), new byte[] {0});
        Path two = Files.createLink(mount.resolve("two"), one);
        byte[] expected = new byte[201];
        try (FileChannel first = FileChannel.open(one, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
                FileChannel second = FileChannel.open(two, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            for (int i = 1; i < expected.length; i++) {
                expected[i] = (byte) i;
                (i % 2 == 0 ? first : second).write(ByteBuffer.wrap(expected, i, 1));
            }
        }
        assertThat(Files.readAllBytes(one)).isEqualTo(expected);
        assertThat(Files.readAllBytes(two)).isEqualTo(expected);
    }

    /** The C library has heard that a file is closed only after that was answered. */
    @Test
    void aFileCanBeRemovedOrReplacedRightAfterItWasClosed() throws Exception {
        start();
        for (int i = 0; i < 1000; i++) {
            Path file = Files.write(mount.resolve("file"), new byte[] {1});
            if (i % 2 == 0) {
                Files.delete(file);
            } else {
                Path other = Files.write(mount.resolve("other"), new byte[] {2});
                Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        try (Stream<Path> names = Files.list(mount)) {
            assertThat(names).containsExactly(mount.resolve("file"));
        }
    }

    /** More calls than threads at first; none is lost, whoever waits for whom. */
    @Test
    void manyProgramsAreServedAtOnce() throws Exception {
        start();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        for (int i = 0; i < 64; i++) {
            Path file = mount.resolve("f" + i);
            byte[] data = new byte[300_000 + i];
            new Random(i).nextBytes(data);
            all.add(CompletableFuture.runAsync(() -> writeSyncRead(file, data), threads));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(4, TimeUnit.MINUTES);
        threads.shutdown();
    }

    private static void writeSyncRead(Path file, byte[] data) {
        try {
            for (int round = 0; round < 3; round++) {
                Files.write(file, data, StandardOpenOption.CREATE, StandardOpenOption.SYNC);
                assertThat(Files.readAllBytes(file)).isEqualTo(data);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aMountForReadingOnlyRefusesChanges() throws Exception {
        start();
        Files.write(mount.resolve("file"), new byte[] {1});
        process.destroy();
        exitCode();
        start("--read-only");
        assertThat(Files.readAllBytes(mount.resolve("file"))).containsExactly(1);
        assertThatThrownBy(() -> Files.write(mount.resolve("file"), new byte[] {2}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Read-only");
    }
}
