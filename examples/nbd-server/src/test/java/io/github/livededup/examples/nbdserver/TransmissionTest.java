package io.github.livededup.examples.nbdserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.examples.nbdserver.NbdClient.Answer;
import io.github.livededup.examples.nbdserver.export.CloneMode;
import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.CommandFlags;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests and replies: every command, in both forms, and what is wrong with it. */
class TransmissionTest {
    private static final int BLOCK = TestServer.BLOCK_BYTES;
    private static final int HOLE_AND_ZERO = 3;

    @TempDir
    Path directory;

    private TestServer server;
    private NbdClient client;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(directory);
        client = server.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private static byte[] random(int lengthBytes, int seed) {
        byte[] bytes = new byte[lengthBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        byte[] data = random(100_000, 1);

        assertThat(client.write(12_345, data).error()).isZero();

        assertThat(client.read(12_345, data.length).data()).isEqualTo(data);
        assertThat(server.content("disk", 12_345, data.length)).isEqualTo(data);
        try (NbdClient simple = server.connect()) {
            simple.greet();
            simple.go("disk");
            assertThat(simple.read(12_345, data.length).data()).isEqualTo(data);
        }
    }

    @Test
    void longHolesAreToldAndNotSent() throws IOException {
        byte[] image = new byte[40 * BLOCK];
        System.arraycopy(random(BLOCK, 2), 0, image, 0, BLOCK);
        System.arraycopy(random(BLOCK, 3), 0, image, 2 * BLOCK, BLOCK); // a short hole between the two
        System.arraycopy(random(100, 4), 0, image, 30 * BLOCK + 7, 100);
        client.write(0, image);

        Answer answer = client.read(0, image.length);

        assertThat(answer.data()).isEqualTo(image);
        assertThat(answer.contentChunks()).isEqualTo(4);
        assertThat(answer.holeBytes()).isEqualTo(36L * BLOCK);
        Answer inOnePiece = client.request(Command.READ, CommandFlags.DF, 0, image.length);
        assertThat(inOnePiece.data()).isEqualTo(image);
        assertThat(inOnePiece.contentChunks()).isEqualTo(1);
        Answer unaligned = client.read(100, image.length - 200);
        assertThat(unaligned.data()).isEqualTo(Arrays.copyOfRange(image, 100, image.length - 100));
        Answer empty = client.request(Command.READ, CommandFlags.DF, 3 * BLOCK, 10 * BLOCK);
        assertThat(empty.holeBytes()).isEqualTo(10L * BLOCK);
    }

    @Test
    void aReadOfNothingReadsNothing() throws IOException {
        assertThat(client.read(TestServer.DISK_BYTES, 0).error()).isZero();
        assertThat(client.write(5, new byte[0]).error()).isZero();
    }

    @Test
    void trimAndWriteZeroesMakeHoles() throws IOException {
        byte[] data = random(16 * BLOCK, 5);
        client.write(0, data);

        assertThat(client.request(Command.TRIM, 0, BLOCK, 2 * BLOCK).error()).isZero();
        assertThat(client.request(Command.WRITE_ZEROES, CommandFlags.NO_HOLE | CommandFlags.FUA, 8 * BLOCK + 1, BLOCK)
                        .error())
                .isZero();
        assertThat(client.request(Command.WRITE_ZEROES, CommandFlags.FAST_ZERO, 14 * BLOCK, 2 * BLOCK)
                        .error())
                .isZero();

        Arrays.fill(data, BLOCK, 3 * BLOCK, (byte) 0);
        Arrays.fill(data, 8 * BLOCK + 1, 9 * BLOCK + 1, (byte) 0);
        Arrays.fill(data, 14 * BLOCK, 16 * BLOCK, (byte) 0);
        assertThat(client.read(0, data.length).data()).isEqualTo(data);
        List<int[]> extents =
                client.request(Command.BLOCK_STATUS, 0, 0, 20 * BLOCK).extents();
        assertThat(extents.toArray(int[][]::new)).isDeepEqualTo(new int[][] {
            {BLOCK, 0}, {2 * BLOCK, HOLE_AND_ZERO}, {11 * BLOCK, 0}, {6 * BLOCK, HOLE_AND_ZERO}
        });
        assertThat(client.request(Command.BLOCK_STATUS, CommandFlags.REQ_ONE, BLOCK, 20 * BLOCK)
                        .extents()
                        .toArray(int[][]::new))
                .isDeepEqualTo(new int[][] {{2 * BLOCK, HOLE_AND_ZERO}});
        assertThat(client.request(Command.BLOCK_STATUS, 0, BLOCK + 100, 50)
                        .extents()
                        .toArray(int[][]::new))
                .isDeepEqualTo(new int[][] {{50, HOLE_AND_ZERO}});
    }

    @Test
    void aRangeAsLongAsARequestCanSayIsWalkedInWindows() throws IOException {
        server.volume.images().create("huge", 1L << 40).close();
        try (NbdClient other = server.connect()) {
            other.open("huge");
            other.write((5L << 30) - 1, new byte[] {1});
            int almost4Gib = -BLOCK;
            List<int[]> extents =
                    other.request(Command.BLOCK_STATUS, 0, 0, almost4Gib).extents();
            assertThat(extents.toArray(int[][]::new)).isDeepEqualTo(new int[][] {{almost4Gib, HOLE_AND_ZERO}});
            extents =
                    other.request(Command.BLOCK_STATUS, 0, 4L << 30, almost4Gib).extents();
            assertThat(extents).hasSize(3);
            assertThat(extents.get(1)).containsExactly(BLOCK, 0);
            assertThat(other.request(Command.WRITE_ZEROES, 0, 4L << 30, almost4Gib)
                            .error())
                    .isZero();
            assertThat(other.request(Command.CACHE, 0, 4L << 30, almost4Gib).error())
                    .isZero();
            assertThat(other.request(Command.BLOCK_STATUS, 0, 4L << 30, almost4Gib)
                            .extents())
                    .hasSize(1);
        }
    }

    @Test
    void aScatteredRangeIsToldInParts() throws IOException {
        int pairs = 5000;
        server.volume.images().create("scattered", 2L * pairs * BLOCK).close();
        try (NbdClient other = server.connect()) {
            other.open("scattered");
            for (int i = 0; i < pairs; i++) {
                other.send(Command.WRITE.code(), 0, 2L * i * BLOCK, 1, new byte[] {1});
                other.readAnswer(1001 + i, 0, 0);
            }
            List<int[]> extents =
                    other.request(Command.BLOCK_STATUS, 0, 0, 2 * pairs * BLOCK).extents();
            assertThat(extents).hasSize(8192);
            int told = 8192 * BLOCK;
            extents = other.request(Command.BLOCK_STATUS, 0, told, 2 * pairs * BLOCK - told)
                    .extents();
            assertThat(extents).hasSize(2 * pairs - 8192);
        }
    }

    @Test
    void aFlushedWriteIsDurable() throws IOException {
        long before = server.volume.statistics().commits();
        client.write(0, random(10, 6));
        assertThat(client.flush().error()).isZero();
        long flushed = server.volume.statistics().commits();
        client.write(0, random(10, 7), CommandFlags.FUA);
        long forced = server.volume.statistics().commits();

        assertThat(flushed).isGreaterThan(before);
        assertThat(forced).isGreaterThan(flushed);
    }

    @Test
    void snapshotsRefuseChangesAndTheConnectionGoesOn() throws IOException {
        byte[] data = random(3 * BLOCK, 8);
        client.write(0, data);
        server.volume.images().snapshot("disk", "monday");
        client.write(0, random(3 * BLOCK, 9));
        try (NbdClient monday = server.connect()) {
            monday.open("monday");
            assertThat(monday.write(0, new byte[100_000]).error()).isEqualTo(NbdError.EPERM.code());
            assertThat(monday.request(Command.TRIM, 0, 0, BLOCK).error()).isEqualTo(NbdError.EPERM.code());
            assertThat(monday.request(Command.WRITE_ZEROES, 0, 0, BLOCK).error())
                    .isEqualTo(NbdError.EPERM.code());
            assertThat(monday.flush().error()).isZero();
            assertThat(monday.read(0, data.length).data()).isEqualTo(data);
        }
    }

    @Test
    void aVolumeThatIsOpenForReadingServesReadsAndFlushes() throws IOException {
        byte[] data = random(3 * BLOCK, 14);
        client.write(0, data);
        client.close();
        server.close();
        Volume readOnly = LiveDedup.open(
                directory.resolve("volume"), TestServer.options().readOnly(true).build());
        ExportSettings exports = new ExportSettings(true, CloneMode.DELETE, "");
        server = new TestServer(directory, readOnly, TestServer.LIMITS, exports, TlsPolicy.NONE, null);
        client = server.client();

        assertThat(client.read(0, data.length).data()).isEqualTo(data);
        assertThat(client.flush().error()).isZero();
        assertThat(client.write(0, data).error()).isEqualTo(NbdError.EPERM.code());
        assertThat(client.request(Command.BLOCK_STATUS, 0, 0, 4 * BLOCK).extents())
                .hasSize(2);
    }

    @Test
    void rangesPastTheEndAreRefused() throws IOException {
        int end = TestServer.DISK_BYTES;
        assertThat(client.write(end - 1, new byte[2]).error()).isEqualTo(NbdError.ENOSPC.code());
        assertThat(client.write(-5, new byte[2]).error()).isEqualTo(NbdError.ENOSPC.code());
        assertThat(client.write(Long.MAX_VALUE, new byte[2]).error()).isEqualTo(NbdError.ENOSPC.code());
        assertThat(client.request(Command.WRITE_ZEROES, 0, end, 1).error()).isEqualTo(NbdError.ENOSPC.code());
        assertThat(client.request(Command.TRIM, 0, end, 1).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.request(Command.BLOCK_STATUS, 0, end - 1, 2).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.request(Command.CACHE, 0, end - 1, 2).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.read(end - 1, 2).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.read(end - 1, 2).message()).contains("READ at " + (end - 1));
        assertThat(client.read(-1, 1).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.write(end - 1, new byte[1]).error()).isZero();
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() throws IOException {
        assertThat(client.readAnswer(client.send(77, 0, 0, 0, new byte[0]), 0, 0)
                        .error())
                .isEqualTo(NbdError.EINVAL.code());
        assertThat(client.readAnswer(client.send(65_535, 0, 0, 0, new byte[0]), 0, 0)
                        .error())
                .isEqualTo(NbdError.EINVAL.code());
        assertThat(client.request(Command.READ, 1 << 14, 0, 1).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.request(Command.TRIM, CommandFlags.DF, 0, 1).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.write(0, new byte[500], CommandFlags.REQ_ONE).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.request(Command.FLUSH, 0, 1, 0).error()).isEqualTo(NbdError.EINVAL.code());
        assertThat(client.request(Command.BLOCK_STATUS, 0, 0, 0).error()).isEqualTo(NbdError.EINVAL.code());
        // Known to set this flag anywhere.
        assertThat(client.request(Command.READ, CommandFlags.FUA, 0, 1).error()).isZero();
        assertThat(client.request(Command.FLUSH, CommandFlags.FUA, 0, 0).error())
                .isZero();
        try (NbdClient simple = server.connect()) {
            simple.greet();
            simple.go("disk");
            assertThat(simple.request(Command.READ, CommandFlags.DF, 0, 1).error())
                    .isEqualTo(NbdError.EINVAL.code());
            assertThat(simple.request(Command.BLOCK_STATUS, 0, 0, 1).error()).isEqualTo(NbdError.EINVAL.code());
            assertThat(simple.read(0, 1).error()).isZero();
        }
    }

    @Test
    void whatIsTooLongIsRefusedAndPassedOver() throws IOException {
        int tooLong = (32 << 20) + 1;
        server.volume.images().create("long", 1L << 30).close();
        try (NbdClient other = server.connect()) {
            other.open("long");
            assertThat(other.read(0, tooLong).error()).isEqualTo(NbdError.EINVAL.code());
            assertThat(other.request(Command.READ, CommandFlags.DF, 0, tooLong).error())
                    .isEqualTo(NbdError.EOVERFLOW.code());
            assertThat(other.readAnswer(other.send(Command.READ.code(), 0, 0, -1, new byte[0]), 0, 0)
                            .error())
                    .isEqualTo(NbdError.EINVAL.code());
            assertThat(other.write(0, new byte[tooLong]).error()).isEqualTo(NbdError.EINVAL.code());
            byte[] longest = new byte[32 << 20];
            longest[longest.length - 1] = 1;
            assertThat(other.write(0, longest).error()).isZero();
            assertThat(other.read(0, longest.length).data()).isEqualTo(longest);
        }
    }

    @Test
    void repliesComeInAnyOrderAndEachOnce() throws IOException {
        Map<Long, Integer> expected = new HashMap<>();
        byte[] data = random(64 * BLOCK, 10);
        client.write(0, data);
        for (int i = 0; i < 64; i++) {
            expected.put(client.send(Command.READ.code(), CommandFlags.DF, (long) i * BLOCK, BLOCK, new byte[0]), i);
        }
        while (!expected.isEmpty()) {
            client.in.readInt();
            assertThat(client.in.readUnsignedShort()).as("done").isEqualTo(1);
            assertThat(client.in.readUnsignedShort()).as("data").isEqualTo(1);
            Integer block = expected.remove(client.in.readLong());
            assertThat(block).isNotNull();
            byte[] payload = new byte[client.in.readInt()];
            client.in.readFully(payload);
            assertThat(ByteBuffer.wrap(payload).getLong()).isEqualTo((long) block * BLOCK);
            assertThat(Arrays.copyOfRange(payload, 8, payload.length))
                    .isEqualTo(Arrays.copyOfRange(data, block * BLOCK, (block + 1) * BLOCK));
        }
    }

    @Test
    void aWrongMagicEndsTheSessionAndNobodyElses() throws IOException {
        try (NbdClient wrong = server.client()) {
            wrong.out.write(new byte[28]);
            wrong.out.flush();
            assertThat(wrong.isClosedByServer()).isTrue();
        }
        assertThat(client.read(0, 10).error()).isZero();
    }

    @Test
    void disconnectAnswersWhatIsInFlight() throws IOException {
        byte[] data = random(8 << 10, 11);
        long cookie = client.send(Command.WRITE.code(), 0, 0, data.length, data);
        client.disconnect();

        assertThat(client.readAnswer(cookie, 0, 0).error()).isZero();
        assertThat(client.isClosedByServer()).isTrue();
        assertThat(server.content("disk", 0, data.length)).isEqualTo(data);
    }

    @Test
    void aDeletedImageIsAnError() throws IOException {
        server.volume.images().delete("disk");

        assertThat(client.read(0, 10).error()).isEqualTo(NbdError.EIO.code());
        assertThat(client.write(0, new byte[10]).error()).isEqualTo(NbdError.EIO.code());
    }

    @Test
    void aFullVolumeIsNoSpaceAndGoesOnAfterATrim(@TempDir Path other) throws IOException {
        Volume small = LiveDedup.create(
                other.resolve("volume"),
                TestServer.options().maxPhysicalBytes(24 << 20).build());
        small.images().create("disk", 64 << 20).close();
        try (TestServer full =
                        new TestServer(other, small, TestServer.LIMITS, ExportSettings.DEFAULTS, TlsPolicy.NONE, null);
                NbdClient writer = full.client()) {
            int error = 0;
            long position = 0;
            for (; error == 0 && position < 60 << 20; position += 1 << 20) {
                error = writer.write(position, random(1 << 20, (int) position)).error();
            }
            assertThat(error).isEqualTo(NbdError.ENOSPC.code());
            assertThat(writer.read(0, 1 << 20).data()).isEqualTo(random(1 << 20, 0));
            assertThat(writer.request(Command.TRIM, 0, 0, 8 << 20).error()).isZero();
            assertThat(writer.flush().error()).isZero();
            assertThat(writer.write(0, random(1 << 20, -1)).error()).isZero();
        }
    }

    @Test
    void damageIsAnErrorOfTheRequestAndOfNothingElse() throws IOException {
        byte[] data = random(BLOCK, 12);
        client.write(0, data);
        client.write(100 * BLOCK, random(BLOCK, 13));
        client.close();
        server.close();
        Path blocks = directory.resolve("volume/blocks.dat");
        byte[] stored = Files.readAllBytes(blocks);
        int at = new String(stored, StandardCharsets.ISO_8859_1).indexOf(new String(data, StandardCharsets.ISO_8859_1));
        assertThat(at).as("stored as it is").isPositive();
        stored[at + 5] ^= 1;
        Files.write(blocks, stored);

        server = TestServer.start(directory);
        client = server.client();

        assertThat(client.read(0, 2 * BLOCK).error()).isEqualTo(NbdError.EIO.code());
        assertThat(client.read(100 * BLOCK, BLOCK).data()).isEqualTo(random(BLOCK, 13));
        assertThat(client.write(0, data).error()).isZero();
        assertThat(client.read(0, BLOCK).data()).isEqualTo(data);
    }
}
