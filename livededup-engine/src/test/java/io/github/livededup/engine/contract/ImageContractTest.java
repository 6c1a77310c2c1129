package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.VolumeClosedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Positional reads and writes of an image. */
class ImageContractTest extends VolumeContract {
    @Test
    void readsWhatWasWrittenAtAnyPlace() throws IOException {
        int size = 5 * blockSize + 123;
        byte[] expected = new byte[size];
        int[] edges = {0, 1, blockSize - 1, blockSize, blockSize + 1, 3 * blockSize, 4 * blockSize - 7, size - 1, size};
        try (Image image = images.create("a", size)) {
            int seed = 0;
            for (int from : edges) {
                for (int to : edges) {
                    if (from <= to) {
                        byte[] bytes = TestData.random(to - from, ++seed);
                        System.arraycopy(bytes, 0, expected, from, bytes.length);
                        image.write(ByteBuffer.wrap(bytes), from);
                        assertThat(TestData.read(image, from, to - from)).isEqualTo(bytes);
                    }
                }
            }
            assertThat(TestData.readAll(image)).isEqualTo(expected);
        }
        reopen();
        assertThat(readImage("a")).isEqualTo(expected);
    }

    @Test
    void takesEveryKindOfBuffer() throws IOException {
        byte[] bytes = TestData.random(2 * blockSize + 11, 1);
        ByteBuffer within = ByteBuffer.allocate(bytes.length + 30)
                .put(13, bytes)
                .position(13)
                .limit(13 + bytes.length);
        List<ByteBuffer> sources = List.of(
                ByteBuffer.wrap(bytes),
                TestData.direct(bytes),
                ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                TestData.direct(bytes).asReadOnlyBuffer(),
                within.slice(),
                within);
        try (Image image = images.create("a", 10L * blockSize)) {
            for (ByteBuffer source : sources) {
                image.discard(0, 10L * blockSize);
                int limit = source.limit();
                image.write(source, 5);
                assertThat(source.position()).isEqualTo(limit);
                assertThat(source.limit()).isEqualTo(limit);
                for (ByteBuffer into :
                        List.of(ByteBuffer.allocate(bytes.length), ByteBuffer.allocateDirect(bytes.length))) {
                    assertThat(image.read(into, 5)).isEqualTo(bytes.length);
                    assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(bytes));
                }
            }
        }
    }

    @Test
    void readsUpToTheEnd() throws IOException {
        byte[] bytes = TestData.random(blockSize + 10, 1);
        createImage("a", bytes);
        try (Image image = images.open("a")) {
            ByteBuffer into = ByteBuffer.allocate(30).position(2).limit(28);
            assertThat(image.read(into, blockSize)).isEqualTo(10);
            assertThat(into.position()).isEqualTo(12);
            assertThat(into.limit()).isEqualTo(28);
            assertThat(image.read(into, blockSize + 10)).isEqualTo(-1);
            assertThat(image.read(into, Long.MAX_VALUE)).isEqualTo(-1);
            assertThat(into.position()).isEqualTo(12);
            assertThat(Arrays.copyOfRange(into.array(), 2, 12))
                    .isEqualTo(Arrays.copyOfRange(bytes, blockSize, blockSize + 10));
            assertThat(image.read(ByteBuffer.allocate(0), 0)).isZero();
            assertThat(image.read(ByteBuffer.allocate(0), blockSize + 10)).isZero();
        }
    }

    @Test
    void refusesRangesOutsideTheImage() throws IOException {
        byte[] bytes = TestData.random(blockSize + 10, 1);
        createImage("a", bytes);
        try (Image image = images.open("a")) {
            long[] positions = {-1, Long.MIN_VALUE, blockSize + 6, blockSize + 11, Long.MAX_VALUE - 2, Long.MAX_VALUE};
            for (long position : positions) {
                ByteBuffer from = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}, 0, 5);
                assertThatThrownBy(() -> image.write(from, position)).isInstanceOf(InvalidArgumentException.class);
                assertThat(from.position()).isZero();
                assertThatThrownBy(() -> image.discard(position, 5)).isInstanceOf(InvalidArgumentException.class);
            }
            assertThatThrownBy(() -> image.discard(0, -1)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> image.discard(5, Long.MAX_VALUE)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> image.read(ByteBuffer.allocate(1), -1))
                    .isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> image.read(ByteBuffer.allocate(1).asReadOnlyBuffer(), 0))
                    .isInstanceOf(InvalidArgumentException.class);
            assertThat(TestData.readAll(image)).isEqualTo(bytes);
            assertThat(image.sizeBytes()).isEqualTo(blockSize + 10);
        }
    }

    @Test
    void writingNothingChangesNothing() throws IOException {
        createImage("a", block(1));
        try (Image image = images.open("a")) {
            image.write(ByteBuffer.allocate(0), 0);
            image.write(ByteBuffer.allocate(0), blockSize);
            image.discard(0, 0);
            image.discard(blockSize, 0);
            image.resize(blockSize);
            assertThat(TestData.readAll(image)).isEqualTo(block(1));
        }
    }

    @Test
    void growingAddsZeros() throws IOException {
        byte[] bytes = TestData.random(blockSize + 10, 1);
        createImage("a", bytes);
        try (Image image = images.open("a")) {
            image.resize(3L * blockSize + 5);
            assertThat(image.sizeBytes()).isEqualTo(3L * blockSize + 5);
            assertThat(TestData.readAll(image)).isEqualTo(Arrays.copyOf(bytes, 3 * blockSize + 5));
        }
    }

    @Test
    void whatShrinkingCutsOffIsGone() throws IOException {
        byte[] bytes = TestData.random(4 * blockSize, 1);
        try (Image image = images.create("a", bytes.length)) {
            int[] cuts = {3 * blockSize + 1, 3 * blockSize, 2 * blockSize + 100, 2 * blockSize + 99, 1, 0};
            for (int cut : cuts) {
                image.resize(bytes.length);
                image.write(ByteBuffer.wrap(bytes), 0);
                image.resize(cut);
                assertThat(TestData.readAll(image)).isEqualTo(Arrays.copyOf(bytes, cut));
                image.resize(cut + 1L);
                image.resize(bytes.length);
                assertThat(TestData.readAll(image)).isEqualTo(Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
            }
        }
    }

    @Test
    void shrinkingFreesBlocks() throws IOException {
        createImage("a", TestData.distinctBlocks(blockSize, 1, 8));
        try (Image image = images.open("a")) {
            image.resize(5L * blockSize);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(5);
            assertThat(images.info("a").mappedBlocks()).isEqualTo(5);
            image.resize(0);
            assertThat(volume.statistics().uniqueBlocks()).isZero();
        }
    }

    @Test
    void discardMakesZeros() throws IOException {
        byte[] bytes = TestData.random(6 * blockSize + 50, 1);
        int[] edges = {0, 1, blockSize, blockSize + 9, 4 * blockSize, 5 * blockSize - 1, 6 * blockSize, bytes.length};
        try (Image image = images.create("a", bytes.length)) {
            for (int from : edges) {
                for (int to : edges) {
                    if (from <= to) {
                        image.write(ByteBuffer.wrap(bytes), 0);
                        image.discard(from, to - from);
                        byte[] expected = bytes.clone();
                        Arrays.fill(expected, from, to, (byte) 0);
                        assertThat(TestData.readAll(image)).isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void handlesSeeEachOthersWrites() throws IOException {
        Image first = images.create("a", 2L * blockSize);
        try (Image second = images.open("a");
                Image third = images.openReadOnly("a")) {
            first.write(ByteBuffer.wrap(block(1)), 0);
            second.write(ByteBuffer.wrap(block(2)), blockSize);
            for (Image image : List.of(first, second, third)) {
                assertThat(TestData.readAll(image)).isEqualTo(TestData.blocks(blockSize, 1, 2));
            }
            second.resize(blockSize);
            assertThat(third.sizeBytes()).isEqualTo(blockSize);
            assertThat(third.read(ByteBuffer.allocate(1), blockSize)).isEqualTo(-1);
            second.resize(3L * blockSize);
            assertThat(third.read(ByteBuffer.allocate(blockSize), 2L * blockSize + 1))
                    .isEqualTo(blockSize - 1);
            second.resize(blockSize);
            first.close();
            assertThat(TestData.readAll(second)).isEqualTo(block(1));
        }
    }

    @Test
    void imagesThatShareBlocksStayApart() throws IOException {
        byte[] bytes = TestData.distinctBlocks(blockSize, 1, 4);
        createImage("a", bytes);
        createImage("b", bytes);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(4);
        try (Image b = images.open("b")) {
            b.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), blockSize + 1);
            b.discard(3L * blockSize, blockSize);
        }
        assertThat(readImage("a")).isEqualTo(bytes);
        byte[] expected = bytes.clone();
        System.arraycopy(new byte[] {1, 2, 3}, 0, expected, blockSize + 1, 3);
        Arrays.fill(expected, 3 * blockSize, 4 * blockSize, (byte) 0);
        assertThat(readImage("b")).isEqualTo(expected);
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(5);
    }

    @Test
    void aClosedHandleRefusesCalls() throws IOException {
        Image image = images.create("a", 10);
        image.close();
        image.close();
        assertThatThrownBy(image::name).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(image::sizeBytes).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(image::flush).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(image::channel).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> TestData.read(image, 0, 1)).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> image.write(ByteBuffer.allocate(1), 0)).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> image.resize(1)).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> image.discard(0, 1)).isInstanceOf(VolumeClosedException.class);
        assertThatThrownBy(() -> image.extents(0, 1)).isInstanceOf(VolumeClosedException.class);
        assertThat(images.info("a").sizeBytes()).isEqualTo(10);
    }
}
