package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.makeDirectory;
import static io.github.livededup.examples.fusemount.fs.TestFiles.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full file system refuses data, not names, and works again once something was removed. */
class FullVolumeTest {
    @TempDir
    Path directory;

    private final Random random = new Random(3);

    private Volume open() throws IOException {
        return LiveDedup.openOrCreate(
                directory.resolve("volume"),
                VolumeOptions.builder()
                        .groupSizeBytes(1 << 20)
                        .maxPhysicalBytes(48 << 20)
                        .backgroundCompaction(BackgroundCompaction.OFF)
                        .build());
    }

    /** Writes until it is refused; gives the bytes written. */
    private long fill(LiveFileSystem files, String path) throws IOException {
        long handle = files.create(path, 0644, 0, 0);
        byte[] data = new byte[64 << 10];
        long written = 0;
        try {
            while (true) {
                random.nextBytes(data);
                files.write(handle, ByteBuffer.wrap(data), written);
                written += data.length;
            }
        } catch (ErrnoException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
        } catch (VolumeFullException e) {
            // as well
        }
        assertThat(files.status(handle).sizeBytes()).isEqualTo(written);
        files.sync(handle);
        files.release(handle);
        return written;
    }

    @Test
    void aFullVolumeRefusesDataAndGivesRoomBack() throws Exception {
        String before;
        try (Volume volume = open();
                LiveFileSystem files = TestFiles.open(volume)) {
            makeDirectory(files, "/d");
            assertThat(fill(files, "/d/first")).isGreaterThan(10 << 20);
            fill(files, "/d/second");
            assertThat(files.space().freeBytes()).isLessThan(1 << 20);
            // Names still change.
            for (int i = 0; i < 100; i++) {
                makeDirectory(files, "/d/n" + i);
                files.changeMode("/d/n" + i, 0700);
                files.rename("/d/n" + i, "/m" + i);
            }
            for (int i = 0; i < 1500; i++) {
                files.changeMode("/d/second", i & 0777);
            }
            files.unlink("/d/first");
            before = TestFiles.names(files);
        }
        try (Volume volume = open();
                LiveFileSystem files = TestFiles.open(volume)) {
            assertThat(TestFiles.names(files)).isEqualTo(before);
            volume.compact(CompactionOptions.defaults());
            put(files, "/d/third", "x".repeat(100_000));
            assertThat(fill(files, "/d/fourth")).isGreaterThan(5 << 20);
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).isClean())
                    .isTrue();
        }
    }
}
