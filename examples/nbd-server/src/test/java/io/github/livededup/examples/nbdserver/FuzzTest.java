package io.github.livededup.examples.nbdserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of sessions that are wrong somewhere: valid ones with bytes changed, left out, doubled or cut off, and noise. The
 * server serves others all the while, and nothing of what was wrong stays behind. Sessions are sent without waiting for
 * answers, so that a case takes no longer than its bytes.
 */
class FuzzTest {
    private static final int CASES = 4000;
    private static final long SEED = 20_261_125;

    @TempDir
    Path directory;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private void option(int code, byte[] data) throws IOException {
        out.writeLong(Magic.OPTION);
        out.writeInt(code);
        out.writeInt(data.length);
        out.write(data);
    }

    private void request(Random random) throws IOException {
        int type = random.nextInt(10) == 0 ? random.nextInt(1 << 16) : random.nextInt(9);
        int lengthBytes = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(20_000);
        out.writeInt(Magic.REQUEST);
        out.writeShort(random.nextInt(4) == 0 ? random.nextInt(1 << 16) : 1 << random.nextInt(5));
        out.writeShort(type);
        out.writeLong(random.nextLong());
        out.writeLong(random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(TestServer.DISK_BYTES));
        out.writeInt(lengthBytes);
        if (type == 1 && lengthBytes >= 0 && lengthBytes < 20_000) {
            byte[] payload = new byte[lengthBytes];
            random.nextBytes(payload);
            out.write(payload);
        }
    }

    /** A handshake that is right, more or less: random options, then an export. */
    private byte[] handshake(Random random) throws IOException {
        bytes.reset();
        out.writeInt(random.nextInt(20) == 0 ? random.nextInt() : 3);
        String export = random.nextInt(10) == 0 ? "x".repeat(random.nextInt(300)) : "scratch";
        int options = random.nextInt(6);
        for (int i = 0; i < options; i++) {
            int code = random.nextInt(12);
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            switch (random.nextInt(4)) {
                case 0 -> option(code, noise);
                case 1 -> option(code, NbdClient.metaData(export, "base:allocation"));
                case 2 -> option(code, NbdClient.infoData(export, 1, 2, random.nextInt(1 << 16)));
                default -> option(code, new byte[0]);
            }
        }
        if (random.nextBoolean()) {
            option(OptionCode.STRUCTURED_REPLY, new byte[0]);
            option(OptionCode.SET_META_CONTEXT, NbdClient.metaData(export, "base:allocation"));
        }
        option(OptionCode.GO, NbdClient.infoData(export));
        return bytes.toByteArray();
    }

    /** Requests that are right, more or less. */
    private byte[] requests(Random random) throws IOException {
        bytes.reset();
        int requests = 1 + random.nextInt(8);
        for (int i = 0; i < requests; i++) {
            request(random);
        }
        return bytes.toByteArray();
    }

    /** A handshake that is right, or not, and requests that are right, or not. */
    private byte[] session(Random random) throws IOException {
        byte[] first;
        if (random.nextBoolean()) {
            first = broken(handshake(random), random);
        } else {
            bytes.reset();
            out.writeInt(3);
            option(OptionCode.STRUCTURED_REPLY, new byte[0]);
            option(OptionCode.SET_META_CONTEXT, NbdClient.metaData("scratch", "base:allocation"));
            option(OptionCode.GO, NbdClient.infoData("scratch"));
            first = bytes.toByteArray();
        }
        byte[] second = broken(requests(random), random);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] broken(byte[] original, Random random) {
        byte[] result = original.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                int flips = 1 + random.nextInt(8);
                for (int i = 0; i < flips; i++) {
                    result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 1 -> result = Arrays.copyOf(result, random.nextInt(result.length));
            case 2 -> {
                int at = random.nextInt(result.length);
                for (int i = at; i < Math.min(at + 8, result.length); i++) {
                    result[i] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
                }
            }
            case 3 -> {
                int from = random.nextInt(result.length);
                int to = from + random.nextInt(result.length - from);
                byte[] shorter = new byte[result.length - (to - from)];
                System.arraycopy(result, 0, shorter, 0, from);
                System.arraycopy(result, to, shorter, from, result.length - to);
                result = shorter;
            }
            case 4 -> random.nextBytes(result);
            default -> {
                // as it is
            }
        }
        return result;
    }

    @Test
    void nothingThatAClientSendsHarmsTheServerOrOthers() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start(directory)) {
            server.volume.images().create("scratch", TestServer.DISK_BYTES).close();
            byte[] data = new byte[50_000];
            new Random(1).nextBytes(data);
            try (NbdClient witness = server.client()) {
                witness.write(777, data);
                for (int i = 0; i < CASES; i++) {
                    Random random = new Random(SEED + i);
                    byte[] session = session(random);
                    try (NbdClient client = server.connect()) {
                        client.out.write(session);
                        client.out.flush();
                        if (random.nextInt(4) != 0) {
                            client.hangUp();
                            client.in.readAllBytes(); // until the server hangs up; or go with replies unread
                        }
                    } catch (SocketTimeoutException e) {
                        throw new AssertionError("case " + i + ": the server neither answers nor hangs up", e);
                    } catch (IOException e) {
                        // The server has hung up first.
                    }
                    if (i % 20 == 0) {
                        assertThat(witness.read(777, data.length).data())
                                .as("case %d", i)
                                .isEqualTo(data);
                    }
                    TestServer.await(() -> server.figure("connections", "open") < 32);
                }
                TestServer.await(() -> server.figure("connections", "open") == 1);
                assertThat(witness.read(777, data.length).data()).isEqualTo(data);
                assertThat(witness.flush().error()).isZero();
            }
            TestServer.await(() -> server.figure("connections", "open") == 0);
            assertThat(server.server.bytesInFlight()).isZero();
            // Many of them came as far as requests; else this test tests little.
            assertThat(server.figure("connections", "served")).isGreaterThan(CASES / 4);
            assertThat(server.figure("connections", "broken")).isGreaterThan(CASES / 10);
        }
    }
}
