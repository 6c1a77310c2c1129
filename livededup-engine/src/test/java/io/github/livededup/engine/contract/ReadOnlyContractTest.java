package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.PutBatch;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.TransferOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A volume that is open for reading only gives everything and takes nothing. */
class ReadOnlyContractTest extends VolumeContract {
    private long address;

    @BeforeEach
    void openReadOnly() throws IOException {
        createImage("a", TestData.blocks(blockSize, 1, 0, 2));
        address = put(block(3));
        volume.close();
        use(configuration.openReadOnly(directory));
    }

    @Test
    void readsEverything() throws IOException {
        assertThat(readImage("a")).isEqualTo(TestData.blocks(blockSize, 1, 0, 2));
        assertThat(get(address)).isEqualTo(block(3));
        assertThat(blocks.references(address)).isEqualTo(1);
        assertThat(blocks.find(ByteBuffer.wrap(blocks.fingerprint(ByteBuffer.wrap(block(3))))))
                .hasValue(address);
        assertThat(images.list()).hasSize(1);
        assertThat(images.statistics("a").distinctBlocks()).isEqualTo(2);
        assertThat(images.exclusiveBytes("a"))
                .isEqualTo(images.statistics("a").exclusiveBytes())
                .isPositive();
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(3);
        try (Image image = images.open("a")) {
            assertThat(image.isReadOnly()).isTrue();
            assertThat(image.extents(0, 3L * blockSize)).hasSize(3);
        }
    }

    @Test
    void refusesEveryChangeOfBlocks() throws IOException {
        ByteBuffer block = ByteBuffer.wrap(block(9));
        assertRefused(() -> blocks.put(block));
        assertRefused(() -> blocks.put(ByteBuffer.wrap(block(3))));
        assertRefused(() -> blocks.putAll(block, new PutBatch(1)));
        assertRefused(() -> blocks.retain(address));
        assertRefused(() -> blocks.release(address));
        assertThat(block.position()).isZero();
        assertThat(blocks.references(address)).isEqualTo(1);
    }

    @Test
    void refusesEveryChangeOfImages() throws IOException {
        TransferOptions options = TransferOptions.defaults();
        Path file = Files.write(temporary.resolve("f"), block(9));
        assertRefused(() -> images.create("b", 1));
        assertRefused(() -> images.rename("a", "b"));
        assertRefused(() -> images.delete("a"));
        assertRefused(() -> images.snapshot("a", "b"));
        assertRefused(() -> images.clone("a", "b"));
        assertRefused(() -> images.importFile(file, "b", options));
        assertRefused(
                () -> images.importChannel(Channels.newChannel(new ByteArrayInputStream(block(9))), "b", options));
        try (Image image = images.open("a")) {
            assertRefused(() -> image.write(ByteBuffer.allocate(1), 0));
            assertRefused(() -> image.resize(1));
            assertRefused(() -> image.discard(0, 1));
        }
        assertThat(images.list()).hasSize(1);
        assertThat(readImage("a")).isEqualTo(TestData.blocks(blockSize, 1, 0, 2));
    }

    @Test
    void leavesTheVolumeAsItWas() throws IOException {
        volume.close();
        use(configuration.open(directory));
        assertThat(readImage("a")).isEqualTo(TestData.blocks(blockSize, 1, 0, 2));
        createImage("b", block(9));
        assertThat(volume.statistics().uniqueBlocks()).isEqualTo(4);
    }

    private static void assertRefused(ThrowingCallable change) {
        assertThatThrownBy(change).isInstanceOf(ReadOnlyException.class);
    }
}
