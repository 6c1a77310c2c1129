package io.github.livededup.engine.crashkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeDirectoryContract;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Without rules it is a directory as any other; with rules it does each kind of wrong, when it should and not otherwise. */
class FaultyDirectoryTest extends VolumeDirectoryContract {
    private final FaultyDirectory disk = new FaultyDirectory(new MemoryDirectory());

    @Override
    protected VolumeDirectory directory() {
        return disk;
    }

    private VolumeFile create(String name) throws IOException {
        VolumeFile file = disk.open(name, OpenMode.CREATE);
        file.write(bytes(8192), 0);
        return file;
    }

    @Test
    void failsTheNthTimeOnly() throws IOException {
        try (VolumeFile file = create("a");
                VolumeFile other = create("b")) {
            disk.on(FileOperation.FORCE).of("a").nth(1).then(Fault.error());
            file.force();
            other.force();
            assertThatThrownBy(file::force)
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessageContaining("memory/a")
                    .hasMessageContaining("injected");
            file.force();
            assertThat(disk.count(FileOperation.FORCE)).isEqualTo(4);
            assertThat(disk.struck()).isEqualTo(1);
        }
    }

    @Test
    void eachOperationCanFail() throws IOException {
        try (VolumeFile file = create("a")) {
            for (FileOperation operation : FileOperation.values()) {
                disk.on(operation).then(Fault.error());
            }
            assertThatThrownBy(() -> disk.open("a", OpenMode.READ)).hasMessageContaining("injected");
            assertThatThrownBy(() -> disk.open("b", OpenMode.CREATE)).hasMessageContaining("injected");
            assertThatThrownBy(() -> disk.createFolder("f")).hasMessageContaining("injected");
            assertThatThrownBy(() -> disk.delete("a")).hasMessageContaining("injected");
            assertThatThrownBy(() -> disk.rename("a", "b")).hasMessageContaining("injected");
            assertThatThrownBy(() -> disk.list("")).hasMessageContaining("injected");
            assertThatThrownBy(() -> disk.force("")).hasMessageContaining("injected");
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("injected");
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0)).hasMessageContaining("injected");
            assertThatThrownBy(file::force).hasMessageContaining("injected");
            assertThatThrownBy(() -> file.resize(0)).hasMessageContaining("injected");
            assertThatThrownBy(() -> file.allocate(0, 1 << 20)).hasMessageContaining("injected");
            assertThatThrownBy(() -> file.punch(0, 4096)).hasMessageContaining("injected");
            assertThatThrownBy(() -> file.map(0, 4096)).hasMessageContaining("injected");
            assertThatThrownBy(file::close).hasMessageContaining("injected");
            assertThat(disk.struck()).isEqualTo(FileOperation.values().length);
            disk.heal();
        }
        try (VolumeFile file = disk.open("a", OpenMode.READ)) {
            assertThat(file.sizeBytes()).isEqualTo(8192);
            assertThat(read(file, 0, 8192)).isEqualTo(bytes(8192));
            assertThat(disk.list("")).containsExactly("a");
        }
    }

    @Test
    void countsOpenFiles() throws IOException {
        VolumeFile file = create("a");
        VolumeFile again = disk.open("a", OpenMode.READ);
        assertThatThrownBy(() -> disk.open("b", OpenMode.READ)).isInstanceOf(IOException.class);
        assertThat(disk.openFiles()).isEqualTo(2);
        disk.on(FileOperation.CLOSE).nth(0).then(Fault.error());
        assertThatThrownBy(file::close).hasMessageContaining("injected");
        assertThat(disk.openFiles()).isEqualTo(1);
        file.close();
        assertThat(disk.openFiles()).isEqualTo(1);
        again.close();
        assertThat(disk.openFiles()).isZero();
    }

    @Test
    void aFullDiskIsTheTypedFailure() throws IOException {
        try (VolumeFile file = create("a")) {
            disk.on(FileOperation.ALLOCATE).after(1).then(Fault.diskFull());
            file.allocate(0, 100_000);
            assertThatThrownBy(() -> file.allocate(0, 200_000)).isInstanceOf(VolumeFullException.class);
            assertThat(file.sizeBytes()).isEqualTo(100_000);
        }
    }

    @Test
    void aShortWriteLeavesAPart() throws IOException {
        try (VolumeFile file = create("a")) {
            disk.on(FileOperation.WRITE).times(1).then(Fault.shortWrite(700));
            ByteBuffer zeros = ByteBuffer.allocate(1000);
            assertThatThrownBy(() -> file.write(zeros, 100)).hasMessageContaining("injected");
            assertThat(read(file, 100, 700)).isEqualTo(ByteBuffer.allocate(700));
            assertThat(read(file, 800, 300)).isEqualTo(bytes(8192).slice(800, 300));
        }
    }

    @Test
    void writesAreLostOrGoElsewhere() throws IOException {
        try (VolumeFile file = create("a")) {
            disk.on(FileOperation.WRITE).nth(0).then(Fault.lost());
            disk.on(FileOperation.WRITE).nth(0).then(Fault.misdirected(4096));
            ByteBuffer lost = ByteBuffer.allocate(10);
            file.write(lost, 0);
            assertThat(lost.hasRemaining()).isFalse();
            assertThat(read(file, 0, 8192)).isEqualTo(bytes(8192));
            file.write(ByteBuffer.allocate(10), 5);
            assertThat(read(file, 0, 4101)).isEqualTo(bytes(8192).slice(0, 4101));
            assertThat(read(file, 4101, 10)).isEqualTo(ByteBuffer.allocate(10));
            file.write(ByteBuffer.allocate(10), 0);
            assertThat(read(file, 0, 10)).isEqualTo(ByteBuffer.allocate(10));
        }
    }

    @Test
    void bitsFlipOnReadOnWriteAndAtRest() throws IOException {
        try (VolumeFile file = create("a");
                var mapped = file.map(0, 8192)) {
            disk.on(FileOperation.READ).nth(0).then(Fault.bitFlip(8 * 10 + 3));
            ByteBuffer wrong = read(file, 0, 100);
            assertThat(wrong.get(10)).isEqualTo((byte) (bytes(100).get(10) ^ 8));
            assertThat(read(file, 0, 100)).isEqualTo(bytes(100));
            disk.on(FileOperation.WRITE).nth(0).then(Fault.bitFlip(0));
            ByteBuffer given = bytes(100);
            file.write(given, 0);
            assertThat(given.flip()).isEqualTo(bytes(100));
            assertThat(read(file, 0, 1).get(0)).isEqualTo((byte) (bytes(1).get(0) ^ 1));
            disk.rot("a", 5000, 7);
            assertThat(mapped.buffer().get(5000)).isEqualTo((byte) (bytes(8192).get(5000) ^ 128));
        }
    }

    @Test
    void chanceIsTheSameForTheSameSeed() throws IOException {
        assertThat(failures(7)).isEqualTo(failures(7)).isNotEqualTo(failures(8)).hasSizeBetween(50, 200);
    }

    private static List<Integer> failures(long seed) throws IOException {
        FaultyDirectory other = new FaultyDirectory(new MemoryDirectory());
        List<Integer> failed = new ArrayList<>();
        try (VolumeFile file = other.open("a", OpenMode.CREATE)) {
            other.on(FileOperation.FORCE).oneIn(10, seed).then(Fault.error());
            for (int i = 0; i < 1000; i++) {
                try {
                    file.force();
                } catch (IOException e) {
                    failed.add(i);
                }
            }
        }
        return failed;
    }

    @Test
    void manyThreadsGetWhatWasAskedFor() throws IOException {
        try (VolumeFile file = create("a")) {
            disk.on(FileOperation.FORCE).after(100).times(50).then(Fault.error());
            AtomicInteger failed = new AtomicInteger();
            IntStream.range(0, 1000).parallel().forEach(i -> {
                try {
                    file.force();
                } catch (IOException e) {
                    failed.incrementAndGet();
                }
            });
            assertThat(failed).hasValue(50);
            assertThat(disk.count(FileOperation.FORCE)).isEqualTo(1000);
        }
    }

    @Test
    void latencyOnlyTakesTime() throws IOException {
        try (VolumeFile file = create("a")) {
            disk.on(FileOperation.READ).times(1).then(Fault.latency(20));
            long started = System.nanoTime();
            assertThat(read(file, 0, 8192)).isEqualTo(bytes(8192));
            assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(20_000_000);
        }
    }
}
