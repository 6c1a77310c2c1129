package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CancellationToken;
import io.github.livededup.Compression;
import io.github.livededup.DeltaOptions;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.ProgressListener;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Listeners that throw or cancel: the operation ends with that, and nothing of it is left. */
class ListenerTest extends EngineCase {
    private final RuntimeException failure = new IllegalStateException("the listener fails");
    private final TransferOptions options = TransferOptions.defaults();
    private final TransferOptions failing = options.withListener(progress -> {
        throw failure;
    });
    private Volume volume;

    @BeforeEach
    void createVolume() throws IOException {
        // So slow that the listener is called while a source of some MiB is read.
        volume = LiveDedup.create(
                directory,
                OPTIONS.toBuilder()
                        .fingerprint(FingerprintAlgorithm.BLAKE3)
                        .compression(Compression.LZ4_HC)
                        .build());
        createImage(volume, "other", TestData.distinctBlocks(BLOCK, 1, 3));
    }

    @AfterEach
    void theVolumeGoesOn() throws IOException {
        volume.commit();
        assertThat(names(volume)).containsExactly("other");
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(3);
        assertUsable(volume);
        volume.close();
    }

    @Test
    void aListenerEndsAShortImport() throws IOException {
        Path file = Files.write(temporary.resolve("f"), TestData.distinctBlocks(BLOCK, 10, 10));
        assertThatThrownBy(() -> volume.images().importFile(file, "a", failing)).isSameAs(failure);
    }

    @Test
    void aListenerEndsALongImport() throws IOException {
        Path file = largeFile();
        assertThatThrownBy(() -> volume.images().importFile(file, "a", failing)).isSameAs(failure);
    }

    @Test
    void anErrorOfAListenerEndsAnImport() throws IOException {
        Path file = largeFile();
        AssertionError error = new AssertionError("the listener fails badly");
        assertThatThrownBy(() -> volume.images().importFile(file, "a", options.withListener(progress -> {
                    throw error;
                })))
                .isSameAs(error);
    }

    @Test
    @Tag("slow")
    void aListenerMayCancelItsImport() throws IOException {
        Path file = largeFile();
        CancellationToken token = new CancellationToken();
        AtomicReference<Long> done = new AtomicReference<>();
        assertThatThrownBy(() -> volume.images()
                        .importFile(file, "a", options.withCancellation(token).withListener(progress -> {
                            done.compareAndSet(null, progress.bytesDone());
                            token.cancel();
                        })))
                .isInstanceOfSatisfying(
                        OperationCancelledException.class,
                        thrown -> assertThat(thrown.isInterrupted()).isFalse());
        assertThat(done.get()).isBetween(1L, Files.size(file) - 1);
    }

    @Test
    void anImageThatWasOpenedBeforeItsImportFailedIsGone() throws IOException {
        Image[] opened = new Image[1];
        byte[] bytes = TestData.distinctBlocks(BLOCK, 10, 2);
        assertThatThrownBy(() -> volume.images().importChannel(channel(bytes), "a", options.withListener(progress -> {
                    opened[0] = openAndWrite("a");
                    if (opened[0] != null) {
                        throw failure;
                    }
                })))
                .isSameAs(failure);
        volume.commit();
        assertGone(opened[0]);
        // It has the number that the other one had, and nothing else of it.
        try (Image next = volume.images().create("next", 4L * BLOCK)) {
            assertThat(TestData.readAll(next)).isEqualTo(new byte[4 * BLOCK]);
            assertGone(opened[0]);
            assertThat(next.name()).isEqualTo("next");
        }
        volume.images().delete("next");
    }

    /** Opens an image and leaves bytes in its write buffer; null as long as it is not there. */
    private @Nullable Image openAndWrite(String name) {
        try {
            Image image = volume.images().open(name);
            image.write(ByteBuffer.wrap(TestData.random(100, 1)), 0);
            return image;
        } catch (NotFoundException early) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertGone(Image image) {
        assertThatThrownBy(() -> image.write(ByteBuffer.allocate(1), 0)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> image.read(ByteBuffer.allocate(1), 0)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void anImageThatWasDeletedBeforeItsImportFailedIsNotDeletedTwice() throws IOException {
        ByteArrayOutputStream delta = new ByteArrayOutputStream();
        volume.images().exportDelta(null, "other", Channels.newChannel(delta), DeltaOptions.defaults());
        ProgressListener deletes = progress -> {
            try {
                volume.images().delete("a");
                createImage(volume, "next", TestData.block(BLOCK, 99));
            } catch (NotFoundException early) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            throw failure;
        };
        assertThatThrownBy(() -> volume.images()
                        .importDelta(null, "a", channel(delta.toByteArray()), options.withListener(deletes)))
                .isSameAs(failure);
        assertThat(readImage(volume, "next")).isEqualTo(TestData.block(BLOCK, 99));
        volume.images().delete("next");
    }

    private static ReadableByteChannel channel(byte[] bytes) {
        return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    @Test
    void aListenerMayNotCloseTheVolume() throws IOException {
        Path file = Files.write(temporary.resolve("f"), TestData.distinctBlocks(BLOCK, 10, 10));
        assertThatThrownBy(() -> volume.images().importFile(file, "a", options.withListener(progress -> {
                    try {
                        volume.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("from within");
        assertThat(volume.isOpen()).isTrue();
    }

    private Path largeFile() throws IOException {
        return Files.write(temporary.resolve("large"), TestData.distinctBlocks(BLOCK, 1_000, (32 << 20) / BLOCK));
    }

    @Test
    void aListenerEndsAnExport() {
        Path target = temporary.resolve("target");
        assertThatThrownBy(() -> volume.images().exportFile("other", target, failing))
                .isSameAs(failure);
        assertThat(temporary.toFile().list()).containsExactly("volume");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> volume.images().exportChannel("other", Channels.newChannel(out), failing))
                .isSameAs(failure);
    }

    @Test
    void aListenerEndsAVerification() {
        ProgressListener listener = failing.listener();
        VerifyOptions verify = new VerifyOptions(VerifyLevel.FINGERPRINTS, listener, new CancellationToken());
        assertThatThrownBy(() -> volume.verify(verify)).isSameAs(failure);
    }
}
