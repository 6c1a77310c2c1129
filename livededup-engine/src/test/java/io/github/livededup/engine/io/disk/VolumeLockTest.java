package io.github.livededup.engine.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeLockTest {
    @TempDir
    Path temporary;

    @Test
    void theSecondOpenerIsRefused() throws IOException {
        Path path = temporary.resolve("v");
        DiskDirectory first = DiskDirectory.createLocked(path);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), path);
        assertThatThrownBy(() -> DiskDirectory.openLocked(path, false)).isInstanceOf(VolumeLockedException.class);
        assertThatThrownBy(() -> DiskDirectory.openLocked(path, true)).isInstanceOf(VolumeLockedException.class);
        assertThatThrownBy(() -> DiskDirectory.openLocked(link, false)).isInstanceOf(VolumeLockedException.class);
        assertThatThrownBy(() -> DiskDirectory.createLocked(path)).isInstanceOf(VolumeLockedException.class);
        first.close();
        first.close();
        DiskDirectory.openLocked(link, false).close();
        DiskDirectory.openLocked(path, true).close();
    }

    @Test
    void theLockHoldsAgainstOtherProcesses() throws Exception {
        Path path = temporary.resolve("v");
        DiskDirectory.createLocked(path).close();
        Process other = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        path.toString()))
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            assertThat(other.isAlive()).isTrue();
            assertThatThrownBy(() -> DiskDirectory.openLocked(path, false)).isInstanceOf(VolumeLockedException.class);
        } finally {
            other.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        DiskDirectory.openLocked(path, false).close();
    }

    /** The system drops a process's lock as soon as the process closes any descriptor of the file. */
    @Test
    void whoIsRefusedLeavesTheLockToAnotherClassLoader() throws Exception {
        Path path = temporary.resolve("v");
        DiskDirectory.createLocked(path).close();
        try (FileChannel other = FileChannel.open(path.resolve("LOCK"), StandardOpenOption.WRITE)) {
            other.lock();
            assertThat(isLocked(path)).isTrue();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> DiskDirectory.openLocked(path, false))
                        .isInstanceOf(VolumeLockedException.class);
                assertThatThrownBy(() -> DiskDirectory.openLocked(path, true))
                        .isInstanceOf(VolumeLockedException.class);
            }
            assertThat(isLocked(path)).as("after others were refused").isTrue();
        }
        assertThat(isLocked(path)).isFalse();
        for (boolean readOnly : new boolean[] {false, true}) {
            DiskDirectory opened = DiskDirectory.openLocked(path, readOnly);
            assertThat(isLocked(path)).isTrue();
            opened.close();
            assertThat(isLocked(path)).isFalse();
        }
        Files.delete(path.resolve("LOCK"));
        DiskDirectory.createLocked(path).close();
    }

    /** Whether this process has a lock of the system on the volume's lock file. */
    private static boolean isLocked(Path volume) throws IOException {
        Path locks = Path.of("/proc/locks");
        assumeTrue(Files.isReadable(locks));
        String process = " " + ProcessHandle.current().pid() + " ";
        String inode = ":" + Files.getAttribute(volume.resolve("LOCK"), "unix:ino") + " ";
        return Files.readAllLines(locks).stream().anyMatch(line -> line.contains(process) && line.contains(inode));
    }

    /** Holds a lock until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            DiskDirectory held = DiskDirectory.openLocked(Path.of(arguments[0]), false, SystemCalls.NONE);
            System.out.println("locked");
            Thread.sleep(60_000);
            held.close();
        }
    }

    @Test
    void aLeakedDirectoryGivesItsLockBack() throws IOException {
        Path path = temporary.resolve("v");
        ByteBuffer leakedMapping = leak(path);
        Awaitility.await()
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    System.gc();
                    try {
                        DiskDirectory.openLocked(path, false).close();
                        return true;
                    } catch (VolumeLockedException stillThere) {
                        return false;
                    }
                });
        assertThat(leakedMapping.get(4095)).isEqualTo((byte) 7);
    }

    private static ByteBuffer leak(Path path) throws IOException {
        DiskDirectory leaked = DiskDirectory.createLocked(path);
        VolumeFile file = leaked.open("a", OpenMode.CREATE);
        file.write(ByteBuffer.wrap(new byte[] {7}), 4095);
        MappedRegion region = file.map(0, 4096);
        return region.buffer();
    }

    @Test
    void anOpenFileKeepsTheLock() throws IOException {
        Path path = temporary.resolve("v");
        VolumeFile file = DiskDirectory.createLocked(path).open("a", OpenMode.CREATE);
        for (int i = 0; i < 5; i++) {
            System.gc();
            assertThatThrownBy(() -> DiskDirectory.openLocked(path, false)).isInstanceOf(VolumeLockedException.class);
        }
        file.close();
    }

    @Test
    void saysWhatIsWrongWithAPath() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        Path full = Files.createDirectory(temporary.resolve("full"));
        Files.createFile(full.resolve("something"));
        assertThatThrownBy(() -> DiskDirectory.createLocked(file)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> DiskDirectory.createLocked(full)).isInstanceOf(AlreadyExistsException.class);
        assertThat(full.resolve("LOCK")).doesNotExist();
        assertThatThrownBy(() -> DiskDirectory.createLocked(temporary.resolve("no/v")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> DiskDirectory.openLocked(file, false)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> DiskDirectory.openLocked(full, false)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> DiskDirectory.openLocked(temporary.resolve("no"), false))
                .isInstanceOf(NotFoundException.class);
        assertThat(full.resolve("LOCK")).doesNotExist();
    }

    @Test
    void aFailedCreationIsUndone() throws IOException {
        Path path = temporary.resolve("v");
        DiskDirectory.createLocked(path).closeAndRemove();
        assertThat(path).doesNotExist();
        Files.createDirectory(path);
        DiskDirectory.createLocked(path).closeAndRemove();
        assertThat(path).isEmptyDirectory();
        Path other = temporary.resolve("w");
        DiskDirectory again = DiskDirectory.createLocked(other);
        again.open("a", OpenMode.CREATE).close();
        assertThatThrownBy(again::closeAndRemove).isInstanceOf(IOException.class);
        Files.delete(other.resolve("a"));
        DiskDirectory.createLocked(other).close();
        DiskDirectory.createLocked(other).close();
    }

    @Test
    void readOnlyChangesNothing() throws IOException {
        Path path = temporary.resolve("v");
        try (DiskDirectory directory = DiskDirectory.createLocked(path)) {
            directory.open("a", OpenMode.CREATE).close();
        }
        try (DiskDirectory directory = DiskDirectory.openLocked(path, true)) {
            directory.open("a", OpenMode.READ).close();
            assertThatThrownBy(() -> directory.open("a", OpenMode.WRITE)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> directory.open("b", OpenMode.CREATE)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> directory.delete("a")).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> directory.rename("a", "b")).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> directory.createFolder("f")).isInstanceOf(ReadOnlyException.class);
            assertThat(directory.list("")).containsExactly("a");
        }
    }

    @Test
    void anInterruptedThreadLocksToo() throws IOException {
        Path path = temporary.resolve("v");
        Thread.currentThread().interrupt();
        try (DiskDirectory directory = DiskDirectory.createLocked(path)) {
            assertThatThrownBy(() -> DiskDirectory.openLocked(path, false)).isInstanceOf(VolumeLockedException.class);
            directory.force("");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void nobodyReachesOutOfTheVolume() throws IOException {
        try (DiskDirectory directory = DiskDirectory.createLocked(temporary.resolve("v"))) {
            for (String name : List.of("../a", "/etc/passwd", "", ".", "LOCK")) {
                assertThatThrownBy(() -> directory.open(name, OpenMode.READ))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
