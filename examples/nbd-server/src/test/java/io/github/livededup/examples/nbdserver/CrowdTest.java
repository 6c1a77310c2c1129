package io.github.livededup.examples.nbdserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.server.ServerLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients, clients that vanish, clients that do not listen. */
class CrowdTest {
    private static final int CLIENTS = 32;
    private static final int REGION_BYTES = TestServer.DISK_BYTES / CLIENTS;

    @TempDir
    Path directory;

    private static ServerLimits limits(int connections, Duration stallTimeout) {
        return limits(connections, stallTimeout, stallTimeout);
    }

    private static ServerLimits limits(int connections, Duration stallTimeout, Duration crowdedStallTimeout) {
        return new ServerLimits(
                connections,
                4,
                16,
                32 << 20,
                64 << 20,
                Duration.ofSeconds(60),
                stallTimeout,
                crowdedStallTimeout,
                Duration.ofSeconds(20));
    }

    /** A client that asks for so much that it holds 32 MiB, whatever its socket takes, and takes none of it. */
    private static NbdClient deafClient(TestServer server) throws IOException {
        NbdClient deaf = server.client();
        for (int i = 0; i < 16; i++) {
            deaf.send(Command.READ.code(), 0, 0, 4 << 20, new byte[0]);
        }
        return deaf;
    }

    /** Fills the disk with what is no hole. */
    private static void fill(TestServer server) throws IOException, InterruptedException {
        try (NbdClient writer = server.client()) {
            byte[] data = new byte[TestServer.DISK_BYTES];
            new Random(2).nextBytes(data);
            writer.write(0, data);
        }
        TestServer.await(() -> server.figure("connections", "open") == 0);
    }

    /** Writes, discards and reads its own part of the disk at random, and compares; returns what must be there. */
    private static byte[] work(TestServer server, int number) throws IOException {
        Random random = new Random(number);
        byte[] model = new byte[REGION_BYTES];
        long base = (long) number * REGION_BYTES;
        try (NbdClient client = server.client()) {
            for (int i = 0; i < 60; i++) {
                int at = random.nextInt(REGION_BYTES);
                int lengthBytes = 1 + random.nextInt(Math.min(40_000, REGION_BYTES - at));
                switch (random.nextInt(6)) {
                    case 0 -> {
                        assertThat(client.request(Command.TRIM, 0, base + at, lengthBytes)
                                        .error())
                                .isZero();
                        Arrays.fill(model, at, at + lengthBytes, (byte) 0);
                    }
                    case 1, 2, 3 -> {
                        byte[] data = new byte[lengthBytes];
                        random.nextBytes(data);
                        assertThat(client.write(base + at, data).error()).isZero();
                        System.arraycopy(data, 0, model, at, lengthBytes);
                    }
                    default ->
                        assertThat(client.read(base + at, lengthBytes).data())
                                .isEqualTo(Arrays.copyOfRange(model, at, at + lengthBytes));
                }
            }
            assertThat(client.flush().error()).isZero();
            client.disconnect();
        }
        return model;
    }

    @Test
    void thirtyTwoClientsAreServedAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (TestServer server = TestServer.start(directory)) {
            List<Future<byte[]>> models = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                models.add(threads.submit(() -> work(server, number)));
            }
            for (int i = 0; i < CLIENTS; i++) {
                byte[] model = models.get(i).get();
                assertThat(server.content("disk", (long) i * REGION_BYTES, REGION_BYTES))
                        .isEqualTo(model);
            }
            TestServer.await(() -> server.figure("connections", "open") == 0);
            assertThat(server.figure("connections", "served")).isEqualTo(CLIENTS);
            assertThat(server.server.bytesInFlight()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void oneMoreThanAllowedIsTurnedAwayUntilSomebodyGoes() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start(
                        directory, limits(2, Duration.ofMinutes(1)), ExportSettings.DEFAULTS, TlsPolicy.NONE);
                NbdClient first = server.client();
                NbdClient second = server.client();
                NbdClient third = server.connect()) {
            assertThat(third.isClosedByServer()).isTrue();
            assertThat(server.figure("connections", "refused")).isEqualTo(1);
            first.disconnect();
            TestServer.await(() -> server.figure("connections", "open") == 1);
            try (NbdClient fourth = server.client()) {
                assertThat(fourth.read(0, 1).error()).isZero();
            }
            assertThat(second.read(0, 1).error()).isZero();
        }
    }

    @Test
    void aClientThatVanishesWithinAWriteLeavesNothingOfIt() throws IOException, InterruptedException {
        byte[] before = new byte[1 << 20];
        new Random(1).nextBytes(before);
        try (TestServer server = TestServer.start(directory)) {
            try (NbdClient client = server.client()) {
                client.write(0, before);
                client.send(Command.WRITE.code(), 0, 0, before.length, new byte[before.length / 2]);
                assertThat(server.server.bytesInFlight()).isLessThanOrEqualTo(before.length);
            }
            TestServer.await(() -> server.figure("connections", "open") == 0);
            assertThat(server.content("disk", 0, before.length)).isEqualTo(before);
            assertThat(server.server.bytesInFlight()).isZero();
            assertThat(server.figure("connections", "broken")).isEqualTo(1);
            try (NbdClient client = server.client()) {
                assertThat(client.read(0, before.length).data()).isEqualTo(before);
            }
        }
    }

    @Test
    void clientsThatDoNotTakeTheirRepliesHoldUpNobodyElse() throws IOException, InterruptedException {
        int connections = 8;
        try (TestServer server = TestServer.start(
                directory, limits(connections, Duration.ofSeconds(60)), ExportSettings.DEFAULTS, TlsPolicy.NONE)) {
            fill(server);
            NbdClient deaf = server.client();
            for (int i = 0; i < 40; i++) {
                deaf.send(Command.READ.code(), 0, 0, 4 << 20, new byte[0]); // 160 MiB in all
            }
            int most = 0;
            int others = 20;
            for (int i = 0; i < others; i++) {
                most = Math.max(most, server.server.bytesInFlight());
                try (NbdClient other = server.client()) {
                    assertThat(other.read(1000, 1000).error()).isZero();
                }
            }
            // And what the others have in flight: it counts until some time after they have their reply.
            assertThat(most).isBetween(4 << 20, (32 << 20) + others * 1000);
            deaf.close();
            TestServer.await(() -> server.figure("connections", "open") == 0);
            assertThat(server.server.bytesInFlight()).isZero();
        }
    }

    @Test
    void smallRequestsAndFlushesNeedNoRoomThatOthersHold() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start(
                directory, limits(8, Duration.ofMinutes(10)), ExportSettings.DEFAULTS, TlsPolicy.NONE)) {
            fill(server);
            try (NbdClient deaf = deafClient(server);
                    NbdClient deafToo = deafClient(server);
                    NbdClient waiting = server.client();
                    NbdClient other = server.client()) {
                TestServer.await(() -> server.server.bytesInFlight() >= (64 << 20));
                waiting.send(Command.READ.code(), 0, 0, 4 << 20, new byte[0]);
                assertThat(other.flush().error()).isZero();
                assertThat(other.read(1000, 64 << 10).error()).isZero();
                assertThat(other.write(1000, new byte[64 << 10]).error()).isZero();
                assertThat(other.request(Command.TRIM, 0, 0, 4096).error()).isZero();
                assertThat(server.figure("connections", "stalled")).isZero();
            }
        }
    }

    @Test
    void whoHoldsRoomThatOthersNeedIsCutOffSooner() throws IOException, InterruptedException {
        ServerLimits limits = limits(8, Duration.ofMinutes(10), Duration.ofMillis(200));
        try (TestServer server = TestServer.start(directory, limits, ExportSettings.DEFAULTS, TlsPolicy.NONE)) {
            fill(server);
            try (NbdClient small = server.client();
                    NbdClient deaf = deafClient(server);
                    NbdClient deafToo = deafClient(server);
                    NbdClient large = server.client()) {
                small.send(Command.WRITE.code(), 0, 0, 1000, new byte[500]);
                TestServer.await(() -> server.server.bytesInFlight() >= (64 << 20));
                assertThat(large.read(0, 8 << 20).error()).isZero();
                assertThat(large.write(0, new byte[8 << 20]).error()).isZero();
                assertThat(server.figure("connections", "stalled")).isBetween(1L, 2L);
                small.out.write(new byte[500]);
                small.out.flush();
                assertThat(small.in.readInt()).isEqualTo(Magic.SIMPLE_REPLY);
            }
        }
    }

    @Test
    void aClientThatStopsWithinAMessageIsCutOff() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start(
                        directory, limits(8, Duration.ofMillis(300)), ExportSettings.DEFAULTS, TlsPolicy.NONE);
                NbdClient patient = server.client();
                NbdClient stuck = server.client();
                NbdClient deaf = server.client()) {
            stuck.send(Command.WRITE.code(), 0, 0, 1000, new byte[500]);
            byte[] data = new byte[TestServer.DISK_BYTES];
            new Random(3).nextBytes(data);
            deaf.write(0, data);
            for (int i = 0; i < 16; i++) {
                deaf.send(Command.READ.code(), 0, 0, 8 << 20, new byte[0]);
            }
            assertThat(stuck.isClosedByServer()).isTrue();
            TestServer.await(() -> server.figure("connections", "open") == 1);
            assertThat(server.figure("connections", "stalled")).isGreaterThanOrEqualTo(2);
            // Waiting between messages is no stalling.
            assertThat(patient.read(0, 1).error()).isZero();
        }
    }
}
