package io.github.livededup.examples.nbdserver;

import static io.github.livededup.examples.nbdserver.NbdClient.infoData;
import static io.github.livededup.examples.nbdserver.NbdClient.last;
import static io.github.livededup.examples.nbdserver.NbdClient.metaData;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.nbdserver.NbdClient.OptionReply;
import io.github.livededup.examples.nbdserver.export.CloneMode;
import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.HandshakeFlags;
import io.github.livededup.examples.nbdserver.protocol.InfoCode;
import io.github.livededup.examples.nbdserver.protocol.NbdError;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import io.github.livededup.examples.nbdserver.protocol.TransmissionFlags;
import io.github.livededup.examples.nbdserver.server.ServerLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handshake: every option, and what is wrong with it. */
class HandshakeTest {
    private static final byte[] NONE = {};

    @TempDir
    Path directory;

    private TestServer server;
    private NbdClient client;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(directory);
        client = server.connect();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theGreetingOffersFixedNewstyleWithoutZeroes() throws IOException {
        assertThat(client.greet(HandshakeFlags.ALL)).isEqualTo(HandshakeFlags.ALL);
    }

    @Test
    void clientFlagsThatNobodyKnowsEndTheSession() throws IOException {
        client.greet(4);

        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void anUnknownOptionIsRefusedAndTheNextOneServed() throws IOException {
        client.greet();

        assertThat(client.optionCode(4711, new byte[100])).isEqualTo(OptionReplyCode.ERROR_UNSUPPORTED);
        assertThat(client.go("disk").sizeBytes()).isEqualTo(TestServer.DISK_BYTES);
        assertThat(client.write(0, new byte[] {1}).error()).isZero();
    }

    @Test
    void listTellsEveryImageAndSnapshot() throws IOException {
        server.volume.images().snapshot("disk", "monday");
        client.greet();

        List<OptionReply> replies = client.option(OptionCode.LIST, NONE);

        assertThat(replies).extracting(OptionReply::code).containsExactly(2, 2, 1);
        assertThat(replies.subList(0, 2)).extracting(reply -> reply.textFrom(4)).containsExactly("disk", "monday");
        assertThat(client.optionCode(OptionCode.LIST, new byte[1])).isEqualTo(OptionReplyCode.ERROR_INVALID);
    }

    @Test
    void infoTellsSizeFlagsAndBlockSizeAndWhatIsAskedFor() throws IOException {
        client.greet();

        List<OptionReply> replies =
                client.option(OptionCode.INFO, infoData("disk", InfoCode.NAME, InfoCode.DESCRIPTION, 99));

        assertThat(replies).extracting(OptionReply::code).containsExactly(3, 3, 3, 3, 1);
        ByteBuffer export = ByteBuffer.wrap(replies.get(0).data());
        assertThat(export.getShort()).isZero();
        assertThat(export.getLong()).isEqualTo(TestServer.DISK_BYTES);
        assertThat(replies.get(1).textFrom(2)).isEqualTo("disk");
        assertThat(replies.get(2).textFrom(2)).isEqualTo("an image");
        ByteBuffer sizes = ByteBuffer.wrap(replies.get(3).data());
        assertThat(sizes.getShort()).isEqualTo((short) InfoCode.BLOCK_SIZE);
        assertThat(new int[] {sizes.getInt(), sizes.getInt(), sizes.getInt()}).containsExactly(1, 4096, 32 << 20);
        // The session goes on.
        assertThat(client.optionCode(OptionCode.INFO, infoData("nothing"))).isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
        assertThat(client.optionCode(OptionCode.GO, infoData("a/b"))).isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
        assertThat(client.optionCode(OptionCode.GO, infoData(""))).isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
        assertThat(client.go("disk").sizeBytes()).isEqualTo(TestServer.DISK_BYTES);
    }

    @Test
    void theFlagsSayWhatTheExportCanDo() throws IOException {
        server.volume.images().snapshot("disk", "monday");
        int always = TransmissionFlags.HAS_FLAGS
                | TransmissionFlags.SEND_FLUSH
                | TransmissionFlags.SEND_FUA
                | TransmissionFlags.SEND_CACHE
                | TransmissionFlags.CAN_MULTI_CONN;
        int writable =
                TransmissionFlags.SEND_TRIM | TransmissionFlags.SEND_WRITE_ZEROES | TransmissionFlags.SEND_FAST_ZERO;
        client.greet();
        assertThat(client.go("disk").flags()).isEqualTo(always | writable);
        try (NbdClient structured = server.connect()) {
            assertThat(structured.open("monday").flags())
                    .isEqualTo(always | TransmissionFlags.READ_ONLY | TransmissionFlags.SEND_DF);
        }
        try (NbdClient clone = server.connect()) {
            assertThat(clone.open("disk?clone").has(TransmissionFlags.CAN_MULTI_CONN))
                    .isFalse();
        }
    }

    @Test
    void exportNameIsAnsweredWithOrWithoutZeroes() throws IOException {
        client.greet(HandshakeFlags.FIXED_NEWSTYLE);
        client.sendOption(OptionCode.EXPORT_NAME, utf8("disk"));
        assertThat(client.in.readLong()).isEqualTo(TestServer.DISK_BYTES);
        client.in.readShort();
        assertThat(client.in.readNBytes(124)).containsOnly(0);
        assertThat(client.read(0, 10).error()).isZero();

        try (NbdClient other = server.connect()) {
            other.greet().sendOption(OptionCode.EXPORT_NAME, utf8("disk"));
            assertThat(other.in.readLong()).isEqualTo(TestServer.DISK_BYTES);
            other.in.readShort();
            assertThat(other.read(0, 10).error()).isZero();
        }
    }

    @Test
    void anUnknownExportNameEndsTheSession() throws IOException {
        client.greet().sendOption(OptionCode.EXPORT_NAME, utf8("nothing"));

        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void abortIsAcknowledged() throws IOException {
        client.greet();

        assertThat(client.optionCode(OptionCode.ABORT, NONE)).isEqualTo(OptionReplyCode.ACK);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void thereIsOneMetadataContext() throws IOException {
        client.greet();
        assertThat(client.optionCode(OptionCode.SET_META_CONTEXT, metaData("disk", "base:allocation")))
                .as("before structured replies")
                .isEqualTo(OptionReplyCode.ERROR_INVALID);
        client.negotiateStructured();
        for (byte[] query :
                List.of(metaData("disk"), metaData("disk", "base:"), metaData("disk", "x-y:z", "base:allocation"))) {
            List<OptionReply> listed = client.option(OptionCode.LIST_META_CONTEXT, query);
            assertThat(listed).hasSize(2);
            assertThat(listed.get(0).textFrom(4)).isEqualTo("base:allocation");
        }
        assertThat(client.option(OptionCode.LIST_META_CONTEXT, metaData("disk", "qemu:")))
                .hasSize(1);
        assertThat(client.optionCode(OptionCode.LIST_META_CONTEXT, metaData("nothing")))
                .isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
        assertThat(client.optionCode(OptionCode.SET_META_CONTEXT, new byte[] {0, 0, 0, 4, 'd'}))
                .isEqualTo(OptionReplyCode.ERROR_INVALID);
        assertThat(client.option(OptionCode.SET_META_CONTEXT, metaData("disk"))).hasSize(1);
        assertThat(client.selectBaseAllocation("disk")).isTrue();
    }

    @Test
    void aContextChosenForAnotherExportDoesNotCount() throws IOException {
        server.volume.images().create("other", 1 << 20).close();
        client.greet();
        client.negotiateStructured();
        client.selectBaseAllocation("other");
        client.go("disk");

        assertThat(client.request(Command.BLOCK_STATUS, 0, 0, 4096).error()).isEqualTo(NbdError.EINVAL.code());
    }

    @Test
    void dataThatIsNoDataIsRefused() throws IOException {
        client.greet();
        byte[] nameTooLong = ByteBuffer.allocate(100).putInt(Integer.MAX_VALUE).array();
        byte[] nameNegative = ByteBuffer.allocate(100).putInt(-1).array();
        byte[] noUtf8 = {0, 0, 0, 1, (byte) 0xff, 0, 0};
        for (byte[] data : List.of(NONE, nameTooLong, nameNegative, noUtf8, new byte[7])) {
            assertThat(client.optionCode(OptionCode.GO, data)).isEqualTo(OptionReplyCode.ERROR_INVALID);
        }
        assertThat(client.optionCode(OptionCode.STRUCTURED_REPLY, new byte[1]))
                .isEqualTo(OptionReplyCode.ERROR_INVALID);
        assertThat(client.optionCode(OptionCode.STARTTLS, NONE)).isEqualTo(OptionReplyCode.ERROR_POLICY);
        assertThat(client.optionCode(OptionCode.GO, new byte[70_000])).isEqualTo(OptionReplyCode.ERROR_TOO_BIG);
        assertThat(client.go("disk").sizeBytes()).isEqualTo(TestServer.DISK_BYTES);
    }

    @Test
    void anEndlessOptionEndsTheSession() throws IOException {
        client.greet();
        client.out.writeLong(io.github.livededup.examples.nbdserver.protocol.Magic.OPTION);
        client.out.writeInt(OptionCode.GO);
        client.out.writeInt(-1);
        client.out.flush();

        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void aWrongMagicEndsTheSession() throws IOException {
        client.greet();
        client.out.writeLong(1);
        client.out.writeLong(1);
        client.out.flush();

        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void theDefaultExportIsTheOneThatWasNamed(@TempDir Path other) throws IOException {
        ExportSettings exports = new ExportSettings(false, CloneMode.DELETE, "disk");
        try (TestServer named = TestServer.start(other, TestServer.LIMITS, exports, TlsPolicy.NONE);
                NbdClient asking = named.connect()) {
            asking.greet();
            List<OptionReply> replies = asking.option(OptionCode.INFO, infoData("", InfoCode.NAME));
            assertThat(last(replies).code()).isEqualTo(OptionReplyCode.ACK);
            assertThat(replies.get(1).textFrom(2)).isEqualTo("disk");
            assertThat(asking.go("").sizeBytes()).isEqualTo(TestServer.DISK_BYTES);
        }
    }

    @Test
    void whoDoesNotChooseInTimeIsCutOff(@TempDir Path other) throws IOException {
        ServerLimits hasty = new ServerLimits(
                8,
                2,
                4,
                32 << 20,
                32 << 20,
                Duration.ofMillis(300),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20));
        try (TestServer impatient = TestServer.start(other, hasty, ExportSettings.DEFAULTS, TlsPolicy.NONE);
                NbdClient silent = impatient.connect()) {
            silent.greet();
            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(impatient.figure("connections", "stalled")).isEqualTo(1);
        }
    }
}
