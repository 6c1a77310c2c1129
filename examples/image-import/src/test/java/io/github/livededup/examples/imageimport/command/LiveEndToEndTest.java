package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of an image on the real engine: snapshot, change, clone, send, delete, and the space comes back. */
class LiveEndToEndTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 1000;

    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture(Volumes.LIVE);
    private final byte[] before = new byte[BLOCKS * BLOCK];
    private byte[] after = new byte[0];
    private Path volume;

    /** An image of noise in a volume of small groups, kept as "monday" and changed since: 10 blocks, and 5 discarded. */
    @BeforeEach
    void importAndChange() throws IOException {
        volume = directory.resolve("volume");
        new Random(1).nextBytes(before);
        run("import", "--group-size=1M", "--memory=64M", "--name=web", volume, file("web.raw", before));
        run("snapshot", volume, "web", "monday");
        byte[] patch = new byte[10 * BLOCK];
        new Random(2).nextBytes(patch);
        run("write", volume, "web", 100 * BLOCK, file("patch", patch));
        run("discard", volume, "web", 500 * BLOCK, 5 * BLOCK);
        after = before.clone();
        System.arraycopy(patch, 0, after, 100 * BLOCK, patch.length);
        Arrays.fill(after, 500 * BLOCK, 505 * BLOCK, (byte) 0);
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(directory.resolve(name), bytes);
    }

    private String run(Object... args) {
        assertThat(cli.run(args)).as(cli::err).isZero();
        return cli.out();
    }

    private void assertContent(Path where, String name, byte[] expected) throws IOException {
        Path exported = directory.resolve("exported");
        run("export", "--force", where, name, exported);
        assertThat(Files.mismatch(exported, file("expected", expected))).isEqualTo(-1);
    }

    private static long number(String json, String key) {
        Matcher matcher = Pattern.compile('"' + key + "\":(\\d+)").matcher(json);
        assertThat(matcher.find()).as("%s in %s", key, json).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void aSnapshotKeepsWhatTheImageWas() throws IOException {
        run("clone", volume, "monday", "test");

        assertContent(volume, "monday", before);
        assertContent(volume, "test", before);
        assertContent(volume, "web", after);
        assertThat(run("list", "--json", volume)).contains("\"snapshot\":true,\"origin\":\"web\"");
        assertThat(run("info", "--json", volume)).contains("\"images\":3,\"snapshots\":1");
        assertThat(cli.run("write", volume, "monday", "0", directory.resolve("patch")))
                .isEqualTo(1);
        run("verify", "--level=fingerprints", volume);
    }

    @Test
    void diffFindsWhatWasChanged() {
        assertThat(run("diff", "--json", volume, "monday", "web"))
                .contains("\"extentCount\":2,\"dataBytes\":" + 10 * BLOCK + ",\"holeBytes\":" + 5 * BLOCK)
                .contains("{\"position\":" + 100 * BLOCK + ",\"length\":" + 10 * BLOCK + ",\"kind\":\"data\"}")
                .contains("{\"position\":" + 500 * BLOCK + ",\"length\":" + 5 * BLOCK + ",\"kind\":\"hole\"}");
    }

    @Test
    void anotherVolumeFollowsByDifferences() throws IOException {
        Path other = directory.resolve("other");
        Path stream = directory.resolve("stream");
        run("create", other);
        run("send", volume, "monday", stream);
        run("receive", other, "monday", stream);
        String sent = run("send", "--force", "--json", "--base=monday", volume, "web", stream);
        assertThat(number(sent, "sentBlocks")).isEqualTo(10);
        assertThat(number(sent, "holeBlocks")).isEqualTo(5);
        run("receive", "--base=monday", other, "web", stream);

        assertContent(other, "monday", before);
        assertContent(other, "web", after);
        run("verify", "--level=fingerprints", other);

        String known = run("send", "--force", "--json", "--receiver", other, volume, "web", stream);
        assertThat(number(known, "sentBlocks")).isZero();
        run("receive", other, "again", stream);
        assertContent(other, "again", after);

        assertThat(cli.run("receive", "--base=web", other, "wrong", stream)).isEqualTo(1);
        byte[] cut = Files.readAllBytes(stream);
        file("cut", Arrays.copyOf(cut, cut.length - 7));
        assertThat(cli.run("receive", other, "cut", directory.resolve("cut"))).isEqualTo(3);
        assertThat(run("list", "--json", other)).doesNotContain("\"cut\"", "\"wrong\"");
    }

    @Test
    void deletedImagesGiveTheirSpaceBack() throws IOException {
        long told = number(run("rm", "--dry-run", "--json", volume, "monday"), "exclusiveBytes");
        assertThat(told).isGreaterThanOrEqualTo(15 * BLOCK);
        assertThat(number(run("rm", "--json", volume, "monday"), "freedBytes")).isEqualTo(told);
        byte[] small = Arrays.copyOf(after, 20 * BLOCK);
        run("resize", volume, "web", small.length);
        String full = run("info", "--json", volume);
        assertThat(number(full, "deadBytes")).isGreaterThan(3L << 20);

        String compacted = run("compact", "--json", volume);

        String info = run("info", "--json", volume);
        assertThat(number(info, "uniqueBlocks")).isEqualTo(20);
        assertThat(number(info, "deadBytes"))
                .as("only the group that is still written to keeps its dead blocks")
                .isLessThan(1L << 20);
        assertThat(number(compacted, "reclaimedBytes")).isGreaterThan(2L << 20);
        long metadataGrowth = 512 << 10;
        assertThat(number(info, "physicalBytes"))
                .isLessThanOrEqualTo(
                        number(full, "physicalBytes") - number(compacted, "reclaimedBytes") + metadataGrowth);
        assertContent(volume, "web", small);
        run("verify", "--level=fingerprints", volume);

        run("import", "--name=back", volume, file("web.raw", before));
        assertContent(volume, "back", before);
        run("verify", "--level=fingerprints", volume);
    }

    @Test
    void anImportThatRewritesTellsItsCost() throws IOException {
        byte[] scattered = new byte[BLOCKS * BLOCK];
        new Random(3).nextBytes(scattered);
        for (int block = 0; block < BLOCKS; block += 10) {
            System.arraycopy(before, block * BLOCK, scattered, block * BLOCK, BLOCK);
        }
        Path source = file("scattered", scattered);

        String never = run("import", "--json", "--name=never", volume, source);
        assertThat(number(never, "rewrittenBytes")).isZero();
        run("rm", volume, "never");
        String runs = run("import", "--json", "--rewrite=run:8", "--rewrite-max=50%", "--name=runs", volume, source);

        assertThat(number(runs, "rewrittenBytes")).isPositive();
        assertContent(volume, "runs", scattered);
        assertThat(run("frag", "--json", volume)).contains("\"name\":\"runs\"", "\"total\":{");
        run("verify", "--level=fingerprints", volume);
    }
}
