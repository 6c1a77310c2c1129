package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.life.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Appending to an image, alone and by several threads. */
class ImageAppendContractTest extends VolumeContract {
    @Test
    void writesBehindTheEnd() throws IOException {
        byte[] bytes = TestData.random(2 * blockSize + 9, 1);
        try (Image image = images.create("a", 0)) {
            assertThat(image.append(ByteBuffer.wrap(bytes, 0, 5))).isZero();
            ByteBuffer rest = ByteBuffer.wrap(bytes, 5, bytes.length - 5);
            assertThat(image.append(rest)).isEqualTo(5);
            assertThat(rest.hasRemaining()).isFalse();
            assertThat(image.append(ByteBuffer.allocate(0))).isEqualTo(bytes.length);
            assertThat(image.sizeBytes()).isEqualTo(bytes.length);
            assertThat(TestData.readAll(image)).isEqualTo(bytes);
        }
    }

    @Test
    void behindAHoleAndAfterAShrink() throws IOException {
        try (Image image = images.create("a", blockSize)) {
            image.write(ByteBuffer.wrap(block(1)), 0);
            image.resize(3);
            image.append(ByteBuffer.wrap(new byte[] {7}));
            image.resize(10);
            image.append(ByteBuffer.wrap(new byte[] {8}));
            byte[] expected = new byte[11];
            System.arraycopy(block(1), 0, expected, 0, 3);
            expected[3] = 7;
            expected[10] = 8;
            assertThat(TestData.readAll(image)).isEqualTo(expected);
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        try (Image image = images.create("a", ImageStore.MAX_IMAGE_SIZE_BYTES)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThatThrownBy(() -> image.append(one)).isInstanceOf(InvalidArgumentException.class);
            assertThat(one.position()).isZero();
            assertThat(image.sizeBytes()).isEqualTo(ImageStore.MAX_IMAGE_SIZE_BYTES);
        }
        try (Image image = images.openReadOnly("a")) {
            assertThatThrownBy(() -> image.append(ByteBuffer.allocate(1))).isInstanceOf(ReadOnlyException.class);
        }
    }

    @Test
    void appendsOfSeveralThreadsDoNotOverlap() throws Exception {
        int record = 100;
        int records = 60;
        images.create("log", 0).close();
        Threads.run(4, thread -> {
            byte[] bytes = new byte[record];
            Arrays.fill(bytes, (byte) (thread + 1));
            try (Image image = images.open("log")) {
                for (int i = 0; i < records; i++) {
                    image.append(ByteBuffer.wrap(bytes));
                }
            }
            return null;
        });
        byte[] all = readImage("log");
        assertThat(all).hasSize(4 * records * record);
        int[] counts = new int[5];
        for (int at = 0; at < all.length; at += record) {
            byte[] expected = new byte[record];
            Arrays.fill(expected, all[at]);
            assertThat(Arrays.copyOfRange(all, at, at + record)).isEqualTo(expected);
            counts[all[at]]++;
        }
        assertThat(counts).containsExactly(0, records, records, records, records);
    }
}
