package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.PutBatch;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VolumeClosedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A closed volume refuses every call. */
class ClosedVolumeContractTest extends VolumeContract {
    private final TransferOptions options = TransferOptions.defaults();

    @Test
    void closingTwiceDoesNothing() throws IOException {
        assertThat(volume.isOpen()).isTrue();
        volume.close();
        assertThat(volume.isOpen()).isFalse();
        volume.close();
        assertThat(volume.isOpen()).isFalse();
        assertThat(volume.directory()).isEqualTo(directory);
        assertThat(volume.blockSizeBytes()).isEqualTo(blockSize);
        assertThat(volume.blocks()).isSameAs(blocks);
        assertThat(volume.images()).isSameAs(images);
    }

    @Test
    void theVolumeRefusesCalls() throws IOException {
        volume.close();
        assertRefused(volume::commit);
        assertRefused(volume::statistics);
        assertRefused(() -> volume.verify(VerifyOptions.of(VerifyLevel.STRUCTURE)));
    }

    @Test
    void blocksRefuseCalls() throws IOException {
        long address = put(block(1));
        byte[] fingerprint = blocks.fingerprint(ByteBuffer.wrap(block(1)));
        volume.close();
        assertRefused(() -> blocks.put(ByteBuffer.wrap(block(1))));
        assertRefused(() -> blocks.putAll(ByteBuffer.wrap(block(1)), new PutBatch(1)));
        assertRefused(() -> get(address));
        assertRefused(() -> blocks.getAll(new long[] {address}, 0, 1, ByteBuffer.allocate(blockSize)));
        assertRefused(() -> blocks.retain(address));
        assertRefused(() -> blocks.release(address));
        assertRefused(() -> blocks.references(address));
        assertRefused(() -> blocks.find(ByteBuffer.wrap(fingerprint)));
    }

    @Test
    void imagesRefuseCalls() throws IOException {
        createImage("a", block(1));
        Path file = Files.write(temporary.resolve("f"), block(1));
        volume.close();
        assertRefused(() -> images.create("b", 1));
        assertRefused(() -> images.open("a"));
        assertRefused(() -> images.openReadOnly("a"));
        assertRefused(images::list);
        assertRefused(() -> images.info("a"));
        assertRefused(() -> images.statistics("a"));
        assertRefused(() -> images.rename("a", "b"));
        assertRefused(() -> images.delete("a"));
        assertRefused(() -> images.snapshot("a", "b"));
        assertRefused(() -> images.clone("a", "b"));
        assertRefused(() -> images.exclusiveBytes("a"));
        assertRefused(() -> images.importFile(file, "b", options));
        assertRefused(
                () -> images.importChannel(Channels.newChannel(new ByteArrayInputStream(block(1))), "b", options));
        assertRefused(() -> images.exportFile("a", temporary.resolve("g"), options));
        assertRefused(() -> images.exportChannel("a", Channels.newChannel(new ByteArrayOutputStream()), options));
        assertThat(temporary.resolve("g")).doesNotExist();
    }

    @Test
    void handlesRefuseCalls() throws IOException {
        createImage("a", block(1));
        Image image = images.open("a");
        SeekableByteChannel channel = image.channel();
        volume.close();
        assertRefused(image::name);
        assertRefused(image::sizeBytes);
        assertRefused(image::flush);
        assertRefused(image::channel);
        assertRefused(() -> TestData.read(image, 0, 1));
        assertRefused(() -> image.write(ByteBuffer.allocate(1), 0));
        assertRefused(() -> image.resize(1));
        assertRefused(() -> image.discard(0, 1));
        assertRefused(() -> image.extents(0, 1));
        assertRefused(channel::size);
        assertRefused(() -> channel.read(ByteBuffer.allocate(1)));
        assertRefused(() -> channel.write(ByteBuffer.allocate(1)));
        image.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(VolumeClosedException.class);
    }
}
