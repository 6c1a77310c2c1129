package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that use images in place: copies, writes, differences, compaction. */
class LiveCommandsTest {
    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture();
    private Path volume;
    private FakeVolume fake;

    /** An image of three blocks: ones, a hole, threes. */
    @BeforeEach
    void importOne() throws IOException {
        volume = directory.resolve("volume");
        byte[] web = new byte[3 * BLOCK];
        Arrays.fill(web, 0, BLOCK, (byte) 1);
        Arrays.fill(web, 2 * BLOCK, 3 * BLOCK, (byte) 3);
        assertThat(cli.run("import", volume, Files.write(directory.resolve("web.raw"), web)))
                .isZero();
        fake = cli.volumes.volumes.get(volume);
        fake.commits = 0;
    }

    private byte[] content(String name) throws IOException {
        return fake.images.content(name);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("input"), text);
    }

    @Test
    void snapshotsAndClonesAreListedWithTheirOrigin() {
        assertThat(cli.run("snapshot", volume, "web", "monday")).isZero();
        assertThat(cli.out()).isEqualTo("snapshot of web as monday\n");
        assertThat(fake.commits).isEqualTo(1);
        assertThat(cli.run("clone", "--json", volume, "monday", "test")).isZero();
        assertThat(cli.out())
                .startsWith("{\"volume\":\"" + volume + "\",\"name\":\"test\",\"logicalBytes\":12288,")
                .contains("\"snapshot\":false,\"origin\":\"monday\"}");

        assertThat(cli.run("list", volume)).isZero();
        assertThat(cli.out().lines())
                .containsExactly(
                        "image       kind  logical   mapped               created  origin",
                        "----------------------------------------------------------------",
                        "monday  snapshot  12.3 kB  8.19 kB  2026-11-22T10:11:12Z     web",
                        "test       image  12.3 kB  8.19 kB  2026-11-22T10:11:12Z  monday",
                        "web        image  12.3 kB  8.19 kB  2026-11-22T10:11:12Z       -");
        cli.run("list", "--json", volume);
        assertThat(cli.out()).contains("\"snapshot\":true,\"origin\":\"web\"", "\"snapshot\":false,\"origin\":null");
        assertThat(cli.run("list", "--long", volume)).isZero();
        assertThat(cli.out()).contains("exclusive").contains("snapshot").contains("monday\n");
    }

    @Test
    void aTakenOrUnknownNameFails() {
        assertThat(cli.run("snapshot", volume, "web", "web")).isEqualTo(1);
        assertThat(cli.run("clone", volume, "absent", "x")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: absent: no such image\n");
        assertThat(cli.run("rename", volume, "absent", "x")).isEqualTo(1);
        assertThat(cli.run("snapshot", volume, "web")).isEqualTo(2);
    }

    @Test
    void renames() {
        assertThat(cli.run("rename", volume, "web", "www")).isZero();
        assertThat(cli.out()).isEqualTo("renamed web to www\n");
        assertThat(fake.images.contents).containsOnlyKeys("www");
        assertThat(cli.run("rename", "--json", volume, "www", "web")).isZero();
        assertThat(cli.out()).isEqualTo("{\"volume\":\"" + volume + "\",\"from\":\"www\",\"name\":\"web\"}\n");
    }

    @Test
    void rmWithDryRunOnlyTells() {
        assertThat(cli.run("rm", "--dry-run", volume, "web", "absent")).isEqualTo(1);
        assertThat(cli.out()).isEqualTo("would delete web: 12.3 kB to free\n");
        assertThat(cli.run("rm", "-n", "--json", volume, "web")).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume
                        + "\",\"wouldDelete\":[{\"name\":\"web\",\"exclusiveBytes\":12288}]}\n");
        assertThat(fake.openedWith.isReadOnly()).isTrue();
        assertThat(fake.images.contents).containsOnlyKeys("web");
    }

    /** The name of a file is not replaced by what is in it. */
    @Test
    void aNameMayBeginWithAnAt() throws IOException {
        String name = "@" + file("web");
        assertThat(cli.run("rm", volume, name)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: " + name + ": no such image\n");
        assertThat(fake.images.contents).containsOnlyKeys("web");
        assertThat(cli.run("rename", volume, "web", "@web")).isZero();
        assertThat(fake.images.contents).containsOnlyKeys("@web");
    }

    @Test
    void writesAFileAndFlushes() throws IOException {
        assertThat(cli.run("write", volume, "web", "4K", file("hello"))).isZero();
        assertThat(cli.out()).isEqualTo("wrote 5 B at 4096 of web\n");
        assertThat(new String(content("web"), BLOCK, 5, StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(fake.images.flushes).isEqualTo(1);
        assertThat(fake.isOpen()).isFalse();

        assertThat(cli.run("write", "--json", volume, "web", "1", file("x"))).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume + "\",\"name\":\"web\",\"position\":1,\"bytes\":1}\n");
    }

    @Test
    void aLongWriteIsCutIntoChunks() throws IOException {
        assertThat(cli.run("resize", volume, "web", "3M")).isZero();
        byte[] bytes = new byte[(2 << 20) + 7];
        Arrays.fill(bytes, (byte) 9);
        Files.write(directory.resolve("input"), bytes);

        assertThat(cli.run("write", volume, "web", "100", directory.resolve("input")))
                .isZero();

        byte[] expected = new byte[3 << 20];
        Arrays.fill(expected, 0, 100, (byte) 1);
        Arrays.fill(expected, 100, 100 + bytes.length, (byte) 9);
        assertThat(content("web")).isEqualTo(expected);
    }

    @Test
    void aWritePastTheEndOrIntoASnapshotFails() throws IOException {
        assertThat(cli.run("write", volume, "web", "12287", file("ab"))).isEqualTo(2);
        assertThat(cli.err()).contains("expected=within 12288");
        cli.run("snapshot", volume, "web", "monday");
        assertThat(cli.run("write", volume, "monday", "0", file("ab"))).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: monday: is a snapshot\n");
        assertThat(cli.run("write", volume, "web", "0", directory.resolve("absent")))
                .isEqualTo(1);
        assertThat(cli.err()).contains("no such file");
        assertThat(cli.run("write", volume, "web", "near", file("ab"))).isEqualTo(2);
    }

    @Test
    void discardsAndResizes() throws IOException {
        assertThat(cli.run("discard", volume, "web", "0", "4K")).isZero();
        assertThat(cli.out()).isEqualTo("discarded 4.10 kB at 0 of web\n");
        assertThat(content("web")).startsWith(new byte[BLOCK]);
        assertThat(cli.run("discard", volume, "web", "8K", "1M")).isEqualTo(2);

        assertThat(cli.run("resize", volume, "web", "16K")).isZero();
        assertThat(cli.out()).isEqualTo("resized web: 12.3 kB to 16.4 kB\n");
        assertThat(content("web")).hasSize(4 * BLOCK);
        assertThat(cli.run("resize", "--json", volume, "web", "0")).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume
                        + "\",\"name\":\"web\",\"logicalBytesBefore\":16384,\"logicalBytes\":0}\n");
        assertThat(fake.images.flushes).isEqualTo(3);
    }

    @Test
    void diffTellsRangesAndTotals() throws IOException {
        cli.run("snapshot", volume, "web", "monday");
        assertThat(cli.run("diff", volume, "monday", "web")).isZero();
        assertThat(cli.out()).isEqualTo("web does not differ from monday\n");

        cli.run("discard", volume, "web", "0", "4K");
        cli.run("write", volume, "web", "8K", file("changed"));
        assertThat(cli.run("diff", volume, "monday", "web")).isZero();
        assertThat(cli.out().lines())
                .containsExactly(
                        "kind  position  length",
                        "----------------------",
                        "hole         0    4096",
                        "data      8192    4096",
                        "web differs from monday in 2 ranges: 4.10 kB data, 4.10 kB hole");
        assertThat(cli.run("diff", "--json", volume, "monday", "web")).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume + "\",\"base\":\"monday\",\"name\":\"web\",\"extentCount\":2,"
                        + "\"dataBytes\":4096,\"holeBytes\":4096,\"extents\":["
                        + "{\"position\":0,\"length\":4096,\"kind\":\"hole\"},"
                        + "{\"position\":8192,\"length\":4096,\"kind\":\"data\"}]}\n");
        assertThat(cli.run("diff", "--summary", volume, "monday", "web")).isZero();
        assertThat(cli.out()).hasLineCount(1);
        assertThat(cli.run("diff", "--summary", "--json", volume, "monday", "web"))
                .isZero();
        assertThat(cli.out()).doesNotContain("extents\"");
    }

    @Test
    void whatIsSentIsReceived() throws IOException {
        Path stream = directory.resolve("web.delta");
        cli.run("snapshot", volume, "web", "monday");
        assertThat(cli.run("send", volume, "--base", "monday", "web", stream)).isZero();
        assertThat(cli.out())
                .startsWith("sent web since monday: 2 changed blocks, 2 of them sent, 0 holes; 12.3 kB in");

        assertThat(cli.run("receive", volume, "--base", "monday", "copy", stream))
                .isZero();
        assertThat(cli.out()).startsWith("received copy since monday: 12.3 kB, 0 B new, 0 B stored in ");
        assertThat(content("copy")).isEqualTo(content("web"));

        assertThat(cli.run("receive", volume, "again", stream)).isEqualTo(1);
        assertThat(cli.err()).startsWith("livededup: again: base: actual=");
        assertThat(cli.run("receive", "--json", "--base=monday", volume, "again", stream))
                .isZero();
        assertThat(cli.out())
                .startsWith("{\"volume\":\"" + volume + "\",\"base\":\"monday\",\"file\":\"" + stream
                        + "\",\"name\":\"again\",\"logicalBytes\":12288,\"nonZeroBytes\":8192,\"newBytes\":0,");
    }

    @Test
    void sendKeepsWhatIsThereAndLeavesNothingHalf() throws IOException {
        Path stream = directory.resolve("web.delta");
        assertThat(cli.run("send", volume, "absent", stream)).isEqualTo(1);
        assertThat(directory).isDirectoryNotContaining("glob:**delta*");

        Files.writeString(stream, "mine");
        assertThat(cli.run("send", volume, "web", stream)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: " + stream + ": exists already\n");
        assertThat(stream).hasContent("mine");
        assertThat(cli.run("send", "--force", "--json", volume, "web", stream)).isZero();
        assertThat(cli.out())
                .startsWith("{\"name\":\"web\",\"base\":null,\"file\":\"" + stream
                        + "\",\"changedBlocks\":2,\"sentBlocks\":2,\"knownBlocks\":0,\"holeBlocks\":0,"
                        + "\"streamBytes\":12289,");
        assertThat(stream).hasSize(12289);
        assertThat(directory).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void sendLeavesOutWhatTheReceiverHas() throws IOException {
        Path other = directory.resolve("other");
        byte[] ones = new byte[BLOCK];
        Arrays.fill(ones, (byte) 1);
        Path file = Files.write(directory.resolve("ones.raw"), ones);
        assertThat(cli.run("import", other, file)).isZero();

        assertThat(cli.run("send", "--json", "--receiver", other, volume, "web", directory.resolve("web.delta")))
                .isZero();

        assertThat(cli.out()).contains("\"sentBlocks\":1,\"knownBlocks\":1");
    }

    @Test
    void compactTellsWhatCameBack() {
        assertThat(cli.run("compact", volume, "--min-dead", "25%", "--rate", "32M"))
                .isZero();
        assertThat(cli.out().lines())
                .containsExactly(
                        "compacted " + volume + ": 6.00 kB given back, 4.10 kB copied in 0.03 s; 2 block groups freed,"
                                + " 1 rewritten",
                        "now 4.10 kB stored, 0 B dead, 700 B on disk");
        assertThat(fake.compactedWith.minDeadShare()).isEqualTo(0.25);
        assertThat(fake.compactedWith.bytesPerSecond()).isEqualTo(32L << 20);
        assertThat(fake.openedWith.backgroundCompaction()).isEqualTo(BackgroundCompaction.OFF);

        fake.dead = 5;
        fake.leftGroups = 3;
        assertThat(cli.run("compact", volume)).isZero();
        assertThat(cli.out()).contains("\n3 block groups left for want of room\n3 damaged blocks copied as they are\n");
        assertThat(fake.compactedWith.minDeadShare()).isEqualTo(0.05);
        assertThat(fake.compactedWith.bytesPerSecond()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void compactForPrograms() {
        assertThat(cli.run("compact", "--json", volume)).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume + "\",\"reclaimedBytes\":6000,\"copiedBytes\":4096,"
                        + "\"freedGroups\":2,\"rewrittenGroups\":1,\"skippedGroups\":0,\"damagedBlocks\":0,"
                        + "\"seconds\":0.03,\"storedBytes\":4096,\"deadBytes\":0,\"physicalBytes\":700}\n");
        assertThat(cli.run("compact", volume, "--min-dead", "some")).isEqualTo(2);
        assertThat(cli.err()).contains("not a share: 'some' (write 0.05 or 5%)");
        assertThat(cli.run("compact", volume, "--min-dead", "0")).isEqualTo(2);
        assertThat(cli.run("compact", volume, "--rate", "0")).isEqualTo(2);
    }

    @Test
    void ctrlCCancelsCompaction() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Interruption interruption = new Interruption();
        interruption.cancel();

        int code = new Cli(out, new PrintStream(err, true, StandardCharsets.UTF_8), cli.volumes, interruption)
                .run("compact", volume.toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("livededup: ")
                .contains("cancelled");
        assertThat(fake.isOpen()).isFalse();
        assertThat(fake.dead).isEqualTo(6000);
    }

    @Test
    void fragmentationOfOneImageOrAll() {
        cli.run("clone", volume, "web", "test");
        assertThat(cli.run("frag", volume)).isZero();
        assertThat(cli.out().lines())
                .containsExactly(
                        "image    mapped  extents  extents/GiB  sequential",
                        "-------------------------------------------------",
                        "test    8.19 kB        1       131072        50 %",
                        "web     8.19 kB        1       131072        50 %",
                        "-------------------------------------------------",
                        "volume  16.4 kB        2       131072        50 %");
        assertThat(cli.run("frag", volume, "web")).isZero();
        assertThat(cli.out()).hasLineCount(3);
        assertThat(cli.run("frag", "--json", volume, "web")).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume + "\",\"images\":[{\"name\":\"web\",\"mappedBytes\":8192,"
                        + "\"mappedBlocks\":2,\"physicalExtents\":1,\"extentsPerGib\":131072.0,"
                        + "\"sequentialShare\":0.5}]}\n");
        cli.run("frag", "--json", volume);
        assertThat(cli.out()).contains("\"total\":{\"mappedBytes\":16384,");
        assertThat(cli.run("frag", volume, "absent")).isEqualTo(1);
    }

    @Test
    void helpNamesTheOptions() {
        for (String command : List.of("snapshot", "clone", "send", "receive", "compact", "write")) {
            assertThat(cli.run(command, "--help")).as(command).isZero();
            assertThat(cli.out()).contains("Usage: livededup " + command).contains("VOLUME");
        }
    }
}
