package io.github.livededup.examples.nbdserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.protocol.Command;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting at a path, and stopping in order. */
class StopTest {
    @TempDir
    Path directory;

    private TestServer atPath(Path path) throws IOException {
        Volume volume = LiveDedup.openOrCreate(
                directory.resolve("volume"), TestServer.options().build());
        if (volume.images().list().isEmpty()) {
            volume.images().create("disk", TestServer.DISK_BYTES).close();
        }
        try {
            return new TestServer(directory, volume, TestServer.LIMITS, ExportSettings.DEFAULTS, TlsPolicy.NONE, path);
        } catch (IOException e) {
            volume.close();
            throw e;
        }
    }

    @Test
    void whatWasAcknowledgedBeforeAStopIsThereAfterIt() throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        CompletableFuture<Void> writing;
        try (TestServer server = TestServer.start(directory)) {
            NbdClient client = server.client();
            writing = CompletableFuture.runAsync(() -> {
                try (client) {
                    for (int i = 0; i < TestServer.DISK_BYTES / 512; i++) {
                        byte[] data = new byte[512];
                        data[0] = 1;
                        if (client.write(512L * i, data).error() != 0) {
                            return;
                        }
                        acknowledged.incrementAndGet();
                    }
                } catch (IOException e) {
                    // The server has stopped.
                }
            });
            TestServer.await(() -> acknowledged.get() > 100);
        }
        writing.get(1, TimeUnit.MINUTES);
        try (TestServer server = TestServer.start(directory)) {
            byte[] content = server.content("disk", 0, TestServer.DISK_BYTES);
            for (int i = 0; i < acknowledged.get(); i++) {
                assertThat(content[512 * i]).as("write %d", i).isEqualTo((byte) 1);
            }
        }
    }

    @Test
    void requestsInFlightAreAnsweredBeforeTheEnd() throws IOException, InterruptedException {
        TestServer server = TestServer.start(directory);
        try (NbdClient client = server.client()) {
            for (int i = 0; i < 16; i++) {
                client.send(Command.WRITE.code(), 0, 0, 4096, new byte[4096]);
            }
            TestServer.await(() -> server.answered("write") > 0);
            server.close();
            int answers = 0;
            while (!client.isClosedByServer()) {
                client.in.readNBytes(15); // the rest of a simple reply
                answers++;
            }
            assertThat(answers).isEqualTo((int) server.answered("write"));
        }
    }

    @Test
    void theUnixSocketServesAndIsRemoved() throws IOException {
        Path path = directory.resolve("socket");
        try (TestServer server = atPath(path);
                NbdClient client = NbdClient.connect(server.server.addresses().get(0))) {
            client.open("disk");
            assertThat(client.write(0, new byte[200_000]).error()).isZero();
            assertThat(client.read(0, 200_000).error()).isZero();
            assertThat(server.server.addresses()).hasSize(2);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aSocketThatNobodyAnswersIsReplacedAndOthersAreNot() throws IOException {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (TestServer server = atPath(path);
                NbdClient client = NbdClient.connect(server.server.addresses().get(0))) {
            client.open("disk");
        }
        try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            alive.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> atPath(path)).isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(path).exists();
        Files.delete(path);
        Files.writeString(path, "a file");
        assertThatThrownBy(() -> atPath(path)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(path).hasContent("a file");
    }

    @Test
    void whatIsNoSocketIsNotReplaced() throws Exception {
        Path target = directory.resolve("target");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(target));
        }
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path path : List.of(link, pipe)) {
            assertThatThrownBy(() -> atPath(path)).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
        }
    }
}
