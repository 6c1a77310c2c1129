package io.github.livededup.examples.nbdserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accepting clients when there is something amiss. */
class ListenerTest {
    @Test
    @Timeout(60)
    void aClientThatCannotBeTakenOverIsClosedAndTheNextIsAccepted() throws IOException {
        ServerSocketChannel channel =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        AtomicInteger clients = new AtomicInteger();
        try (Listener listener = new Listener(channel, client -> {
            if (clients.incrementAndGet() == 1) {
                throw new OutOfMemoryError("for the test");
            }
            throw new IllegalStateException("for the test");
        })) {
            listener.start();
            for (int i = 1; i <= 2; i++) {
                try (SocketChannel client = SocketChannel.open(listener.address())) {
                    assertThat(client.read(ByteBuffer.allocate(1))).isNegative();
                    assertThat(clients).hasValue(i);
                }
            }
        }
    }
}
