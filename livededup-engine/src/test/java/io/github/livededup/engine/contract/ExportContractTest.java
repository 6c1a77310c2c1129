package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CancellationToken;
import io.github.livededup.ExportResult;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.TransferOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Export to files and channels. */
class ExportContractTest extends VolumeContract {
    private static final TransferOptions OPTIONS = TransferOptions.defaults();

    private byte[] exported(String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        images.exportChannel(name, Channels.newChannel(out), OPTIONS);
        return out.toByteArray();
    }

    @Test
    void exportsToAFile() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 0, 1, 2, 0, 0, 1);
        createImage("a", bytes);
        Path file = temporary.resolve("target");
        ExportResult result = images.exportFile("a", file, OPTIONS);
        assertThat(result.name()).isEqualTo("a");
        assertThat(result.logicalBytes()).isEqualTo(bytes.length);
        assertThat(result.dataBytes()).isEqualTo(3L * blockSize);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        assertOnlyFiles("target");
    }

    @Test
    void exportsToAChannel() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 0, 1, 2, 0, 0, 1, 0);
        createImage("a", bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        WritableByteChannel channel = Channels.newChannel(out);
        ExportResult result = images.exportChannel("a", channel, OPTIONS);
        assertThat(channel.isOpen()).isTrue();
        assertThat(result.logicalBytes()).isEqualTo(bytes.length);
        assertThat(result.dataBytes()).isEqualTo(3L * blockSize);
        assertThat(out.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void exportsAnyLength() throws IOException {
        for (int length : new int[] {0, 1, blockSize - 1, blockSize + 1, 300 * 4096 + 17}) {
            byte[] bytes = TestData.random(length, length);
            createImage("i" + length, bytes);
            Path file = temporary.resolve("target" + length);
            assertThat(images.exportFile("i" + length, file, OPTIONS).dataBytes())
                    .isEqualTo(length);
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
            assertThat(exported("i" + length)).isEqualTo(bytes);
        }
    }

    @Test
    void countsDataWithinTheImageOnly() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 1, 0, 3);
        byte[] cut = Arrays.copyOf(bytes, 2 * blockSize + 100);
        createImage("a", cut);
        Path file = temporary.resolve("target");
        assertThat(images.exportFile("a", file, OPTIONS).dataBytes()).isEqualTo(blockSize + 100L);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(images.exportChannel("a", Channels.newChannel(out), OPTIONS).dataBytes())
                .isEqualTo(blockSize + 100L);
    }

    @Test
    void holesStayHoles() throws IOException {
        long size = 1L << 27;
        try (var image = images.create("a", size)) {
            image.write(ByteBuffer.wrap(block(1)), 0);
            image.write(ByteBuffer.wrap(block(2)), size / 2);
        }
        Path file = temporary.resolve("target");
        assertThat(images.exportFile("a", file, OPTIONS).dataBytes()).isEqualTo(2L * blockSize);
        assertThat(Files.size(file)).isEqualTo(size);
        assertThat(allocatedBytes(file)).isLessThanOrEqualTo(4L << 16);
        images.importFile(file, "b", OPTIONS);
        assertThat(images.info("b").mappedBlocks()).isEqualTo(2);
    }

    private static long allocatedBytes(Path file) throws IOException {
        Process process = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return 512 * Long.parseLong(process.inputReader().readLine());
    }

    @Test
    void leavesAnExistingTargetAlone() throws IOException {
        createImage("a", block(1));
        Path file = Files.write(temporary.resolve("target"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> images.exportFile("a", file, OPTIONS))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining(file.toString());
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
        images.exportFile("a", file, OPTIONS.withReplaceExisting(true));
        assertThat(Files.readAllBytes(file)).isEqualTo(block(1));
        assertOnlyFiles("target");
    }

    @Test
    void doesNotReplaceADirectory() throws IOException {
        createImage("a", block(1));
        Path folder = Files.createDirectory(temporary.resolve("target"));
        Path inside = Files.write(folder.resolve("inside"), new byte[] {1});
        assertThatThrownBy(() -> images.exportFile("a", folder, OPTIONS)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> images.exportFile("a", folder, OPTIONS.withReplaceExisting(true)))
                .isInstanceOf(IOException.class);
        assertThat(inside).hasBinaryContent(new byte[] {1});
        assertOnlyFiles("target");
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 20));
        Path file = temporary.resolve("target");
        assertThatThrownBy(() -> images.exportFile("b", file, OPTIONS)).isInstanceOf(NotFoundException.class);
        CancellationToken token = new CancellationToken();
        token.cancel();
        assertThatThrownBy(() -> images.exportFile("a", file, OPTIONS.withCancellation(token)))
                .isInstanceOf(OperationCancelledException.class);
        assertThatThrownBy(() -> images.exportFile("a", temporary.resolve("absent/target"), OPTIONS))
                .isInstanceOf(IOException.class);
        assertOnlyFiles();
        assertThat(readImage("a")).isEqualTo(TestData.distinctBlocks(blockSize, 1, 20));
    }

    private void assertOnlyFiles(String... names) {
        String[] files = temporary.toFile().list((folder, name) -> !name.equals("volume"));
        assertThat(files).containsExactly(names);
    }

    @Test
    void passesOnTheFailureOfItsChannel() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 20));
        IOException failure = new IOException("broken pipe");
        WritableByteChannel broken = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                throw failure;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> images.exportChannel("a", broken, OPTIONS))
                .isInstanceOf(IOException.class)
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isSameAs(failure),
                        thrown -> assertThat(thrown).hasRootCause(failure));
        assertThat(exported("a")).isEqualTo(TestData.distinctBlocks(blockSize, 1, 20));
    }

    @Test
    void stopsWhenCancelled() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 20));
        CancellationToken token = new CancellationToken();
        token.cancel();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> images.exportChannel("a", Channels.newChannel(out), OPTIONS.withCancellation(token)))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(out.size()).isLessThan(20 * blockSize);
    }

    @Test
    void tellsItsListener() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 1, 0, 2);
        createImage("a", bytes);
        List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
        images.exportFile("a", temporary.resolve("target"), OPTIONS.withListener(reports::add));
        Progress last = reports.get(reports.size() - 1);
        assertThat(last.operation()).isEqualTo("export");
        assertThat(last.subject()).isEqualTo("a");
        assertThat(last.bytesDone()).isEqualTo(bytes.length);
        assertThat(last.total()).hasValue(bytes.length);
    }

    @Test
    void aReadOnlyVolumeExports() throws IOException {
        createImage("a", block(1));
        volume.close();
        use(configuration.openReadOnly(directory));
        assertThat(exported("a")).isEqualTo(block(1));
        images.exportFile("a", temporary.resolve("target"), OPTIONS);
        assertThat(Files.readAllBytes(temporary.resolve("target"))).isEqualTo(block(1));
    }
}
