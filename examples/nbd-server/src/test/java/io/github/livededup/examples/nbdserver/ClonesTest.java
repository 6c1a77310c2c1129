package io.github.livededup.examples.nbdserver;

import static io.github.livededup.examples.nbdserver.NbdClient.infoData;
import static io.github.livededup.examples.nbdserver.NbdClient.last;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.ImageInfo;
import io.github.livededup.examples.nbdserver.NbdClient.OptionReply;
import io.github.livededup.examples.nbdserver.export.CloneMode;
import io.github.livededup.examples.nbdserver.export.ExportSettings;
import io.github.livededup.examples.nbdserver.handshake.TlsPolicy;
import io.github.livededup.examples.nbdserver.protocol.InfoCode;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clones made on connect. */
class ClonesTest {
    @TempDir
    Path directory;

    private static List<String> names(TestServer server) {
        try {
            return server.volume.images().list().stream().map(ImageInfo::name).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyClientGetsACloneOfItsOwnThatGoesWithIt() throws IOException, InterruptedException {
        try (TestServer server = TestServer.start(directory, CloneMode.DELETE);
                NbdClient base = server.client();
                NbdClient first = server.connect();
                NbdClient second = server.connect()) {
            base.write(0, new byte[] {1, 1, 1});
            base.flush();
            first.open("disk?clone");
            second.open("disk?clone");
            assertThat(names(server)).hasSize(3);

            first.write(0, new byte[] {2});
            second.write(1, new byte[] {3});

            assertThat(first.read(0, 3).data()).containsExactly(2, 1, 1);
            assertThat(second.read(0, 3).data()).containsExactly(1, 3, 1);
            assertThat(base.read(0, 3).data()).containsExactly(1, 1, 1);
            first.disconnect();
            TestServer.await(() -> names(server).size() == 2);
            second.close(); // without a word
            TestServer.await(() -> names(server).size() == 1);
        }
    }

    @Test
    void aCloneThatIsKeptIsAnExportUnderTheNameThatTheClientWasTold() throws IOException {
        String name;
        try (TestServer server = TestServer.start(directory, CloneMode.KEEP);
                NbdClient client = server.connect()) {
            client.greet();
            client.negotiateStructured();
            List<OptionReply> replies = client.option(OptionCode.GO, infoData("disk?clone", InfoCode.NAME));
            name = replies.get(1).textFrom(2);
            client.write(7, new byte[] {7});
            client.flush();
            client.disconnect();
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(name).matches("disk~clone-[0-9a-f]{12}");
        try (TestServer server = TestServer.start(directory, CloneMode.KEEP);
                NbdClient client = server.connect()) {
            assertThat(names(server)).containsExactly("disk", name);
            client.open(name);
            assertThat(client.read(7, 1).data()).containsExactly(7);
        }
    }

    @Test
    void askingMakesNoClone() throws IOException {
        try (TestServer server = TestServer.start(directory);
                NbdClient client = server.connect()) {
            client.greet();
            assertThat(last(client.option(OptionCode.INFO, infoData("disk?clone")))
                            .code())
                    .isEqualTo(OptionReplyCode.ACK);
            assertThat(client.optionCode(OptionCode.GO, infoData("nothing?clone")))
                    .isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
            client.negotiateStructured();
            assertThat(client.selectBaseAllocation("disk?clone")).isTrue();
            assertThat(names(server)).containsExactly("disk");
        }
    }

    @Test
    void snapshotsAndClonesAreClonedAndLongNamesShortened() throws IOException {
        try (TestServer server = TestServer.start(directory, CloneMode.KEEP);
                NbdClient client = server.connect()) {
            String longest = "ü".repeat(127);
            server.volume.images().snapshot("disk", longest);
            client.open(longest + "?clone");
            String clone = names(server).get(1);
            assertThat(clone).matches("ü{118}~clone-[0-9a-f]{12}");
            assertThat(client.write(0, new byte[1]).error()).isZero();
            try (NbdClient other = server.connect()) {
                other.open(clone + "?clone");
            }
        }
    }

    @Test
    void thereAreNoneIfTheyAreOffOrNothingMayChange(@TempDir Path other) throws IOException {
        try (TestServer server = TestServer.start(directory, CloneMode.OFF);
                NbdClient client = server.connect()) {
            client.greet();
            assertThat(client.optionCode(OptionCode.GO, infoData("disk?clone")))
                    .isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
        }
        ExportSettings readOnly = new ExportSettings(true, CloneMode.DELETE, "");
        try (TestServer server = TestServer.start(other, TestServer.LIMITS, readOnly, TlsPolicy.NONE);
                NbdClient client = server.connect()) {
            client.greet();
            assertThat(client.optionCode(OptionCode.GO, infoData("disk?clone")))
                    .isEqualTo(OptionReplyCode.ERROR_UNKNOWN);
            assertThat(client.go("disk").has(2)).as("read-only").isTrue();
        }
    }

    @Test
    void anImageThatIsCalledSoIsNoClone() throws IOException {
        try (TestServer server = TestServer.start(directory);
                NbdClient client = server.connect()) {
            server.volume.images().create("disk?clone", 4711).close();
            assertThat(client.open("disk?clone").sizeBytes()).isEqualTo(4711);
            assertThat(names(server)).hasSize(2);
        }
    }

    @Test
    void whatAKilledServerHasLeftIsFound() throws IOException {
        try (TestServer server = TestServer.start(directory)) {
            server.volume.images().clone("disk", "disk~clone-0123456789ab");
            server.volume.images().clone("disk", "disk~clone-mine");
            var exports =
                    new io.github.livededup.examples.nbdserver.export.Exports(server.volume, ExportSettings.DEFAULTS);
            assertThat(exports.leftOverClones()).containsExactly("disk~clone-0123456789ab");
        }
    }
}
