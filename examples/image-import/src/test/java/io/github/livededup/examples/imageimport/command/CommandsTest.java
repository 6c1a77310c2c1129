package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.CorruptionException;
import io.github.livededup.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look at a volume or change it, import and demo apart. */
class CommandsTest {
    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture();
    private Path volume;

    @BeforeEach
    void importTwo() throws IOException {
        volume = directory.resolve("volume");
        byte[] web = new byte[3 * 4096];
        web[0] = 1;
        web[4096] = 1;
        Path webFile = Files.write(directory.resolve("web.raw"), web);
        Path dbFile = Files.write(directory.resolve("db.raw"), new byte[4096]);
        assertThat(cli.run("import", "-j1", volume, webFile, dbFile)).isZero();
    }

    @Test
    void createSaysWhatItMade() {
        assertThat(cli.run("create", directory.resolve("new"), "--block-size", "8K"))
                .isZero();
        assertThat(cli.out()).isEqualTo("created " + directory.resolve("new") + ": 8 KiB blocks, sha-256, lz4-fast\n");
    }

    @Test
    void createRefusesWhatIsThere() {
        assertThat(cli.run("create", volume)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: " + volume + ": not empty\n");
    }

    @Test
    void listPrintsATable() {
        assertThat(cli.run("list", volume)).isZero();
        assertThat(cli.out().lines())
                .containsExactly(
                        "image   kind  logical   mapped               created  origin",
                        "------------------------------------------------------------",
                        "db     image  4.10 kB      0 B  2026-11-22T10:11:12Z       -",
                        "web    image  12.3 kB  8.19 kB  2026-11-22T10:11:12Z       -");
        assertThat(cli.volumes.volumes.get(volume).openedWith.isReadOnly()).isTrue();
    }

    @Test
    void listPrintsAnArray() {
        cli.run("list", "--json", volume);
        assertThat(cli.out())
                .startsWith("[{\"name\":\"db\",\"logicalBytes\":4096,\"mappedBytes\":0,\"created\":")
                .doesNotContain("exclusiveBytes");
        cli.run("list", "--long", "--json", volume);
        assertThat(cli.out()).contains("\"exclusiveBytes\":1,\"compressedBytes\":2");
    }

    @Test
    void infoHoldsTheFiguresScriptsRelyOn() {
        assertThat(cli.run("info", volume, "--json")).isZero();
        assertThat(cli.out())
                .contains("\"logicalBytes\":16384", "\"nonZeroBytes\":8192", "\"uniqueBlocks\":1")
                .contains("\"uniqueBytes\":4096", "\"storedBytes\":2048", "\"metadataBytes\":100")
                .contains("\"indexBytes\":200", "\"journalBytes\":300", "\"filterBytes\":400")
                .contains("\"indexBackend\":\"built-in\"", "\"images\":2", "\"blockGroups\":1")
                .contains("\"blockSize\":4096", "\"fingerprint\":\"sha-256\"", "\"neighbourHits\":1")
                .contains("\"deduplicationSaving\":0.5", "\"totalSaving\":0.75")
                .contains("\"snapshots\":0", "\"deadBytes\":6000", "\"physicalBytes\":700", "\"freeBytes\":800");
        cli.run("snapshot", volume, "web", "monday");
        assertThat(cli.run("info", volume)).isZero();
        assertThat(cli.out()).contains("saved in all").contains("75 %");
        assertThat(cli.out().lines())
                .contains(
                        line("images", "3"),
                        line("of them snapshots", "1"),
                        line("dead", "6.00 kB"),
                        line("on disk", "700 B"),
                        line("free", "800 B"));
    }

    private String line(String name, String value) {
        int width = 17 + 2 + volume.toString().length();
        return name + " ".repeat(width - name.length() - value.length()) + value;
    }

    @Test
    void exportWritesTheImageAndKeepsWhatIsThere() throws IOException {
        Path target = directory.resolve("out.raw");
        assertThat(cli.run("export", volume, "web", target)).isZero();
        assertThat(Files.mismatch(target, directory.resolve("web.raw"))).isEqualTo(-1);
        assertThat(cli.out()).startsWith("exported web to " + target + ": 12.3 kB");

        assertThat(cli.run("export", volume, "db", target)).isEqualTo(1);
        assertThat(cli.run("export", "--force", volume, "db", target)).isZero();
        assertThat(target).hasSize(4096);
    }

    @Test
    void readTellsTheRateOfEachPass() {
        assertThat(cli.run("read", volume, "web", "--times=2")).isZero();
        String line = "read web: 12.3 kB, 12.3 kB data, 0.01 s, 2 MB/s\n";
        assertThat(cli.out()).isEqualTo(line + line);
        assertThat(cli.run("read", "--json", volume, "web")).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume
                        + "\",\"name\":\"web\",\"logicalBytes\":12288,\"dataBytes\":12288,\"seconds\":[0.005]}\n");
        assertThat(cli.run("read", "--times=0", volume, "web")).isEqualTo(2);
    }

    @Test
    void rmDeletesWhatIsThereAndReportsTheRest() {
        assertThat(cli.run("rm", volume, "absent", "web")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: absent: no such image\n");
        assertThat(cli.out()).isEqualTo("deleted web: 12.3 kB freed\n");
        assertThat(cli.run("rm", "--json", volume, "db")).isZero();
        assertThat(cli.out())
                .isEqualTo("{\"volume\":\"" + volume + "\",\"deleted\":[{\"name\":\"db\",\"freedBytes\":4096}]}\n");
    }

    @Test
    void verifySaysClean() {
        assertThat(cli.run("verify", volume)).isZero();
        assertThat(cli.out()).startsWith("clean at level checksums: 7 metadata pages, 8 blocks, 9 B read");
    }

    @Test
    void verifyExitsWithThreeWhenDamageIsFound() {
        cli.volumes.volumes.get(volume).problems =
                List.of(new VerifyReport.Problem("group 1 block 2", "crc: actual=1 expected=2"));
        assertThat(cli.run("verify", volume, "--level=fingerprints")).isEqualTo(3);
        assertThat(cli.out())
                .startsWith("damaged: group 1 block 2: crc: actual=1 expected=2\n1 problem at level fingerprints");
        assertThat(cli.run("verify", "--json", volume)).isEqualTo(3);
        assertThat(cli.out())
                .contains("\"clean\":false,\"problemCount\":1,\"problems\":[{\"resource\":\"group 1 block 2\"");
    }

    @Test
    void damageAnywhereIsThree() {
        cli.volumes.failures.put("web", new CorruptionException("group 1", "crc: actual=1 expected=2"));
        assertThat(cli.run("export", volume, "web", directory.resolve("out.raw")))
                .isEqualTo(3);
        assertThat(cli.err()).isEqualTo("livededup: group 1: crc: actual=1 expected=2\n");
    }

    @Test
    void estimatePrintsATable() {
        assertThat(cli.run("estimate", directory.resolve("web.raw"))).isZero();
        assertThat(cli.out().lines())
                .containsExactly(
                        "block size  logical    zero  unique  stored  saved by dedup  with LZ4",
                        "---------------------------------------------------------------------",
                        "4 KiB       1.00 MB  200 kB  600 kB  200 kB            25 %      75 %",
                        "8 KiB       1.00 MB  200 kB  700 kB  250 kB            13 %      69 %");
        assertThat(cli.run("estimate", "--json", directory.resolve("web.raw"))).isZero();
        assertThat(cli.out()).startsWith("{\"estimates\":[{\"blockSize\":4096,");
        assertThat(cli.run("estimate", directory.resolve("absent"))).isEqualTo(1);
    }

    @Test
    void errorsAreOneLineOrOneObject() {
        Path absent = directory.resolve("absent");
        assertThat(cli.run("info", absent)).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: " + absent + ": no volume\n");

        assertThat(cli.run("info", "--json", absent)).isEqualTo(1);
        assertThat(cli.err())
                .isEqualTo("{\"error\":{\"type\":\"NotFoundException\",\"resource\":\"" + absent + "\",\"message\":\""
                        + absent + ": no volume\"}}\n");

        assertThat(cli.run("--verbose", "info", absent)).isEqualTo(1);
        assertThat(cli.err()).contains("\tat io.github.livededup");
    }

    @Test
    void usageErrorsExitWithTwo() {
        assertThat(cli.run()).isEqualTo(2);
        assertThat(cli.run("explode")).isEqualTo(2);
        assertThat(cli.run("list")).isEqualTo(2);
        assertThat(cli.err())
                .isEqualTo("livededup: Missing required parameter: 'VOLUME' (see livededup list --help)\n");
        assertThat(cli.run("verify", volume, "--level", "deep")).isEqualTo(2);
        assertThat(cli.err()).contains("structure, metadata, checksums, fingerprints");
        assertThat(cli.run("create", volume, "--memory", "lots", "--json")).isEqualTo(2);
        assertThat(cli.err()).startsWith("{\"error\":{\"type\":\"UsageException\",\"resource\":null,");
    }

    @Test
    void quietSaysNothing() {
        assertThat(cli.run("verify", "--quiet", volume)).isZero();
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(cli.run("--help")).isZero();
        assertThat(cli.out())
                .contains(
                        "create",
                        "import",
                        "list",
                        "info",
                        "export",
                        "cat",
                        "read",
                        "verify",
                        "repair",
                        "salvage",
                        "rm",
                        "estimate",
                        "demo")
                .contains("snapshot", "clone", "rename", "write", "discard", "resize", "diff", "send", "receive")
                .contains("compact", "frag");
        assertThat(cli.run("import", "--help")).isZero();
        assertThat(cli.out()).contains("--verify-duplicates", "--json");
    }
}
