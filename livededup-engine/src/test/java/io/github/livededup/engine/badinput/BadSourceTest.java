package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.Compression;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.LiveDedup;
import io.github.livededup.SourceException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sources that cannot be imported; after each, nothing of it is there and the volume goes on. */
class BadSourceTest extends EngineCase {
    private final TransferOptions options = TransferOptions.defaults();
    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        // So slow that the listener is called while a source of some MiB is read.
        volume = LiveDedup.create(
                directory,
                OPTIONS.toBuilder()
                        .fingerprint(FingerprintAlgorithm.BLAKE3)
                        .compression(Compression.LZ4_HC)
                        .workerThreads(1)
                        .build());
        createImage(volume, "other", TestData.distinctBlocks(BLOCK, 1, 3));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(names(volume)).containsExactly("other");
        volume.commit();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(3);
        assertUsable(volume);
        createImage(volume, "a", TestData.block(BLOCK, 77));
        volume.close();
        try (Volume again = LiveDedup.open(directory, VolumeOptions.defaults())) {
            assertThat(names(again)).containsExactly("a", "other");
            assertClean(again);
        }
    }

    private void assertRefused(Path source) {
        assertThatThrownBy(() -> volume.images().importFile(source, "a", options))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(source.toString());
    }

    @Test
    void absent() {
        assertRefused(temporary.resolve("absent"));
        assertRefused(temporary.resolve("absent/file"));
    }

    @Test
    void aDirectory() {
        assertRefused(temporary);
    }

    @Test
    void aLinkToNowhere() throws IOException {
        assertRefused(Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("absent")));
    }

    @Test
    void unreadable() throws IOException {
        Path file = Files.write(temporary.resolve("file"), new byte[10]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(file)).as("root reads everything").isFalse();
        assertRefused(file);
    }

    @Test
    void aDeviceWithoutEnd() {
        Path zero = Path.of("/dev/zero");
        assumeThat(Files.exists(zero)).isTrue();
        assertRefused(zero);
    }

    @Test
    @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPipeThatNobodyWrites() throws Exception {
        Path pipe = temporary.resolve("pipe");
        Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assumeThat(process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0)
                .isTrue();
        assertRefused(pipe);
    }

    @Test
    void aFileThatShrinks() throws IOException {
        Path file = largeFile();
        AtomicInteger reports = new AtomicInteger();
        assertThatThrownBy(() -> volume.images().importFile(file, "a", options.withListener(progress -> {
                    if (reports.getAndIncrement() == 0) {
                        resize(file, 4096);
                    }
                })))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFileThatGrows() throws IOException {
        Path file = largeFile();
        AtomicInteger reports = new AtomicInteger();
        assertThatThrownBy(() -> volume.images().importFile(file, "a", options.withListener(progress -> {
                    if (reports.getAndIncrement() == 0) {
                        resize(file, 100 << 20);
                    }
                })))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(file.toString());
    }

    private Path largeFile() throws IOException {
        return Files.write(temporary.resolve("large"), TestData.distinctBlocks(BLOCK, 1_000, (48 << 20) / BLOCK));
    }

    private static void resize(Path file, long sizeBytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(sizeBytes);
            if (channel.size() < sizeBytes) {
                channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aChannelThatFails() {
        IOException failure = new IOException("cable pulled");
        SlowChannel source = new SlowChannel(TestData.distinctBlocks(BLOCK, 1_000, 600));
        source.failWith(failure);
        source.release();
        assertThatThrownBy(() -> volume.images().importChannel(source, "a", options))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("cable pulled")
                .hasCause(failure);
        assertThat(source.isOpen()).isTrue();
    }

    @Test
    void aClosedChannel() throws IOException {
        FileChannel closed = FileChannel.open(Files.createFile(temporary.resolve("file")));
        closed.close();
        assertThatThrownBy(() -> volume.images().importChannel(closed, "a", options))
                .isInstanceOf(SourceException.class)
                .hasCauseInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aChannelThatThrowsWhatItShouldNot() {
        SlowChannel source = new SlowChannel(TestData.distinctBlocks(BLOCK, 1_000, 600)).atHalf(() -> {
            throw new IllegalStateException("broken channel");
        });
        source.release();
        assertThatThrownBy(() -> volume.images().importChannel(source, "a", options))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken channel");
    }
}
