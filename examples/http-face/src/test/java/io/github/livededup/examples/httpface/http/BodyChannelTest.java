package io.github.livededup.examples.httpface.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

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
        assertThatThrownBy(() -> channel.read(into)).isInstanceOf(EOFException.class);
    }

    @Test
    void whatFollowsIsNotRead() throws IOException {
        BodyChannel channel = channel(5, 3);
        assertThat(channel.read(into)).isEqualTo(3);
        assertThat(channel.read(into)).isEqualTo(-1);
    }
}
