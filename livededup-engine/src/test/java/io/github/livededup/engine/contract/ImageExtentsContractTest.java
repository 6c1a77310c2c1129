package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The data/hole map of an image. */
class ImageExtentsContractTest extends VolumeContract {
    @Test
    void showsDataAndHoles() throws IOException {
        long size = 10L * blockSize + 17;
        try (Image image = images.create("a", size)) {
            assertThat(image.extents(0, size)).containsExactly(hole(0, size));
            image.write(ByteBuffer.wrap(TestData.blocks(blockSize, 1, 2)), 2L * blockSize);
            image.write(ByteBuffer.wrap(new byte[] {1}), size - 1);
            assertThat(image.extents(0, size))
                    .containsExactly(
                            hole(0, 2L * blockSize),
                            data(2L * blockSize, 2L * blockSize),
                            hole(4L * blockSize, 6L * blockSize),
                            data(10L * blockSize, 17));
            assertThat(image.extents(2L * blockSize, blockSize)).containsExactly(data(2L * blockSize, blockSize));
            assertThat(image.extents(blockSize + 5, blockSize))
                    .containsExactly(hole(blockSize + 5, blockSize - 5), data(2L * blockSize, 5));
            assertThat(image.extents(3L * blockSize + 1, Long.MAX_VALUE))
                    .containsExactly(
                            data(3L * blockSize + 1, blockSize - 1),
                            hole(4L * blockSize, 6L * blockSize),
                            data(10L * blockSize, 17));
        }
    }

    @Test
    void aRangeWithoutBytesHasNone() throws IOException {
        try (Image image = images.create("a", 100)) {
            assertThat(image.extents(0, 0)).isEmpty();
            assertThat(image.extents(100, 1)).isEmpty();
            assertThat(image.extents(Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
            assertThatThrownBy(() -> image.extents(-1, 1)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> image.extents(0, -1)).isInstanceOf(InvalidArgumentException.class);
        }
    }

    @Test
    void zerosBecomeHoles() throws IOException {
        try (Image image = images.create("a", 4L * blockSize)) {
            image.write(ByteBuffer.wrap(TestData.distinctBlocks(blockSize, 1, 4)), 0);
            image.write(ByteBuffer.allocate(blockSize), blockSize);
            assertThat(image.extents(0, 4L * blockSize))
                    .containsExactly(
                            data(0, blockSize), hole(blockSize, blockSize), data(2L * blockSize, 2L * blockSize));
            // Bit by bit, too.
            image.write(ByteBuffer.allocate(blockSize - 10), 2L * blockSize);
            image.write(ByteBuffer.allocate(10), 3L * blockSize - 10);
            assertThat(image.extents(blockSize, 2L * blockSize)).containsExactly(hole(blockSize, 2L * blockSize));
            image.discard(0, blockSize / 2);
            image.discard(blockSize / 2, blockSize / 2);
            assertThat(image.extents(0, 4L * blockSize))
                    .containsExactly(hole(0, 3L * blockSize), data(3L * blockSize, blockSize));
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
            assertThat(images.info("a").mappedBlocks()).isEqualTo(1);
        }
    }

    @Test
    void discardMakesHolesOfWholeBlocks() throws IOException {
        try (Image image = images.create("a", 4L * blockSize + 10)) {
            image.write(ByteBuffer.wrap(TestData.random(4 * blockSize + 10, 1)), 0);
            image.discard(blockSize - 1, 2L * blockSize);
            assertThat(image.extents(0, 4L * blockSize))
                    .containsExactly(
                            data(0, blockSize), hole(blockSize, blockSize), data(2L * blockSize, 2L * blockSize));
            image.discard(3L * blockSize, blockSize + 10);
            assertThat(image.extents(2L * blockSize, Long.MAX_VALUE))
                    .containsExactly(data(2L * blockSize, blockSize), hole(3L * blockSize, blockSize + 10));
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(2);
        }
    }

    @Test
    void growingAddsAHole() throws IOException {
        createImage("a", block(1));
        try (Image image = images.open("a")) {
            image.resize(3L * blockSize);
            assertThat(image.extents(0, 3L * blockSize))
                    .containsExactly(data(0, blockSize), hole(blockSize, 2L * blockSize));
            image.resize(2L * blockSize + 1);
            assertThat(image.extents(0, 3L * blockSize))
                    .containsExactly(data(0, blockSize), hole(blockSize, blockSize + 1));
        }
    }

    @Test
    void manyExtents() throws IOException {
        // Across leaf pages of the map: every third block.
        int count = 700;
        List<Extent> expected = new ArrayList<>();
        try (Image image = images.create("a", 3L * count * blockSize)) {
            for (int i = 0; i < count; i++) {
                long position = 3L * i * blockSize;
                image.write(ByteBuffer.wrap(block(1)), position);
                expected.add(data(position, blockSize));
                expected.add(hole(position + blockSize, 2L * blockSize));
            }
            assertThat(image.extents(0, Long.MAX_VALUE)).isEqualTo(expected);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
            assertThat(images.statistics("a").dataExtents()).isEqualTo(count);
        }
    }

    private static Extent data(long position, long length) {
        return new Extent(position, length, true);
    }

    private static Extent hole(long position, long length) {
        return new Extent(position, length, false);
    }
}
