package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.junit.jupiter.api.Test;

/** An image as a {@link SeekableByteChannel}. */
class ImageChannelContractTest extends VolumeContract {
    @Test
    void writesAndReadsFromItsPosition() throws IOException {
        byte[] bytes = TestData.random(3 * blockSize + 7, 1);
        try (Image image = images.create("a", 0);
                SeekableByteChannel channel = image.channel()) {
            assertThat(channel.position()).isZero();
            assertThat(channel.write(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
            assertThat(channel.position()).isEqualTo(bytes.length);
            assertThat(channel.size()).isEqualTo(bytes.length).isEqualTo(image.sizeBytes());
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(channel.position(5)).isSameAs(channel);
            ByteBuffer into = ByteBuffer.allocate(bytes.length);
            assertThat(channel.read(into)).isEqualTo(bytes.length - 5);
            assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(bytes, 5, bytes.length - 5));
            assertThat(channel.position()).isEqualTo(bytes.length);
        }
    }

    @Test
    void writingPastTheEndGrowsTheImage() throws IOException {
        createImage("a", new byte[] {1, 2, 3});
        try (Image image = images.open("a");
                SeekableByteChannel channel = image.channel()) {
            channel.position(2L * blockSize);
            assertThat(image.sizeBytes()).isEqualTo(3);
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            channel.write(ByteBuffer.wrap(new byte[] {9}));
            assertThat(image.sizeBytes()).isEqualTo(2L * blockSize + 1);
            byte[] expected = new byte[2 * blockSize + 1];
            System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 0, 3);
            expected[2 * blockSize] = 9;
            assertThat(TestData.readAll(image)).isEqualTo(expected);
        }
    }

    @Test
    void truncatingShrinksOnly() throws IOException {
        createImage("a", block(1));
        try (Image image = images.open("a");
                SeekableByteChannel channel = image.channel()) {
            channel.position(50);
            channel.truncate(2L * blockSize);
            assertThat(image.sizeBytes()).isEqualTo(blockSize);
            assertThat(channel.position()).isEqualTo(50);
            channel.truncate(20);
            assertThat(image.sizeBytes()).isEqualTo(20);
            assertThat(channel.position()).isEqualTo(20);
        }
    }

    @Test
    void closingTheChannelLeavesTheImageOpen() throws IOException {
        try (Image image = images.create("a", 10)) {
            SeekableByteChannel channel = image.channel();
            SeekableByteChannel other = image.channel();
            other.position(3);
            assertThat(channel.position()).isZero();
            assertThat(channel.isOpen()).isTrue();
            channel.close();
            channel.close();
            assertThat(channel.isOpen()).isFalse();
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
            assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(ClosedChannelException.class);
            assertThat(image.sizeBytes()).isEqualTo(10);
            assertThat(other.position()).isEqualTo(3);
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        createImage("a", block(1));
        try (Image image = images.openReadOnly("a");
                SeekableByteChannel channel = image.channel()) {
            assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(InvalidArgumentException.class);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(NonWritableChannelException.class);
            assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(NonWritableChannelException.class);
            ByteBuffer into = ByteBuffer.allocate(blockSize);
            assertThat(channel.read(into)).isEqualTo(blockSize);
            assertThat(into.array()).isEqualTo(block(1));
        }
        try (Image image = images.open("a");
                SeekableByteChannel channel = image.channel()) {
            assertThatThrownBy(() -> channel.truncate(-1)).isInstanceOf(InvalidArgumentException.class);
            channel.position(Long.MAX_VALUE);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            assertThat(channel.write(ByteBuffer.allocate(0))).isZero();
            assertThat(image.sizeBytes()).isEqualTo(blockSize);
        }
    }

    @Test
    void streamsWorkOverIt() throws IOException {
        byte[] bytes = TestData.text(2 * blockSize + 1, 3);
        try (Image image = images.create("a", 0);
                OutputStream out = Channels.newOutputStream(image.channel())) {
            out.write(bytes, 0, 100);
            out.write(bytes, 100, bytes.length - 100);
            assertThat(Channels.newInputStream(image.channel()).readAllBytes()).isEqualTo(bytes);
        }
    }
}
