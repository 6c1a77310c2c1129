package io.github.livededup.examples.fusemount.fs;

import static io.github.livededup.examples.fusemount.fs.TestFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding data and holes, without FUSE. */
class SeekTest {
    private static final long BLOCK = 4096;
    private static final long TIB = 1L << 40;
    private static final boolean DATA = true;
    private static final boolean HOLE = false;

    @TempDir
    Path directory;

    private Volume volume;
    private LiveFileSystem files;
    private long handle;

    @BeforeEach
    void open() throws IOException {
        volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults());
        files = TestFiles.open(volume);
        handle = files.create("/f", 0644, 0, 0);
    }

    @AfterEach
    void close() throws IOException {
        files.close();
        volume.close();
    }

    private void writeBlocks(long block, int count) throws IOException {
        byte[] data = new byte[(int) (count * BLOCK)];
        new Random(block).nextBytes(data);
        files.write(handle, ByteBuffer.wrap(data), block * BLOCK);
    }

    private static void assertRefused(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void whatIsBeingWrittenCounts() throws Exception {
        files.truncate(handle, 100 * BLOCK);
        assertThat(files.seek(handle, 5, HOLE)).isEqualTo(5);
        assertRefused(Errno.ENXIO, () -> files.seek(handle, 0, DATA));
        files.write(handle, bytes("x"), 10 * BLOCK + 7);
        assertThat(files.seek(handle, 0, DATA)).isEqualTo(10 * BLOCK);
        assertThat(files.seek(handle, 10 * BLOCK, HOLE)).isEqualTo(11 * BLOCK);
        writeBlocks(20, 2);
        assertThat(files.seek(handle, 11 * BLOCK, DATA)).isEqualTo(20 * BLOCK);
        files.write(handle, ByteBuffer.allocate((int) BLOCK), 20 * BLOCK);
        assertThat(files.seek(handle, 11 * BLOCK, DATA)).as("zeros are a hole").isEqualTo(21 * BLOCK);
        files.punchHole(handle, 21 * BLOCK, BLOCK);
        assertRefused(Errno.ENXIO, () -> files.seek(handle, 11 * BLOCK, DATA));
        files.truncate(handle, 10 * BLOCK);
        assertRefused(Errno.ENXIO, () -> files.seek(handle, 0, DATA));
    }

    @Test
    void theEndIsAHole() throws Exception {
        assertRefused(Errno.ENXIO, () -> files.seek(handle, 0, DATA));
        assertRefused(Errno.ENXIO, () -> files.seek(handle, 0, HOLE));
        files.write(handle, bytes("three"), 0);
        assertThat(files.seek(handle, 0, DATA)).isZero();
        assertThat(files.seek(handle, 4, DATA)).isEqualTo(4);
        assertThat(files.seek(handle, 0, HOLE)).isEqualTo(5);
        assertThat(files.seek(handle, 4, HOLE)).isEqualTo(5);
        for (boolean wantsData : new boolean[] {DATA, HOLE}) {
            assertRefused(Errno.ENXIO, () -> files.seek(handle, 5, wantsData));
            assertRefused(Errno.ENXIO, () -> files.seek(handle, -1, wantsData));
            assertRefused(Errno.ENXIO, () -> files.seek(handle, Long.MAX_VALUE, wantsData));
        }
    }

    @Test
    void aLargeFileIsSearchedToItsEnd() throws Exception {
        files.truncate(handle, 2 * TIB);
        assertThat(files.seek(handle, 0, HOLE)).isZero();
        writeBlocks(TIB / BLOCK + 12_345, 1);
        writeBlocks(2 * TIB / BLOCK - 1, 1);
        assertThat(files.seek(handle, 0, DATA)).isEqualTo(TIB + 12_345 * BLOCK);
        assertThat(files.seek(handle, TIB + 12_345 * BLOCK, HOLE)).isEqualTo(TIB + 12_346 * BLOCK);
        assertThat(files.seek(handle, TIB + 12_346 * BLOCK, DATA)).isEqualTo(2 * TIB - BLOCK);
        assertThat(files.seek(handle, 2 * TIB - 1, HOLE)).isEqualTo(2 * TIB);
    }

    /** Longer than the first windows that are looked at. */
    @Test
    void longDataIsFollowedToItsEnd() throws Exception {
        files.truncate(handle, 64 << 20);
        for (int block = 3; block < 3 + 24 * 256; block += 256) {
            writeBlocks(block, 256);
        }
        assertThat(files.seek(handle, 0, DATA)).isEqualTo(3 * BLOCK);
        assertThat(files.seek(handle, 3 * BLOCK, HOLE)).isEqualTo((3 + 24 * 256) * BLOCK);
        assertThat(files.seek(handle, 3 * BLOCK + 1, HOLE)).isEqualTo((3 + 24 * 256) * BLOCK);
    }

    @Test
    void onlyOpenFilesAreSearched() throws Exception {
        long root = files.openDirectory("/");
        assertRefused(Errno.EBADF, () -> files.seek(root, 0, HOLE));
        files.releaseDirectory(root);
        files.write(handle, bytes("x"), 0);
        files.release(handle);
        assertRefused(Errno.EBADF, () -> files.seek(handle, 0, DATA));
    }
}
