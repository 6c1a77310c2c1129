package io.github.livededup.examples.httpface;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.httpface.http.HttpFace;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real requests over TCP. */
class HttpFaceTest {
    private static final int THREADS = 8;

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final byte[] data = new byte[3_000_001];
    private Volume volume;
    private HttpFace face;

    @BeforeEach
    void start() throws IOException {
        new Random(1).nextBytes(data);
        open(false);
    }

    private void open(boolean readOnly) throws IOException {
        volume = LiveDedup.openOrCreate(
                directory.resolve("volume"),
                VolumeOptions.builder().readOnly(readOnly).build());
        face = new HttpFace(volume, readOnly, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), THREADS, 120);
        face.start();
    }

    @AfterEach
    void stop() throws IOException {
        face.close();
        volume.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + face.address().getPort() + path);
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    private int put(String path, byte[] content, String... headers) throws IOException, InterruptedException {
        return send("PUT", path, BodyPublishers.ofByteArray(content), headers).statusCode();
    }

    private List<String> images() throws IOException {
        return volume.images().list().stream().map(ImageInfo::name).toList();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @Test
    void imagesArePutReadReplacedAndDeleted() throws Exception {
        assertThat(put("/images/a%20b%C3%BC+", data)).isEqualTo(201);
        assertThat(images()).containsExactly("a b\u00fc+");
        HttpResponse<byte[]> whole = get("/images/a%20b%C3%BC+");
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(data);
        assertThat(header(whole, "Accept-Ranges")).isEqualTo("bytes");
        HttpResponse<byte[]> head = send("HEAD", "/images/a%20b%C3%BC+", BodyPublishers.noBody());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("3000001");
        assertThat(put("/images/a%20b%C3%BC+", new byte[] {1, 2, 3})).isEqualTo(204);
        assertThat(get("/images/a%20b%C3%BC+").body()).containsExactly(1, 2, 3);
        assertThat(put("/images/empty", new byte[0])).isEqualTo(201);
        assertThat(get("/images/empty").body()).isEmpty();
        assertThat(send("DELETE", "/images/a%20b%C3%BC+", BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(204);
        assertThat(get("/images/a%20b%C3%BC+").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/images/a%20b%C3%BC+", BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(404);
        assertThat(images()).containsExactly("empty");
    }

    @Test
    void rangesAreRead() throws Exception {
        put("/images/a", data);
        assertRange("bytes=100-199", 100, 200);
        assertRange("bytes=2999999-", 2_999_999, 3_000_001);
        assertRange("bytes=-5", 2_999_996, 3_000_001);
        assertRange("bytes=3000000-9999999", 3_000_000, 3_000_001);
        assertRange("bytes=4095-2000000", 4095, 2_000_001);
        for (String wrong : List.of("bytes=3000001-", "bytes=-0", "bytes=9999999-99999999")) {
            HttpResponse<byte[]> refusal = get("/images/a", "Range", wrong);
            assertThat(refusal.statusCode()).as(wrong).isEqualTo(416);
            assertThat(header(refusal, "Content-Range")).isEqualTo("bytes */3000001");
        }
        for (String ignored : List.of("bytes=5-4", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=x-")) {
            assertThat(get("/images/a", "Range", ignored).statusCode())
                    .as(ignored)
                    .isEqualTo(200);
        }
    }

    private void assertRange(String range, int from, int to) throws Exception {
        HttpResponse<byte[]> response = get("/images/a", "Range", range);
        assertThat(response.statusCode()).as(range).isEqualTo(206);
        assertThat(header(response, "Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/3000001");
        assertThat(response.body()).isEqualTo(Arrays.copyOfRange(data, from, to));
    }

    @Test
    void rangesAreWritten() throws Exception {
        put("/images/a", data);
        byte[] part = new byte[1_500_000];
        new Random(2).nextBytes(part);
        assertThat(put("/images/a", part, "Content-Range", "bytes 4097-1504096/*"))
                .isEqualTo(204);
        System.arraycopy(part, 0, data, 4097, part.length);
        assertThat(get("/images/a").body()).isEqualTo(data);
        assertThat(put("/images/a", part, "Content-Range", "bytes 2000000-3499999/*"))
                .isEqualTo(416);
        assertThat(put("/images/a", part, "Content-Range", "bytes 0-5/*")).isEqualTo(400);
        assertThat(put("/images/a", part, "Content-Range", "bytes 5-0/*")).isEqualTo(400);
        assertThat(put("/images/a", part, "Content-Range", "all of it")).isEqualTo(400);
        assertThat(put("/images/none", part, "Content-Range", "bytes 0-1499999/*"))
                .isEqualTo(404);
        assertThat(get("/images/a").body()).isEqualTo(data);
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        volume.images().create("a", 10).close();
        volume.images().snapshot("a", "s").sizeBytes();
        assertThat(put("/images/s", new byte[] {1}, "Content-Range", "bytes 0-0/*"))
                .isEqualTo(403);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/images/../../etc/passwd").statusCode()).isEqualTo(400);
        assertThat(get("/images/..%2F..%2Fetc%2Fpasswd").statusCode()).isEqualTo(400);
        assertThat(put("/images/%0A", new byte[1])).isEqualTo(400);
        for (String noUtf8 : List.of("a%FF", "%C3", "%C3%28", "%ED%A0%80", "%C0%AF")) {
            assertThat(put("/images/" + noUtf8, new byte[1])).as(noUtf8).isEqualTo(400);
        }
        assertThat(put("/images/.~http-x", new byte[1])).isEqualTo(403);
        assertThat(send("POST", "/images/a", BodyPublishers.ofByteArray(data)).statusCode())
                .isEqualTo(405);
        assertThat(put("/images", new byte[1])).isEqualTo(405);
        HttpResponse<byte[]> chunked =
                send("PUT", "/images/c", BodyPublishers.ofInputStream(() -> InputStream.nullInputStream()));
        assertThat(chunked.statusCode()).isEqualTo(411);
        assertThat(images()).containsExactly("a", "s");
    }

    @Test
    void aSnapshotIsNotReplaced() throws Exception {
        put("/images/a", new byte[] {1, 2});
        volume.images().snapshot("a", "s");
        assertThat(put("/images/s", data)).isEqualTo(403);
        assertThat(volume.images().info("s").isSnapshot()).isTrue();
        assertThat(get("/images/s").body()).containsExactly(1, 2);
        assertThat(images()).containsExactly("a", "s");
    }

    @Test
    void aSnapshotThatIsMadeDuringAnUploadIsNotReplaced() throws Exception {
        put("/images/a", new byte[] {1, 2});
        byte[] half = new byte[40 << 20]; // more than sockets hold: when it is sent, most of it has been read
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), face.address().getPort())) {
            String headers = "PUT /images/s HTTP/1.1\r\nHost: x\r\nContent-Length: " + 2 * half.length + "\r\n\r\n";
            socket.getOutputStream().write(headers.getBytes(UTF_8));
            socket.getOutputStream().write(half);
            volume.images().snapshot("a", "s");
            socket.getOutputStream().write(half);
            assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                    .isEqualTo("HTTP/1.1 403");
        }
        assertThat(get("/images/s").body()).containsExactly(1, 2);
        assertThat(images()).containsExactly("a", "s");
    }

    @Test
    void listAndStatisticsAreJson() throws Exception {
        put("/images/a", data);
        HttpResponse<byte[]> list = get("/images");
        assertThat(header(list, "Content-Type")).isEqualTo("application/json");
        assertThat(new String(list.body(), UTF_8))
                .contains("\"name\":\"a\",\"sizeBytes\":3000001", "\"snapshot\":false");
        assertThat(new String(get("/statistics").body(), UTF_8)).contains("\"images\":1,\"logicalBytes\":3000001");
        assertThat(face.metrics().get("put").toString()).contains("requests=1", "bytes=3000001");
    }

    /** Sends the beginning of a body and goes away; returns when the server has noticed. */
    private void putAndGoAway(String headers) throws Exception {
        long before = requests("put");
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), face.address().getPort())) {
            socket.getOutputStream()
                    .write(("PUT /images/a HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n").getBytes(UTF_8));
            socket.getOutputStream().write(data, 0, 2_000_000);
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (requests("put") == before) {
            assertThat(System.nanoTime()).as("the server notices").isLessThan(end);
            Thread.sleep(10);
        }
    }

    private long requests(String method) {
        return (Long) ((Map<?, ?>) face.metrics().get(method)).get("requests");
    }

    @Test
    void anUploadThatIsCutOffLeavesNothing() throws Exception {
        putAndGoAway("Content-Length: 3000001\r\n");
        assertThat(images()).isEmpty();
        put("/images/a", new byte[] {1, 2});
        putAndGoAway("Content-Length: 3000001\r\n");
        assertThat(images()).containsExactly("a");
        assertThat(get("/images/a").body()).containsExactly(1, 2);
    }

    @Test
    void whatACrashLeftOfUploadsIsRemoved() throws Exception {
        volume.images().create(".~http-left", 10).close();
        stop();
        open(false);
        assertThat(images()).isEmpty();
    }

    @Test
    void manyClientsAtOnce() throws Exception {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] own = Arrays.copyOfRange(data, i, 500_000 + i);
            String path = "/images/i" + i;
            all.add(client.sendAsync(
                            HttpRequest.newBuilder(uri(path))
                                    .PUT(BodyPublishers.ofByteArray(own))
                                    .build(),
                            BodyHandlers.discarding())
                    .thenCompose(put ->
                            client.sendAsync(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray()))
                    .thenAccept(got -> assertThat(got.body()).isEqualTo(own)));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(4, TimeUnit.MINUTES);
        assertThat(images()).hasSize(40);
    }

    @Test
    void aRequestIsFinishedBeforeItStops() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> closing;
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), face.address().getPort())) {
            socket.getOutputStream()
                    .write("PUT /images/a HTTP/1.1\r\nHost: x\r\nContent-Length: 3000001\r\n\r\n".getBytes(UTF_8));
            socket.getOutputStream().write(data, 0, 1_000_000);
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (!face.metrics().get("working").equals(1L)) {
                assertThat(System.nanoTime()).as("the request has begun").isLessThan(end);
                Thread.sleep(10);
            }
            closing = CompletableFuture.runAsync(() -> {
                begun.countDown();
                face.close();
            });
            begun.await();
            socket.getOutputStream().write(data, 1_000_000, 2_000_001);
            byte[] answer = socket.getInputStream().readNBytes(12);
            assertThat(new String(answer, UTF_8)).isEqualTo("HTTP/1.1 201");
        }
        closing.get(2, TimeUnit.MINUTES);
        try (Image image = volume.images().openReadOnly("a")) {
            ByteBuffer into = ByteBuffer.allocate(data.length);
            image.read(into, 0);
            assertThat(into.array()).isEqualTo(data);
        }
    }

    @Test
    void aVolumeForReadingOnlyIsRead() throws Exception {
        put("/images/a", data);
        stop();
        open(true);
        assertThat(get("/images/a").body()).isEqualTo(data);
        assertThat(put("/images/a", data)).isEqualTo(403);
        assertThat(send("DELETE", "/images/a", BodyPublishers.noBody()).statusCode())
                .isEqualTo(403);
    }
}
