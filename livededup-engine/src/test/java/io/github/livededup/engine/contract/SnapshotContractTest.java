package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.ExportResult;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Snapshots and clones: what they hold, what they are, and that nobody's changes reach another. */
class SnapshotContractTest extends VolumeContract {
    private void write(String name, byte[] bytes, long block) throws IOException {
        try (Image image = images.open(name)) {
            image.write(ByteBuffer.wrap(bytes), block * blockSize);
        }
    }

    @Test
    void aSnapshotIsTheImageAsItWas() throws IOException {
        byte[] first = Arrays.copyOf(TestData.blocks(blockSize, 1, 0, 2, 1, 3), 4 * blockSize + 77);
        createImage("a", first);
        ImageInfo info = images.snapshot("a", "s");
        assertThat(info).isEqualTo(images.info("s"));
        assertThat(info.name()).isEqualTo("s");
        assertThat(info.isSnapshot()).isTrue();
        assertThat(info.origin()).contains("a");
        assertThat(info.sizeBytes()).isEqualTo(first.length);
        assertThat(info.mappedBlocks()).isEqualTo(4);
        assertThat(info.created()).isAfterOrEqualTo(images.info("a").created());
        assertThat(readImage("s")).isEqualTo(first);
        write("a", TestData.blocks(blockSize, 9, 8), 0);
        try (Image image = images.open("a")) {
            image.discard(2L * blockSize, blockSize);
            image.resize(3L * blockSize);
        }
        assertThat(readImage("s")).isEqualTo(first);
        assertThat(readImage("a")).isEqualTo(TestData.blocks(blockSize, 9, 8, 0));
        assertThat(images.info("a").isSnapshot()).isFalse();
        assertThat(images.info("a").origin()).isEmpty();
        reopen();
        assertThat(readImage("s")).isEqualTo(first);
        assertThat(images.info("s").origin()).contains("a");
        assertThat(images.info("s").isSnapshot()).isTrue();
    }

    @Test
    void aSnapshotRefusesChanges() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 2));
        images.snapshot("a", "s");
        try (Image image = images.open("s")) {
            assertThat(image.isReadOnly()).isTrue();
            assertRefused(() -> image.write(ByteBuffer.allocate(1), 0));
            assertRefused(() -> image.append(ByteBuffer.allocate(1)));
            assertRefused(() -> image.resize(1));
            assertRefused(() -> image.resize(1L << 40));
            assertRefused(() -> image.discard(0, 1));
            assertRefused(() -> image.writeZeroes(0, 1));
            assertRefused(() -> image.outputStream(0));
            image.flush();
            assertThat(TestData.readAll(image)).isEqualTo(TestData.blocks(blockSize, 1, 2));
            assertThat(image.extents(0, 2L * blockSize)).hasSize(1);
        }
        assertThat(readImage("s")).isEqualTo(TestData.blocks(blockSize, 1, 2));
    }

    private static void assertRefused(ThrowingCallable change) {
        assertThatThrownBy(change).isInstanceOf(ReadOnlyException.class);
    }

    @Test
    void aCloneAndItsOriginGoTheirOwnWays() throws IOException {
        byte[] first = TestData.blocks(blockSize, 1, 0, 2, 1, 3);
        createImage("a", first);
        ImageInfo info = images.clone("a", "c");
        assertThat(info).isEqualTo(images.info("c"));
        assertThat(info.isSnapshot()).isFalse();
        assertThat(info.origin()).contains("a");
        try (Image clone = images.open("c");
                Image original = images.open("a")) {
            assertThat(clone.isReadOnly()).isFalse();
            clone.write(ByteBuffer.wrap(block(7)), 2L * blockSize);
            original.write(ByteBuffer.wrap(block(9)), 3L * blockSize);
            clone.resize(7L * blockSize);
            clone.write(ByteBuffer.wrap(block(11)), 6L * blockSize);
            original.discard(0, blockSize);
            assertThat(TestData.readAll(clone)).isEqualTo(TestData.blocks(blockSize, 1, 0, 7, 1, 3, 0, 11));
            assertThat(TestData.readAll(original)).isEqualTo(TestData.blocks(blockSize, 0, 0, 2, 9, 3));
        }
        assertClean(VerifyLevel.METADATA);
        reopen();
        assertThat(readImage("c")).isEqualTo(TestData.blocks(blockSize, 1, 0, 7, 1, 3, 0, 11));
        assertThat(readImage("a")).isEqualTo(TestData.blocks(blockSize, 0, 0, 2, 9, 3));
    }

    @Test
    void cloneTakesNoSpaceAndSharesItsBlocks() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 40));
        long unique = volume.statistics().uniqueBlocks();
        long stored = volume.statistics().storedBytes();
        images.clone("a", "b");
        images.snapshot("b", "s");
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(unique);
        assertThat(volume.statistics().storedBytes()).isEqualTo(stored);
        assertThat(volume.statistics().images()).isEqualTo(3);
        assertThat(volume.statistics().nonZeroBytes()).isEqualTo(3L * 40 * blockSize);
        assertThat(images.exclusiveBytes("a")).isZero();
        assertThat(images.delete("a")).isZero();
        assertThat(images.exclusiveBytes("s")).isZero();
        assertThat(images.delete("b")).isZero();
        assertThat(images.exclusiveBytes("s")).isEqualTo(stored);
        assertThat(readImage("s")).isEqualTo(TestData.distinctBlocks(blockSize, 1, 40));
        assertThat(images.delete("s")).isEqualTo(stored);
        assertThat(volume.statistics().uniqueBlocks()).isZero();
        assertThat(volume.statistics().storedBytes()).isZero();
    }

    @Test
    void originIsToldAsLongAsItIsThere() throws IOException {
        createImage("a", block(1));
        images.snapshot("a", "s");
        images.clone("s", "c");
        assertThat(images.info("c").origin()).contains("s");
        images.rename("a", "a2");
        assertThat(images.info("s").origin()).contains("a2");
        images.delete("a2");
        assertThat(images.info("s").origin()).isEmpty();
        // Images that come later, of whatever name, are nobody's origin.
        createImage("a2", block(2));
        createImage("a", block(3));
        createImage("x", block(4));
        assertThat(images.info("s").origin()).isEmpty();
        images.delete("s");
        createImage("s", block(5));
        assertThat(images.info("c").origin()).isEmpty();
        reopen();
        createImage("y", block(6));
        assertThat(images.info("c").origin()).isEmpty();
        assertThat(images.list()).extracting(ImageInfo::origin).allMatch(origin -> origin.isEmpty());
        assertThat(readImage("c")).isEqualTo(block(1));
        images.delete("c");
        createImage("z", block(7));
        images.snapshot("z", "z1");
        assertThat(images.info("z1").origin()).contains("z");
    }

    @Test
    void namesThatCannotBe() throws IOException {
        createImage("a", block(1));
        createImage("b", block(2));
        assertThatThrownBy(() -> images.snapshot("none", "s")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.clone("none", "b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.exclusiveBytes("none")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.snapshot("a", "b")).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> images.clone("a", "a")).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> images.clone("a", "")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> images.snapshot("a", "x/y")).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> images.snapshot("..", "x")).isInstanceOf(InvalidArgumentException.class);
        assertThat(images.list()).extracting(ImageInfo::name).containsExactly("a", "b");
    }

    @Test
    void snapshotsAreRenamedClonedExportedAndDeletedInAnyOrder() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 2));
        images.snapshot("a", "s");
        images.rename("s", "t");
        assertThatThrownBy(() -> images.open("s")).isInstanceOf(NotFoundException.class);
        images.clone("t", "c");
        images.snapshot("t", "u");
        try (Image handle = images.open("t")) {
            images.delete("t");
            assertThatThrownBy(() -> TestData.readAll(handle)).isInstanceOf(NotFoundException.class);
        }
        write("c", block(3), 1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        images.exportChannel("u", Channels.newChannel(bytes), TransferOptions.defaults());
        assertThat(bytes.toByteArray()).isEqualTo(TestData.blocks(blockSize, 1, 2));
        images.delete("a");
        assertClean(VerifyLevel.METADATA);
        assertThat(readImage("c")).isEqualTo(TestData.blocks(blockSize, 1, 3));
        images.delete("u");
        assertThat(readImage("c")).isEqualTo(TestData.blocks(blockSize, 1, 3));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(2);
    }

    @Test
    void aChainOfClonesAndSnapshots() throws IOException {
        int length = 30;
        createImage("c0", TestData.distinctBlocks(blockSize, 1, length));
        for (int i = 1; i <= length; i++) {
            images.snapshot("c" + (i - 1), "s" + i);
            images.clone("s" + i, "c" + i);
            write("c" + i, block(1000 + i), i - 1);
        }
        assertClean(VerifyLevel.METADATA);
        for (int i = 1; i <= length; i += 2) {
            images.delete("s" + i);
        }
        reopen();
        for (int i = 0; i <= length; i++) {
            byte[] expected = TestData.distinctBlocks(blockSize, 1, length);
            System.arraycopy(TestData.distinctBlocks(blockSize, 1001, i), 0, expected, 0, i * blockSize);
            assertThat(readImage("c" + i)).as("generation %s", i).isEqualTo(expected);
        }
        for (int i = length; i >= 0; i--) {
            images.delete("c" + i);
        }
        assertClean(VerifyLevel.METADATA);
        for (int i = 2; i <= length; i += 2) {
            images.delete("s" + i);
        }
        assertThat(images.list()).isEmpty();
        assertThat(volume.statistics().uniqueBlocks()).isZero();
    }

    @Test
    void emptyAndVastImages() throws IOException {
        images.create("empty", 0).close();
        images.create("hole", 1L << 44).close();
        images.snapshot("empty", "s");
        images.clone("hole", "c");
        assertThat(images.info("s").sizeBytes()).isZero();
        assertThat(images.info("c").sizeBytes()).isEqualTo(1L << 44);
        try (Image clone = images.open("c")) {
            clone.write(ByteBuffer.wrap(block(1)), (1L << 44) - blockSize);
            clone.write(ByteBuffer.wrap(block(3)), 1L << 40);
        }
        images.snapshot("c", "c1");
        try (Image clone = images.open("c")) {
            clone.discard(0, 1L << 44);
            assertThat(clone.extents(0, 1L << 44)).hasSize(1);
        }
        assertThat(images.info("c").mappedBlocks()).isZero();
        assertThat(images.info("c1").mappedBlocks()).isEqualTo(2);
        assertThat(images.info("hole").mappedBlocks()).isZero();
        assertThat(images.exclusiveBytes("c")).isZero();
        assertThat(images.delete("c1")).isEqualTo(2L * blockSize);
    }

    @Test
    void anExportIsOfOneMoment() throws IOException {
        int count = (5 << 20) / blockSize;
        byte[] first = TestData.distinctBlocks(blockSize, 1, count);
        createImage("a", first);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WritableByteChannel target = Channels.newChannel(bytes);
        WritableByteChannel meddling = new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
                if (bytes.size() == 0) {
                    write("a", TestData.distinctBlocks(blockSize, 10_001, count), 0);
                    try (Image image = images.open("a")) {
                        image.resize(3L * blockSize);
                    }
                }
                return target.write(from);
            }

            private void write(String name, byte[] content, long block) throws IOException {
                SnapshotContractTest.this.write(name, content, block);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        ExportResult result = images.exportChannel("a", meddling, TransferOptions.defaults());
        assertThat(result.logicalBytes()).isEqualTo(first.length);
        assertThat(bytes.toByteArray()).isEqualTo(first);
        assertThat(readImage("a")).isEqualTo(TestData.distinctBlocks(blockSize, 10_001, 3));
        // Nothing is left of what kept the blocks alive.
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(3);
        assertThat(volume.statistics().images()).isEqualTo(1);
        assertClean(VerifyLevel.METADATA);
    }
}
