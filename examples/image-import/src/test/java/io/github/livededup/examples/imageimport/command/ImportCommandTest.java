package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CorruptionException;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.RewritePolicy;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest {
    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture();
    private Path volume;

    @BeforeEach
    void setUp() {
        volume = directory.resolve("volume");
    }

    private Path file(String name, int blocks, int fill) throws IOException {
        byte[] bytes = new byte[blocks * 4096];
        Arrays.fill(bytes, (byte) fill);
        return Files.write(directory.resolve(name), bytes);
    }

    private FakeVolume fake() {
        return cli.volumes.volumes.get(volume);
    }

    @Test
    void createsTheVolumeAndNamesImagesAfterTheirFiles() throws IOException {
        int code = cli.run("import", volume, file("web.raw", 2, 1), file("db.raw", 3, 2));

        assertThat(code).isZero();
        assertThat(fake().images.contents).containsOnlyKeys("web", "db");
        assertThat(fake().isOpen()).isFalse();
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void closesWithATableThatAddsUp() throws IOException {
        cli.run("import", "-j", "1", volume, file("web.raw", 2, 1), file("db.raw", 3, 2));

        List<String> lines = cli.out().lines().toList();
        assertThat(lines)
                .startsWith(
                        "image  logical  non-zero      new  duplicate   stored    time  MB/s",
                        "-------------------------------------------------------------------",
                        "web    8.19 kB   8.19 kB  4.10 kB    4.10 kB  2.05 kB  0.02 s     0",
                        "db     12.3 kB   12.3 kB  4.10 kB    8.19 kB  2.05 kB  0.02 s     1",
                        "-------------------------------------------------------------------")
                .hasSize(8);
        assertThat(lines.get(5)).startsWith("total  20.5 kB   20.5 kB  8.19 kB    12.3 kB  4.10 kB");
        assertThat(lines.get(6))
                .isEqualTo("volume " + volume + ": 2 images, 20.5 kB non-zero, 4.10 kB stored; saved 80 % (dedup 60 %,"
                        + " with compression 80 %)");
        assertThat(lines.get(7))
                .isEqualTo("index built-in: 6 duplicates found, 17 % next to the last one, 33 % in memory, 50 %"
                        + " prefetched");
    }

    @Test
    void printsOneJsonObject() throws IOException {
        int code = cli.run("import", "--json", volume, file("web.raw", 2, 1));

        assertThat(code).isZero();
        assertThat(cli.out().lines()).hasSize(1);
        assertThat(cli.out())
                .startsWith("{\"volume\":\"" + volume + "\",\"volumeCreated\":true,\"images\":[{\"name\":\"web\","
                        + "\"logicalBytes\":8192,\"nonZeroBytes\":8192,\"newBytes\":4096,\"duplicateBytes\":4096,"
                        + "\"rewrittenBytes\":0,\"storedBytes\":2048,\"seconds\":0.02,\"file\":")
                .contains("\"failed\":[],\"total\":{\"name\":\"total\",\"logicalBytes\":8192")
                .contains("\"figures\":{\"volume\":", "\"neighbourHits\":1");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void passesTheOptionsOn() throws IOException {
        int code = cli.run(
                "import",
                "--block-size=16K",
                "--group-size=32M",
                "--fingerprint=xxh3-128",
                "--compression=LZ4_HC",
                "--memory=64M",
                "--index-backend=built-in",
                "--verify-duplicates",
                "--max-size=1G",
                volume,
                file("web.raw", 1, 1));

        assertThat(code).isZero();
        VolumeOptions options = fake().createdWith;
        assertThat(options.blockSizeBytes()).hasValue(16 << 10);
        assertThat(options.groupSizeBytes()).hasValue(32 << 20);
        assertThat(options.fingerprint()).contains(FingerprintAlgorithm.XXH3_128);
        assertThat(options.compression().name()).isEqualTo("LZ4_HC");
        assertThat(options.memoryBudgetBytes()).isEqualTo(64L << 20);
        assertThat(options.indexBackend().name()).isEqualTo("BUILT_IN");
        assertThat(options.verifyDuplicates()).isTrue();
        assertThat(options.maxPhysicalBytes()).hasValue(1L << 30);
    }

    @Test
    void passesTheRewritePolicyOnAndTellsItsCost() throws IOException {
        Path web = file("web.raw", 2, 1);

        assertThat(cli.run("import", "--rewrite=newest:a:b:0.3", "--rewrite-max=10%", volume, web))
                .isZero();
        RewritePolicy policy = fake().images.importedWith.rewrite();
        assertThat(policy.kind()).isEqualTo(RewritePolicy.Kind.NEWEST_VERSION);
        assertThat(policy.previousImage()).contains("a:b");
        assertThat(policy.minUtilisation()).isEqualTo(0.3);
        assertThat(policy.maxShare()).isEqualTo(0.1);
        assertThat(cli.out())
                .contains("rewritten: 4.10 kB of the new bytes were duplicates, stored anew to lie together\n");
        assertThat(fake().openedWith.backgroundCompaction()).isEqualTo(BackgroundCompaction.OFF);

        assertThat(cli.run("import", "--rewrite=run:8", "--json", "--name=b", volume, web))
                .isZero();
        assertThat(fake().images.importedWith.rewrite().minRunBlocks()).isEqualTo(8);
        assertThat(cli.out()).contains("\"rewrittenBytes\":4096");

        assertThat(cli.run("import", "--rewrite=never", "--name=c", volume, web))
                .isZero();
        assertThat(cli.out()).doesNotContain("rewritten");
        assertThat(cli.run("import", "--rewrite=run:1", "--name=d", volume, web))
                .isEqualTo(2);
        assertThat(cli.err()).contains("2..256 blocks");
        assertThat(cli.run("import", "--rewrite=often", "--name=d", volume, web))
                .isEqualTo(2);
        assertThat(cli.err()).contains("'often' is not one of never, newest:IMAGE[:SHARE], run:BLOCKS");
        assertThat(cli.run("import", "--rewrite-max=2", "--name=d", volume, web))
                .isEqualTo(2);
    }

    @Test
    void anExistingVolumeIsOpenedAndATakenNameLeavesTheOthersAlone() throws IOException {
        cli.run("import", volume, file("web.raw", 1, 1));

        int code = cli.run("import", "-j", "1", volume, file("web.raw", 1, 3), file("db.raw", 1, 2));

        assertThat(code).isEqualTo(1);
        assertThat(fake().images.contents).containsOnlyKeys("web", "db");
        assertThat(cli.err()).isEqualTo("livededup: web: there is an image of that name\n");
        assertThat(cli.out()).contains("db ").doesNotContain("web ");
    }

    @Test
    void afterAFullDiskNothingMoreIsBegun() throws IOException {
        cli.run("create", volume);
        cli.volumes.failures.put("a", new VolumeFullException(volume.toString(), "no space left"));

        int code = cli.run("import", "-j", "1", "--json", volume, file("a.raw", 1, 1), file("b.raw", 1, 2));

        assertThat(code).isEqualTo(1);
        assertThat(fake().images.contents).isEmpty();
        assertThat(cli.err().lines()).hasSize(2).first().asString().contains("\"type\":\"VolumeFullException\"");
        assertThat(cli.out()).contains("\"failed\":[{\"name\":\"a\"").contains("{\"name\":\"b\"");
    }

    @Test
    void damageDecidesTheExitCode() throws IOException {
        cli.run("create", volume);
        cli.volumes.failures.put("a", new CorruptionException("group 3", "crc"));

        assertThat(cli.run("import", volume, file("a.raw", 1, 1))).isEqualTo(3);
    }

    @Test
    void aMissingSourceIsSaidBeforeTheVolumeIsCreated() throws IOException {
        int code = cli.run("import", volume, file("web.raw", 1, 1), directory.resolve("absent.raw"));

        assertThat(code).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("livededup: " + directory.resolve("absent.raw") + ": no such file\n");
        assertThat(volume).doesNotExist();
    }

    @Test
    void aDirectoryIsNoSource() {
        assertThat(cli.run("import", volume, directory)).isEqualTo(1);
        assertThat(cli.err()).contains("is a directory");
    }

    @Test
    void anEmptyNewVolumeIsLeftAndSaid() throws IOException {
        cli.volumes.failures.put("web", new IOException("input/output error"));

        int code = cli.run("import", volume, file("web.raw", 1, 1));

        assertThat(code).isEqualTo(1);
        assertThat(cli.err()).contains("nothing was imported; the new volume " + volume + " is left");
        assertThat(volume).exists();
    }

    @Test
    void usageMistakesAreFoundFirst() throws IOException {
        Path web = file("web.raw", 1, 1);
        Path other = Files.copy(web, directory.resolve("web.img"));
        assertThat(cli.run("import", volume)).isEqualTo(2);
        assertThat(cli.run("import", volume, web, other)).isEqualTo(2);
        assertThat(cli.err()).contains("two files would become image 'web'");
        assertThat(cli.run("import", "--name", "x", volume, web, other)).isEqualTo(2);
        assertThat(cli.run("import", volume, "-")).isEqualTo(2);
        assertThat(cli.err()).contains("--name: needed");
        assertThat(cli.run("import", "--jobs", "0", volume, web)).isEqualTo(2);
        assertThat(cli.run("import", "--block-size", "5000", volume, web)).isEqualTo(2);
        assertThat(cli.err()).contains("blockSizeBytes: actual=5000");
        assertThat(volume).doesNotExist();
    }
}
