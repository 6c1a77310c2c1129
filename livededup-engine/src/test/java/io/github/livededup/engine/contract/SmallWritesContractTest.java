package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Writes of any offset and length, and whatever else looks at what they wrote. */
class SmallWritesContractTest extends VolumeContract {
    private static final int BLOCKS = 30;

    private final Random random = new Random(11);

    /** Writes at a random place, in the image and in what is expected of it. */
    private void writeSomewhere(Image image, byte[] expected) throws IOException {
        int position = random.nextInt(expected.length);
        int most = random.nextInt(4) == 0 ? 3 * blockSize : blockSize / 3;
        int length = 1 + random.nextInt(Math.min(most, expected.length - position));
        byte[] bytes = random.nextInt(5) == 0 ? new byte[length] : TestData.random(length, random.nextInt(1_000));
        image.write(random.nextBoolean() ? ByteBuffer.wrap(bytes) : TestData.direct(bytes), position);
        System.arraycopy(bytes, 0, expected, position, length);
    }

    private static void assertPart(Image image, byte[] expected, int from, int length) throws IOException {
        assertThat(TestData.read(image, from, length)).isEqualTo(Arrays.copyOfRange(expected, from, from + length));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] expected = new byte[BLOCKS * blockSize + 77];
        try (Image image = images.create("a", expected.length);
                Image other = images.open("a")) {
            for (int i = 0; i < 400; i++) {
                writeSomewhere(i % 3 == 0 ? other : image, expected);
                int from = random.nextInt(expected.length);
                assertPart(i % 2 == 0 ? image : other, expected, from, random.nextInt(expected.length - from + 1));
                if (i % 57 == 0) {
                    image.flush();
                } else if (i % 91 == 0) {
                    volume.commit();
                }
            }
            assertThat(TestData.readAll(other)).isEqualTo(expected);
        }
        reopen();
        assertThat(readImage("a")).isEqualTo(expected);
    }

    @Test
    void everythingElseSeesThemToo() throws IOException {
        byte[] expected = new byte[BLOCKS * blockSize];
        try (Image image = images.create("a", expected.length)) {
            for (int i = 0; i < 24; i++) {
                writeSomewhere(image, expected);
                writeSomewhere(image, expected);
                look(image, "a", expected, i);
            }
        }
        assertClean(VerifyLevel.FINGERPRINTS);
    }

    private void look(Image image, String name, byte[] expected, int how) throws IOException {
        switch (how % 6) {
            case 0 -> assertThat(image.extents(0, expected.length)).isEqualTo(extentsOf(expected));
            case 1 -> assertThat(images.info(name).mappedBlocks()).isEqualTo(dataBlocks(expected));
            case 2 -> {
                Path file = temporary.resolve("export-" + how);
                images.exportFile(name, file, TransferOptions.defaults());
                assertThat(Files.readAllBytes(file)).isEqualTo(expected);
                images.importFile(file, "import-" + how, TransferOptions.defaults());
                assertThat(readImage("import-" + how)).isEqualTo(expected);
            }
            case 3 -> {
                images.snapshot(name, "snapshot-" + how);
                byte[] before = expected.clone();
                writeSomewhere(image, expected);
                assertThat(readImage("snapshot-" + how)).isEqualTo(before);
            }
            case 4 -> assertThat(images.statistics(name).mappedBytes()).isEqualTo(dataBlocks(expected) * blockSize);
            default -> assertThat(volume.statistics().nonZeroBytes()).isPositive();
        }
    }

    private long dataBlocks(byte[] content) {
        return extentsOf(content).stream()
                        .filter(Extent::isData)
                        .mapToLong(Extent::lengthBytes)
                        .sum()
                / blockSize;
    }

    private List<Extent> extentsOf(byte[] content) {
        List<Extent> extents = new ArrayList<>();
        int from = 0;
        while (from < content.length) {
            int to = from + blockSize;
            while (to < content.length && isData(content, to) == isData(content, from)) {
                to += blockSize;
            }
            extents.add(new Extent(from, to - from, isData(content, from)));
            from = to;
        }
        return extents;
    }

    private boolean isData(byte[] content, int at) {
        return !Arrays.equals(content, at, at + blockSize, new byte[blockSize], 0, blockSize);
    }

    @Test
    void sizesAndDiscardsComeInBetween() throws IOException {
        byte[] expected = new byte[BLOCKS * blockSize];
        try (Image image = images.create("a", expected.length)) {
            for (int i = 0; i < 150; i++) {
                writeSomewhere(image, expected);
                if (i % 4 == 0) {
                    int from = random.nextInt(expected.length);
                    int length = random.nextInt(Math.min(4 * blockSize, expected.length - from + 1));
                    image.discard(from, length);
                    Arrays.fill(expected, from, from + length, (byte) 0);
                } else if (i % 4 == 1) {
                    int size = blockSize + random.nextInt(BLOCKS * blockSize);
                    image.resize(size);
                    expected = Arrays.copyOf(expected, size);
                } else if (i % 4 == 2) {
                    discardSome(image, expected);
                }
                assertThat(TestData.readAll(image)).isEqualTo(expected);
            }
        }
        reopen();
        assertThat(readImage("a")).isEqualTo(expected);
    }

    private void discardSome(Image image, byte[] expected) throws IOException {
        List<Extent> ranges = new ArrayList<>();
        for (int i = random.nextInt(100); i > 0; i--) {
            int from = random.nextInt(expected.length);
            int length = random.nextInt(Math.min(blockSize, expected.length - from + 1));
            ranges.add(new Extent(from, length, i % 2 == 0));
            Arrays.fill(expected, from, from + length, (byte) 0);
        }
        image.discardAll(ranges);
    }

    @Test
    void rangesAreCheckedBeforeAnyIsDiscarded() throws IOException {
        byte[] bytes = TestData.distinctBlocks(blockSize, 1, 4);
        createImage("a", bytes);
        try (Image image = images.open("a")) {
            image.discardAll(List.of());
            List<Extent> wrong =
                    List.of(new Extent(0, blockSize, true), new Extent(3L * blockSize, blockSize + 1, true));
            assertThatThrownBy(() -> image.discardAll(wrong)).isInstanceOf(InvalidArgumentException.class);
            assertThat(TestData.readAll(image)).isEqualTo(bytes);
            image.discardAll(List.of(
                    new Extent(2L * blockSize, blockSize, false),
                    new Extent(blockSize, blockSize, true),
                    new Extent(blockSize + 5, blockSize, true)));
            assertThat(image.extents(0, bytes.length))
                    .containsExactly(
                            new Extent(0, blockSize, true),
                            new Extent(blockSize, 2L * blockSize, false),
                            new Extent(3L * blockSize, blockSize, true));
        }
    }

    @Test
    void aDeletedImageTakesItsWritesAlong() throws IOException {
        byte[] bytes = TestData.distinctBlocks(blockSize, 1, 4);
        createImage("a", bytes);
        images.rename("a", "b");
        assertThat(readImage("b")).isEqualTo(bytes);
        images.delete("b");
        createImage("b", block(9));
        assertThat(readImage("b")).isEqualTo(block(9));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(1);
        assertThat(volume.statistics().unflushedBytes()).isZero();
    }
}
