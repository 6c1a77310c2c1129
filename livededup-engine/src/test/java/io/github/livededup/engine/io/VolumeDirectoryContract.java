package io.github.livededup.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.util.Seeds;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every directory must do; run on memory and on disk. */
public abstract class VolumeDirectoryContract {
    /** An empty directory, the same one each time within a test. */
    protected abstract VolumeDirectory directory();

    @Test
    void opensAndCreatesAsAsked() throws IOException {
        assertThatThrownBy(() -> directory().open("a", OpenMode.READ)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> directory().open("a", OpenMode.WRITE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> directory().open("folder/a", OpenMode.CREATE)).isInstanceOf(NoSuchFileException.class);
        directory().open("a", OpenMode.CREATE).close();
        assertThatThrownBy(() -> directory().open("a", OpenMode.CREATE)).isInstanceOf(FileAlreadyExistsException.class);
        directory().open("a", OpenMode.WRITE).close();
        try (VolumeFile file = directory().open("a", OpenMode.READ)) {
            assertThat(file.sizeBytes()).isZero();
            assertThatThrownBy(() -> file.write(bytes(1), 0)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> file.resize(1)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> file.allocate(0, 1)).isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> file.punch(0, 1)).isInstanceOf(ReadOnlyException.class);
        }
    }

    @Test
    void foldersAndNames() throws IOException {
        directory().createFolder("f");
        directory().createFolder("f");
        create("f/2", 1);
        create("f/1", 1);
        create("g", 1);
        assertThat(directory().list("f")).containsExactly("1", "2");
        assertThat(directory().list("")).contains("g").doesNotContain("1", "f/1", "f");
        assertThat(directory().list("absent")).isEmpty();
        assertThat(directory().exists("f")).isTrue();
        assertThat(directory().exists("f/1")).isTrue();
        assertThat(directory().exists("f/3")).isFalse();
        assertThatThrownBy(() -> directory().delete("f")).isInstanceOf(DirectoryNotEmptyException.class);
        directory().rename("f/1", "f/2");
        directory().force("f");
        assertThat(directory().list("f")).containsExactly("2");
        assertThatThrownBy(() -> directory().rename("f/1", "f/2")).isInstanceOf(NoSuchFileException.class);
        directory().delete("f/2");
        directory().delete("f/2");
        directory().delete("f");
        directory().force("");
        assertThat(directory().exists("f")).isFalse();
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        try (VolumeFile file = directory().open("a", OpenMode.CREATE)) {
            file.write(bytes(10_000), 5_000);
            assertThat(file.sizeBytes()).isEqualTo(15_000);
            ByteBuffer all = ByteBuffer.allocateDirect(15_000);
            file.read(all, 0);
            assertThat(all.position()).isEqualTo(15_000);
            assertThat(all.slice(0, 5_000)).isEqualTo(ByteBuffer.allocate(5_000));
            assertThat(all.slice(5_000, 10_000)).isEqualTo(bytes(10_000));
            ByteBuffer part = bytes(100).position(10).limit(20);
            file.write(part, 4_095);
            assertThat(part.position()).isEqualTo(20);
            assertThat(read(file, 4_095, 10)).isEqualTo(bytes(100).slice(10, 10));
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(2), 14_999)).isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(2), 20_000)).isInstanceOf(EOFException.class);
            file.read(ByteBuffer.allocate(0), 15_000);
            file.force();
        }
    }

    @Test
    void equalsAModelUnderRandomOperations() throws IOException {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        byte[] model = new byte[200_000];
        int size = 0;
        try (VolumeFile file = directory().open("a", OpenMode.CREATE)) {
            for (int i = 0; i < 400; i++) {
                int at = random.nextInt(180_000);
                int length = 1 + random.nextInt(20_000);
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        byte[] written = new byte[length];
                        random.nextBytes(written);
                        file.write(ByteBuffer.wrap(written), at);
                        System.arraycopy(written, 0, model, at, length);
                        size = Math.max(size, at + length);
                    }
                    case 2 -> {
                        file.allocate(at, length);
                        size = Math.max(size, at + length);
                    }
                    case 3 -> {
                        if (at + length <= size && file.punch(at, length)) {
                            Arrays.fill(model, at, at + length, (byte) 0);
                        }
                    }
                    default -> {
                        file.resize(at);
                        Arrays.fill(model, at, model.length, (byte) 0);
                        size = at;
                    }
                }
                assertThat(file.sizeBytes()).as("seed %d step %d", seed, i).isEqualTo(size);
                assertThat(read(file, 0, size))
                        .as("seed %d step %d", seed, i)
                        .isEqualTo(ByteBuffer.wrap(model, 0, size));
            }
        }
    }

    @Test
    void aMappingSeesLaterWrites() throws IOException {
        try (VolumeFile file = directory().open("a", OpenMode.CREATE)) {
            file.write(bytes(8_192), 0);
            file.allocate(0, 65_536);
            try (MappedRegion region = file.map(4_096, 16_384)) {
                assertThat(region.buffer().capacity()).isEqualTo(16_384);
                assertThat(region.buffer().isReadOnly()).isTrue();
                assertThat(region.buffer().slice(0, 4_096))
                        .isEqualTo(bytes(8_192).slice(4_096, 4_096));
                file.write(bytes(10_000), 7_000);
                assertThat(region.buffer().slice(7_000 - 4_096, 10_000)).isEqualTo(bytes(10_000));
                region.willNeed(0, 16_384);
                region.willNeed(5_000, 100);
                region.dropResident();
                assertThat(region.buffer().slice(7_000 - 4_096, 10_000)).isEqualTo(bytes(10_000));
            }
            MappedRegion twice = file.map(0, 65_536);
            twice.close();
            twice.close();
            assertThatThrownBy(() -> file.map(0, 65_537)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void allocatesPunchesAndSeeks() throws IOException {
        try (VolumeFile file = directory().open("a", OpenMode.CREATE)) {
            file.allocate(0, 1 << 20);
            assertThat(file.sizeBytes()).isEqualTo(1 << 20);
            file.write(bytes(1 << 16), 1 << 18);
            file.force();
            assertThat(file.allocatedBytes()).isBetween(1L << 16, 1L << 20);
            assertThat(file.seek(1 << 18, true)).isEqualTo(1 << 18);
            assertThat(file.seek(1 << 20, true)).isEqualTo(1 << 20);
            assertThat(file.seek(2 << 20, false)).isGreaterThanOrEqualTo(1 << 20);
            if (file.punch(0, 1 << 20)) {
                assertThat(file.allocatedBytes()).isLessThan(1 << 16);
                assertThat(file.seek(0, true)).isEqualTo(1 << 20);
                assertThat(file.seek(0, false)).isZero();
            }
            assertThat(read(file, 1 << 18, 1 << 16)).isIn(ByteBuffer.allocate(1 << 16), bytes(1 << 16));
            assertThat(file.sizeBytes()).isEqualTo(1 << 20);
            file.resize(0);
            assertThat(file.sizeBytes()).isZero();
        }
    }

    @Test
    void refusesUseAfterClose() throws IOException {
        VolumeFile file = directory().open("a", OpenMode.CREATE);
        file.write(bytes(1), 0);
        file.close();
        file.close();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> file.write(bytes(1), 0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(file::sizeBytes).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(file::force).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aDeletedFileLivesOnForItsOpeners() throws IOException {
        try (VolumeFile file = directory().open("a", OpenMode.CREATE)) {
            file.write(bytes(100), 0);
            directory().delete("a");
            create("a", 7);
            assertThat(read(file, 0, 100)).isEqualTo(bytes(100));
            assertThat(file.sizeBytes()).isEqualTo(100);
        }
    }

    private void create(String name, int lengthBytes) throws IOException {
        try (VolumeFile file = directory().open(name, OpenMode.CREATE)) {
            file.write(bytes(lengthBytes), 0);
        }
    }

    protected static ByteBuffer read(VolumeFile file, long position, int lengthBytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(lengthBytes);
        file.read(into, position);
        return into.flip();
    }

    /** Bytes without zeros, always the same. */
    protected static ByteBuffer bytes(int lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            bytes.put(i, (byte) (1 + i % 251));
        }
        return bytes;
    }
}
