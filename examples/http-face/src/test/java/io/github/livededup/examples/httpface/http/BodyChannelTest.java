package io.github.livededup.examples.httpface.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A body has its length, or it is none; whatever the server below makes of a client that goes away. */
class BodyChannelTest {
    private final ByteBuffer into = ByteBuffer.allocate(10);

    private static BodyChannel channel(int sent, int length) {
        return new BodyChannel(new ByteArrayInputStream(new byte[sent]), length);
    }

    @Test
    void anEarlyEndIsAFailure() throws IOException {
        BodyChannel channel = channel(2, 3);
        assertThat(channel.read(into)).isEqualTo(2);
        assertThatThrownBy(() -> channel.read(into)).satisfies(BodyChannelTest::isTheClientsFault);
    }

    @Test
    void aConnectionThatBreaksIsTheClientsFaultInAnImportToo(@TempDir Path directory) throws IOException {
        BodyChannel channel = new BodyChannel(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new SocketException("Connection reset");
                    }
                },
                3);
        assertThatThrownBy(() -> channel.read(into)).satisfies(BodyChannelTest::isTheClientsFault);
        try (Volume volume = LiveDedup.openOrCreate(directory.resolve("volume"), VolumeOptions.defaults())) {
            assertThatThrownBy(() -> volume.images().importChannel(channel, "a", TransferOptions.defaults()))
                    .satisfies(BodyChannelTest::isTheClientsFault);
        }
    }

    private static void isTheClientsFault(Throwable failure) {
        assertThat(Answers.statusOf((Exception) failure)).isEqualTo(Status.BAD_REQUEST);
        assertThat(failure).hasMessageContaining("the client went away");
    }

    @Test
    void whatFollowsIsNotRead() throws IOException {
        BodyChannel channel = channel(5, 3);
        assertThat(channel.read(into)).isEqualTo(3);
        assertThat(channel.read(into)).isEqualTo(-1);
    }
}
