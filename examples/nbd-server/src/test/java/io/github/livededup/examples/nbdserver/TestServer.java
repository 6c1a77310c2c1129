package io.github.livededup.examples.nbdserver;

import io.github.livededup.Image;
import io.github.livededup.IndexBackend;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.nbdserver.export.CloneMode;
import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.server.NbdServer;
import io.github.livededup.examples.nbdserver.server.ServerLimits;
import io.github.livededup.examples.nbdserver.server.ServerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** A server over a small volume of its own, listening at a port of its own. */
final class TestServer implements AutoCloseable {
    static final int BLOCK_BYTES = 4096;
    static final int DISK_BYTES = 8 << 20;
    /** Small, so that tests reach them. */
    static final ServerLimits LIMITS = new ServerLimits(
            64,
            4,
            16,
            32 << 20,
            64 << 20,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(20));

    final Path directory;
    final Volume volume;
    final NbdServer server;

    /** A server with the image "disk", which is empty. */
    static TestServer start(Path directory) throws IOException {
        return start(directory, LIMITS, ExportSettings.DEFAULTS, TlsPolicy.NONE);
    }

    static TestServer start(Path directory, CloneMode clones) throws IOException {
        return start(directory, LIMITS, new ExportSettings(false, clones, ""), TlsPolicy.NONE);
    }

    static TestServer start(Path directory, ServerLimits limits, ExportSettings exports, TlsPolicy tls)
            throws IOException {
        Volume volume =
                LiveDedup.openOrCreate(directory.resolve("volume"), options().build());
        if (volume.images().list().isEmpty()) {
            volume.images().create("disk", DISK_BYTES).close();
        }
        return new TestServer(directory, volume, limits, exports, tls, null);
    }

    static VolumeOptions.Builder options() {
        return VolumeOptions.builder()
                .groupSizeBytes(1 << 20)
                .memoryBudgetBytes(32 << 20)
                .workerThreads(1)
                .indexBackend(IndexBackend.BUILT_IN);
    }

    TestServer(
            Path directory, Volume volume, ServerLimits limits, ExportSettings exports, TlsPolicy tls, Path unixSocket)
            throws IOException {
        this.directory = directory;
        this.volume = volume;
        server = new NbdServer(
                volume,
                new ServerSettings(
                        unixSocket, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, exports, limits));
        server.start();
    }

    SocketAddress address() throws IOException {
        return server.addresses().get(server.addresses().size() - 1);
    }

    NbdClient connect() throws IOException {
        return NbdClient.connect(address());
    }

    /** A client with the image "disk" open, structured replies and block status. */
    NbdClient client() throws IOException {
        NbdClient client = connect();
        client.open("disk");
        return client;
    }

    byte[] content(String image, long position, int lengthBytes) throws IOException {
        try (Image open = volume.images().openReadOnly(image)) {
            ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
            while (bytes.hasRemaining() && open.read(bytes, position + bytes.position()) > 0) {
                // the rest
            }
            return bytes.array();
        }
    }

    long figure(String group, String name) {
        Object map = server.metrics().toMap().get(group);
        return (long) ((Map<?, ?>) map).get(name);
    }

    /** How many requests of a kind were answered. */
    long answered(String command) {
        Map<?, ?> requests = (Map<?, ?>) server.metrics().toMap().get("requests");
        return (long) ((Map<?, ?>) Objects.requireNonNull(requests.get(command))).get("requests");
    }

    /** Waits, for a minute at most, until something is so. */
    static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 6000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        if (!condition.getAsBoolean()) {
            throw new AssertionError("waited for a minute in vain");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        volume.close();
    }
}
