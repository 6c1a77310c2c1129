package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.CancellationToken;
import io.github.livededup.ImportResult;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.TransferOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Import of files and channels. */
class ImportContractTest extends VolumeContract {
    private static final TransferOptions OPTIONS = TransferOptions.defaults();

    private Path file(byte[] bytes) throws IOException {
        return Files.write(temporary.resolve("source"), bytes);
    }

    @Test
    void importsAFile() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 1, 2, 0, 1, 3, 0, 0, 3);
        ImportResult result = images.importFile(file(bytes), "a", OPTIONS);
        assertThat(result.name()).isEqualTo("a");
        assertThat(result.logicalBytes()).isEqualTo(8L * blockSize);
        assertThat(result.nonZeroBlocks()).isEqualTo(5);
        assertThat(result.newBlocks()).isEqualTo(3);
        assertThat(result.duplicateBlocks()).isEqualTo(2);
        assertThat(result.storedBytes()).isEqualTo(volume.statistics().storedBytes());
        assertThat(result.elapsed().isNegative()).isFalse();
        assertThat(readImage("a")).isEqualTo(bytes);
        assertThat(images.info("a").mappedBlocks()).isEqualTo(5);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(3);
    }

    @Test
    void findsTheDuplicatesOfOtherImages() throws IOException {
        byte[] bytes = TestData.distinctBlocks(blockSize, 1, 40);
        images.importFile(file(bytes), "a", OPTIONS);
        ImportResult second = images.importFile(file(bytes), "b", OPTIONS);
        assertThat(second.newBlocks()).isZero();
        assertThat(second.duplicateBlocks()).isEqualTo(40);
        assertThat(second.storedBytes()).isZero();
        ImportResult third = images.importFile(file(TestData.distinctBlocks(blockSize, 31, 20)), "c", OPTIONS);
        assertThat(third.newBlocks()).isEqualTo(10);
        assertThat(third.duplicateBlocks()).isEqualTo(10);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(50);
        reopen();
        assertThat(readImage("b")).isEqualTo(bytes);
        assertThat(readImage("c")).isEqualTo(TestData.distinctBlocks(blockSize, 31, 20));
    }

    @Test
    void importsAnyLength() throws IOException {
        for (int length : new int[] {0, 1, blockSize - 1, blockSize, blockSize + 1, 3 * blockSize - 5}) {
            byte[] bytes = TestData.random(length, length);
            ImportResult result = images.importFile(file(bytes), "f" + length, OPTIONS);
            assertThat(result.logicalBytes()).isEqualTo(length);
            assertThat(result.nonZeroBlocks()).isEqualTo((length + blockSize - 1) / blockSize);
            assertThat(readImage("f" + length)).isEqualTo(bytes);
            images.importChannel(new Dribble(bytes), "c" + length, OPTIONS);
            assertThat(readImage("c" + length)).isEqualTo(bytes);
            assertThat(images.info("c" + length).sizeBytes()).isEqualTo(length);
        }
        reopen();
        assertThat(readImage("f1")).isEqualTo(TestData.random(1, 1));
    }

    @Test
    void anUnalignedEndIsPaddedWithZeros() throws IOException {
        byte[] bytes = new byte[blockSize + 10];
        bytes[blockSize + 3] = 1;
        images.importFile(file(bytes), "a", OPTIONS);
        byte[] padded = new byte[blockSize];
        padded[3] = 1;
        assertThat(blocks.put(ByteBuffer.wrap(padded)).isNew()).isFalse();
        assertThat(images.info("a").mappedBlocks()).isEqualTo(1);
    }

    @Test
    void importsSparseFiles() throws IOException {
        Path sparse = temporary.resolve("sparse");
        long size = (1L << 26) + 100;
        try (FileChannel channel = FileChannel.open(
                sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(block(1)), 1 << 20);
            // An extent that neither begins nor ends at a block of ours.
            channel.write(ByteBuffer.wrap(block(2)), (1 << 25) + 4096 - 7);
            channel.write(ByteBuffer.wrap(new byte[] {5}), size - 1);
        }
        ImportResult result = images.importFile(sparse, "a", OPTIONS);
        assertThat(result.logicalBytes()).isEqualTo(size);
        assertThat(result.nonZeroBlocks()).isBetween(3L, 4L);
        assertThat(images.info("a").mappedBlocks()).isEqualTo(result.nonZeroBlocks());
        assertThat(readImage("a")).isEqualTo(Files.readAllBytes(sparse));
    }

    @Test
    void zerosTakeNoRoom() throws IOException {
        ImportResult result = images.importFile(file(new byte[10 * blockSize + 3]), "a", OPTIONS);
        assertThat(result.nonZeroBlocks()).isZero();
        assertThat(result.newBlocks()).isZero();
        assertThat(volume.statistics().uniqueBlocks()).isZero();
        assertThat(readImage("a")).isEqualTo(new byte[10 * blockSize + 3]);
    }

    @Test
    void readsAChannelToItsEndAndLeavesItOpen() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 1, 0, 2, 2);
        Dribble channel = new Dribble(bytes);
        ImportResult result = images.importChannel(channel, "a", OPTIONS);
        assertThat(channel.isOpen()).isTrue();
        assertThat(result.logicalBytes()).isEqualTo(bytes.length);
        assertThat(result.newBlocks()).isEqualTo(2);
        assertThat(result.duplicateBlocks()).isEqualTo(1);
        assertThat(readImage("a")).isEqualTo(bytes);
    }

    @Test
    void anImageMayBeImportedFromAnImage() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 1, 0, 2);
        createImage("a", bytes);
        try (var image = images.openReadOnly("a");
                var channel = image.channel()) {
            assertThat(images.importChannel(channel, "b", OPTIONS).newBlocks()).isZero();
        }
        assertThat(readImage("b")).isEqualTo(bytes);
    }

    @Test
    void tellsItsListener() throws IOException {
        List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
        byte[] bytes = TestData.blocks(blockSize, 1, 2, 0, 1);
        images.importFile(file(bytes), "a", OPTIONS.withListener(reports::add));
        Progress last = reports.get(reports.size() - 1);
        assertThat(last.operation()).isEqualTo("import");
        assertThat(last.subject()).isEqualTo("a");
        assertThat(last.bytesDone()).isEqualTo(bytes.length);
        assertThat(last.total()).hasValue(bytes.length);
        assertThat(last.newBlocks()).isEqualTo(2);
        assertThat(last.duplicateBlocks()).isEqualTo(1);
        assertThat(last.zeroBlocks()).isEqualTo(1);

        reports.clear();
        images.importChannel(new Dribble(bytes), "b", OPTIONS.withListener(reports::add));
        last = reports.get(reports.size() - 1);
        assertThat(last.bytesDone()).isEqualTo(bytes.length);
        assertThat(last.newBlocks()).isZero();
        assertThat(last.duplicateBlocks()).isEqualTo(3);
    }

    @Test
    void isRefusedWhenTheNameIsTaken() throws IOException {
        createImage("a", block(1));
        Path file = file(block(2));
        assertThatThrownBy(() -> images.importFile(file, "a", OPTIONS)).isInstanceOf(AlreadyExistsException.class);
        Dribble channel = new Dribble(block(2));
        assertThatThrownBy(() -> images.importChannel(channel, "a", OPTIONS))
                .isInstanceOf(AlreadyExistsException.class);
        assertThat(channel.reads).isZero();
        assertThat(readImage("a")).isEqualTo(block(1));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
    }

    @Test
    void stopsWhenCancelled() throws IOException {
        CancellationToken token = new CancellationToken();
        TransferOptions options = OPTIONS.withCancellation(token);
        Dribble channel = new Dribble(TestData.distinctBlocks(blockSize, 1, 64)) {
            @Override
            public int read(ByteBuffer into) {
                if (reads == 100) {
                    token.cancel();
                }
                return super.read(into);
            }
        };
        // The channel is endless enough for chunks of any size to be asked for after the token.
        channel.repeat = 1000;
        assertThatThrownBy(() -> images.importChannel(channel, "a", options))
                .isInstanceOf(OperationCancelledException.class);
        Path file = file(block(1));
        assertThatThrownBy(() -> images.importFile(file, "a", options)).isInstanceOf(OperationCancelledException.class);
        assertThat(images.list()).isEmpty();
        volume.commit();
        assertThat(volume.statistics().uniqueBlocks()).isZero();
        images.importFile(file, "a", OPTIONS);
        assertThat(readImage("a")).isEqualTo(block(1));
    }

    /** A channel that gives its bytes in small uneven parts, several times if told so. */
    private static class Dribble implements ReadableByteChannel {
        private final byte[] bytes;
        private int position;
        private boolean open = true;
        int repeat = 1;
        int reads;

        Dribble(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer into) {
            reads++;
            if (position == bytes.length && --repeat > 0) {
                position = 0;
            }
            if (position == bytes.length) {
                return -1;
            }
            int part = Math.min(Math.min(bytes.length - position, into.remaining()), 1000 + reads % 3000);
            into.put(bytes, position, part);
            position += part;
            return part;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
