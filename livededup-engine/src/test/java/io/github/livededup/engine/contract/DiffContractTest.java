package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which ranges of two images differ. */
class DiffContractTest extends VolumeContract {
    private List<Extent> diff(String base, String name) throws IOException {
        return images.diff(base, name, 0, Long.MAX_VALUE);
    }

    private Extent data(long firstBlock, long blocks) {
        return new Extent(firstBlock * blockSize, blocks * blockSize, true);
    }

    private Extent hole(long firstBlock, long blocks) {
        return new Extent(firstBlock * blockSize, blocks * blockSize, false);
    }

    private void write(String name, long positionBytes, byte[] bytes) throws IOException {
        try (Image image = images.open(name)) {
            image.write(ByteBuffer.wrap(bytes), positionBytes);
        }
    }

    private void resize(String name, long sizeBytes) throws IOException {
        try (Image image = images.open(name)) {
            image.resize(sizeBytes);
        }
    }

    @Test
    void tellsDataAndHolesThatChanged() throws IOException {
        createImage("base", TestData.blocks(blockSize, 1, 2, 3, 0, 5, 6, 7, 0));
        images.clone("base", "image");
        assertThat(diff("base", "image")).isEmpty();
        assertThat(diff("image", "image")).isEmpty();
        write("image", blockSize, TestData.blocks(blockSize, 12, 13, 14, 5, 0));
        assertThat(diff("base", "image")).containsExactly(data(1, 3), hole(5, 1));
        assertThat(diff("image", "base")).containsExactly(data(1, 2), hole(3, 1), data(5, 1));
        write("image", blockSize, TestData.blocks(blockSize, 2, 3, 0, 5, 6));
        assertThat(diff("base", "image")).isEmpty();
    }

    @Test
    void imagesThatWereNeverOne() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 2, 3));
        createImage("b", TestData.blocks(blockSize, 1, 9, 3));
        images.create("hole", 3L * blockSize).close();
        assertThat(diff("a", "b")).containsExactly(data(1, 1));
        assertThat(diff("hole", "b")).containsExactly(data(0, 3));
        assertThat(diff("b", "hole")).containsExactly(hole(0, 3));
    }

    @Test
    void staysWithinTheRange() throws IOException {
        createImage("base", TestData.blocks(blockSize, 1, 2, 3, 4, 5));
        createImage("image", TestData.blocks(blockSize, 11, 12, 13, 14, 15));
        assertThat(images.diff("base", "image", blockSize, 2L * blockSize)).containsExactly(data(1, 2));
        assertThat(images.diff("base", "image", blockSize + 1, 1)).containsExactly(data(1, 1));
        assertThat(images.diff("base", "image", blockSize - 1, 2)).containsExactly(data(0, 2));
        assertThat(images.diff("base", "image", 4L * blockSize + 7, Long.MAX_VALUE))
                .containsExactly(data(4, 1));
        assertThat(images.diff("base", "image", 5L * blockSize, Long.MAX_VALUE)).isEmpty();
        assertThat(images.diff("base", "image", Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
        assertThat(images.diff("base", "image", 0, 0)).isEmpty();
    }

    @Test
    void sizesMayDiffer() throws IOException {
        createImage("base", TestData.blocks(blockSize, 1, 2));
        images.clone("base", "image");
        resize("image", 100L * blockSize);
        assertThat(diff("base", "image")).isEmpty();
        assertThat(diff("image", "base")).isEmpty();
        write("image", 50L * blockSize + 5, new byte[] {1});
        assertThat(diff("base", "image")).containsExactly(data(50, 1));
        assertThat(diff("image", "base")).isEmpty();
        resize("image", 1);
        assertThat(diff("base", "image")).isEmpty();
        resize("image", 0);
        assertThat(diff("base", "image")).isEmpty();
        assertThat(diff("image", "base")).containsExactly(data(0, 2));
    }

    @Test
    void imagesThatEndWithinABlock() throws IOException {
        byte[] bytes = TestData.blocks(blockSize, 1, 2, 3);
        createImage("base", bytes);
        images.clone("base", "image");
        // What is cut off is not the image's any more, though it may still be stored.
        resize("image", 2L * blockSize + 100);
        assertThat(diff("base", "image")).isEmpty();
        assertThat(diff("image", "base")).containsExactly(data(2, 1));
        write("image", 2L * blockSize + 99, new byte[] {(byte) ~bytes[2 * blockSize + 99]});
        assertThat(diff("base", "image")).containsExactly(new Extent(2L * blockSize, 100, true));
        write("image", 2L * blockSize + 99, new byte[] {bytes[2 * blockSize + 99]});
        assertThat(diff("base", "image")).isEmpty();
        resize("image", 3L * blockSize);
        assertThat(diff("base", "image")).containsExactly(data(2, 1));
        resize("base", 2L * blockSize + 100);
        assertThat(diff("base", "image")).isEmpty();
        assertThat(diff("image", "base")).isEmpty();
    }

    @Test
    void seesWritesThatAreNotDurableYet() throws IOException {
        createImage("base", TestData.blocks(blockSize, 1, 2));
        images.clone("base", "image");
        try (Image image = images.open("image")) {
            image.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 10);
            assertThat(diff("base", "image")).containsExactly(data(0, 1));
        }
    }

    @Test
    void refusesWhatIsNotThere() throws IOException {
        createImage("a", block(1));
        assertThatThrownBy(() -> diff("a", "b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> diff("b", "a")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> images.diff("a", "a", -1, 5)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> images.diff("a", "a", 0, -1)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> diff("a", "..")).isInstanceOf(InvalidArgumentException.class);
        volume.close();
        assertThatThrownBy(() -> diff("a", "a")).isInstanceOf(VolumeClosedException.class);
    }

    @Test
    void manyClonesWithRandomHistories() throws IOException {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(List.of("image-0"));
        images.create("image-0", 1000L * blockSize).close();
        for (int step = 0; step < 60; step++) {
            String name = names.get(random.nextInt(names.size()));
            change(name, names, random);
            String base = names.get(random.nextInt(names.size()));
            String other = names.get(random.nextInt(names.size()));
            String message = "seed %d step %d: %s and %s".formatted(seed, step, base, other);
            assertThat(diff(base, other)).as(message).isEqualTo(naive(base, other, 0, Long.MAX_VALUE));
            assertThat(diff(other, base)).as(message).isEqualTo(naive(other, base, 0, Long.MAX_VALUE));
            long from = random.nextInt(1200 * blockSize);
            long length = random.nextInt(100 * blockSize);
            assertThat(images.diff(base, other, from, length))
                    .as("%s from %d length %d", message, from, length)
                    .isEqualTo(naive(base, other, from, length));
        }
    }

    private void change(String name, List<String> names, Random random) throws IOException {
        try (Image image = images.open(name)) {
            long size = image.sizeBytes();
            long at = size == 0 ? 0 : (long) (random.nextDouble() * size);
            int kind = random.nextInt(8);
            if (kind == 0) {
                String clone = "image-" + names.size();
                images.clone(name, clone);
                names.add(clone);
            } else if (kind == 1) {
                int unaligned = random.nextInt(3);
                image.resize(random.nextInt(1100) * (long) blockSize + unaligned * 100L);
            } else if (kind == 2) {
                image.discard(at, Math.min(size - at, random.nextInt(40 * blockSize)));
            } else {
                int length = (int) Math.min(size - at, 1 + random.nextInt(5 * blockSize));
                byte[] bytes = new byte[length];
                Arrays.fill(bytes, (byte) random.nextInt(3));
                image.write(ByteBuffer.wrap(bytes), at);
            }
        }
    }

    /** Compares byte by byte; what is data is told by the image's own map. */
    private List<Extent> naive(String baseName, String name, long position, long length) throws IOException {
        List<Extent> extents = new ArrayList<>();
        try (Image base = images.openReadOnly(baseName);
                Image image = images.openReadOnly(name)) {
            byte[] own = TestData.readAll(image);
            byte[] other = Arrays.copyOf(TestData.readAll(base), own.length);
            long end = length > own.length - position ? own.length : position + length;
            for (long at = position / blockSize * blockSize; at < end; at += blockSize) {
                int to = (int) Math.min(at + blockSize, own.length);
                if (!Arrays.equals(own, (int) at, to, other, (int) at, to)) {
                    boolean isData = image.extents(at, 1).get(0).isData();
                    int last = extents.size() - 1;
                    if (last >= 0
                            && extents.get(last).endBytes() == at
                            && extents.get(last).isData() == isData) {
                        Extent before = extents.get(last);
                        extents.set(last, new Extent(before.positionBytes(), to - before.positionBytes(), isData));
                    } else {
                        extents.add(new Extent(at, to - at, isData));
                    }
                }
            }
        }
        return extents;
    }
}
