package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the real engine. */
class EndToEndTest {
    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    private final CliFixture cli = new CliFixture(Volumes.LIVE);
    private Path volume;
    private Path first;
    private Path second;

    /** Two images of odd length: 40 blocks of noise in both, 10 only in the second, zeros between. */
    @BeforeEach
    void makeImages() throws IOException {
        volume = directory.resolve("volume");
        byte[] shared = noise(1, 40 * BLOCK);
        first = directory.resolve("first.raw");
        second = directory.resolve("second.raw");
        write(first, 0, shared);
        write(first, 500L * BLOCK, new byte[] {1, 2, 3});
        write(second, 100L * BLOCK, shared);
        write(second, 300L * BLOCK, noise(2, 10 * BLOCK));
    }

    private static byte[] noise(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void write(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    @Test
    @Tag("root")
    void aBlockDeviceIsOverwrittenByForceOnly() throws Exception {
        importBoth();
        Path device = directory.resolve("device");
        // A device of a number that is for local use: there is none behind it, so that nothing is lost.
        Process made = new ProcessBuilder("mknod", device.toString(), "b", "60", "77").start();
        assumeThat(made.waitFor()).isZero();
        for (String command : List.of("export", "send")) {
            assertThat(cli.run(command, volume, "first", device)).isEqualTo(1);
            assertThat(cli.err()).contains("a block device").contains("--force");
            assertThat(cli.run(command, "--force", volume, "first", device)).isEqualTo(1);
            assertThat(cli.err()).doesNotContain("block device").contains(device.toString());
            assertThat(cli.run(command, volume, "first", Path.of("/dev/null")))
                    .as(cli::err)
                    .isZero();
        }
    }

    private void importBoth() {
        assertThat(cli.run("import", "--group-size=1M", "--memory=64M", volume, first, second))
                .as(cli::err)
                .isZero();
    }

    private void assertIdentical(String name, Path source) throws IOException {
        Path exported = directory.resolve("exported");
        assertThat(cli.run("export", "--force", volume, name, exported))
                .as(cli::err)
                .isZero();
        assertThat(Files.mismatch(exported, source)).isEqualTo(-1);
    }

    @Test
    void imagesComeBackAndDuplicatesAreStoredOnce() throws IOException {
        importBoth();

        assertIdentical("first", first);
        assertIdentical("second", second);
        assertThat(cli.run("info", "--json", volume)).isZero();
        assertThat(cli.out())
                .contains("\"images\":2", "\"uniqueBlocks\":51", "\"nonZeroBytes\":" + 91 * BLOCK)
                .contains("\"logicalBytes\":" + (Files.size(first) + Files.size(second)));
        assertThat(cli.run("list", "--long", "--json", volume)).isZero();
        assertThat(cli.out()).contains("\"name\":\"first\"", "\"mappedBytes\":" + 41 * BLOCK, "\"dataExtents\":2");
        assertThat(cli.run("verify", "--level=fingerprints", volume)).isZero();
    }

    @Test
    void deletedImagesGiveTheirBlocksBack() throws IOException {
        importBoth();

        assertThat(cli.run("rm", volume, "second")).isZero();
        cli.run("info", "--json", volume);
        assertThat(cli.out()).contains("\"images\":1", "\"uniqueBlocks\":41");
        assertIdentical("first", first);
        assertThat(cli.run("verify", volume)).isZero();
        assertThat(cli.run("export", volume, "second", directory.resolve("x"))).isEqualTo(1);
    }

    @Test
    void imagesAreChangedInPlace() throws IOException {
        importBoth();
        byte[] patch = noise(3, 3 * BLOCK + 17);
        Path input = Files.write(directory.resolve("patch"), patch);

        assertThat(cli.run("write", volume, "first", 5 * BLOCK + 100, input))
                .as(cli::err)
                .isZero();
        assertThat(cli.run("discard", volume, "first", 20 * BLOCK - 1, 2 * BLOCK))
                .as(cli::err)
                .isZero();
        assertThat(cli.run("resize", volume, "first", 600L * BLOCK + 1))
                .as(cli::err)
                .isZero();
        assertThat(cli.run("rename", volume, "first", "third")).as(cli::err).isZero();

        write(first, 5L * BLOCK + 100, patch);
        write(first, 20L * BLOCK - 1, new byte[2 * BLOCK]);
        write(first, 600L * BLOCK, new byte[1]);
        assertIdentical("third", first);
        assertIdentical("second", second);
        assertThat(cli.run("write", volume, "third", 600L * BLOCK, input)).isEqualTo(2);
        assertThat(cli.run("verify", "--level=fingerprints", volume)).isZero();
    }

    @Test
    void theIndexFolderMayBeLost() throws IOException {
        importBoth();
        deleteTree(volume.resolve("index"));

        assertIdentical("first", first);
        assertThat(cli.run("import", "--json", "--name", "again", volume, second))
                .isZero();
        assertThat(cli.out()).contains("\"newBytes\":0");
        assertThat(cli.run("verify", volume)).isZero();
    }

    @Test
    void anotherBlockSizeIsRefused() {
        importBoth();

        assertThat(cli.run("import", "--block-size=8K", "--name", "third", volume, first))
                .isEqualTo(1);
        assertThat(cli.err()).contains("8192").contains("4096");
    }

    @Test
    void whatIsNoVolumeIsSaid() throws IOException {
        Path foreign = Files.createDirectories(directory.resolve("foreign"));
        Files.writeString(foreign.resolve("file"), "not a volume");

        assertThat(cli.run("info", directory.resolve("absent"))).isEqualTo(1);
        assertThat(cli.err()).startsWith("livededup: ").hasLineCount(1);
        assertThat(cli.run("import", foreign, first)).isEqualTo(1);
        assertThat(cli.run("list", foreign)).isEqualTo(1);
        assertThat(foreign.resolve("file")).hasContent("not a volume");
    }

    @Test
    void badNamesAreUsageMistakes() {
        assertThat(cli.run("import", "--name", "a/b", volume, first)).isEqualTo(2);
        assertThat(cli.err()).contains("a/b");
    }

    @Test
    void damagedBlocksAreFound() throws IOException {
        importBoth();
        overwriteNoise();

        assertThat(cli.run("verify", volume)).isEqualTo(3);
        assertThat(cli.out()).startsWith("damaged: ");
        assertThat(cli.run("export", volume, "first", directory.resolve("x"))).isEqualTo(3);
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void aReportNamesTheImagesOfADamagedBlock() throws IOException {
        importBoth();
        overwriteNoise();
        assertThat(cli.run("verify", volume)).isEqualTo(3);
        assertThat(cli.out())
                .contains("  used by first at " + 5 * BLOCK + ", " + BLOCK + " bytes")
                .contains("  used by second at " + 105 * BLOCK + ", " + BLOCK + " bytes");
        assertThat(cli.run("verify", "--json", volume)).isEqualTo(3);
        assertThat(cli.out())
                .contains("\"problemCount\":1,", "\"kind\":\"block\"", "\"useCount\":2", "\"complete\":true")
                .contains("{\"image\":\"first\",\"offset\":" + 5 * BLOCK + ",\"length\":" + BLOCK + "}");
    }

    @Test
    void aVerificationGoesOnFromItsCursorFile() throws IOException {
        importBoth();
        Path cursor = directory.resolve("cursor");
        int runs = 0;
        do {
            assertThat(cli.run("verify", "--rate=1", "--max-time=1ms", "--threads=1", "--cursor-file", cursor, volume))
                    .as(cli::err)
                    .isZero();
            assertThat(cli.out().contains("not complete")).isEqualTo(Files.exists(cursor));
            runs++;
        } while (Files.exists(cursor) && runs < 50);
        assertThat(cursor).doesNotExist();

        Files.writeString(cursor, "LDV1:nonsense\n");
        assertThat(cli.run("verify", "--cursor-file", cursor, volume)).isEqualTo(2);
        assertThat(cli.err()).startsWith("livededup: cursor: actual=LDV1:nonsense expected=");
        assertThat(cli.run("verify", "--max-time=soon", volume)).isEqualTo(2);
        assertThat(cli.run("verify", "--threads=-1", volume)).isEqualTo(2);
        assertThat(cli.run("verify", "--rate=0", volume)).isEqualTo(2);
    }

    @Test
    void aDamagedVolumeIsSalvaged() throws IOException {
        importBoth();
        Path target = directory.resolve("new");
        assertThat(cli.run("salvage", volume, target)).as(cli::err).isZero();
        assertThat(cli.out()).contains("image first: ", "whole").contains("; nothing of them lost");
        assertThat(cli.run("export", target, "second", directory.resolve("x"))).isZero();
        assertThat(Files.mismatch(directory.resolve("x"), second)).isEqualTo(-1);
        assertThat(cli.run("salvage", volume, target)).isEqualTo(1);

        overwriteNoise();
        Path other = directory.resolve("other");
        assertThat(cli.run("salvage", volume, other)).isEqualTo(3);
        assertThat(cli.out())
                .contains("  lost at " + 5 * BLOCK + ", " + BLOCK + " bytes: block ")
                .contains("8.19 kB of them lost");
        assertThat(cli.run("verify", "--level=fingerprints", other)).isZero();
        assertThat(cli.run("salvage", "--json", "--only-whole", volume, directory.resolve("third")))
                .isEqualTo(3);
        assertThat(cli.out())
                .contains("\"complete\":false", "\"kept\":false", "\"lostBytes\":4096")
                .contains("{\"offset\":" + 105 * BLOCK + ",\"length\":4096,\"cause\":\"block\"");
        assertThat(cli.run("salvage", volume)).isEqualTo(2);
        assertThat(cli.run("salvage", volume, volume.resolve("within"))).isEqualTo(2);
    }

    @Test
    void aVolumeIsRepairedOnlyWhenToldTo() throws IOException {
        importBoth();
        assertThat(cli.run("repair", volume)).as(cli::err).isZero();
        assertThat(cli.out()).endsWith("nothing to repair\n").contains(", in force");

        deleteTree(volume.resolve("journal"));
        assertThat(cli.run("verify", volume)).isEqualTo(3);
        assertThat(cli.run("repair", "--dry-run", volume)).isEqualTo(3);
        assertThat(cli.out())
                .contains("cut-journal: helps; ", "  loses: nothing, as the volume was closed cleanly")
                .endsWith("advised: livededup repair " + volume + " --apply cut-journal\n");
        assertThat(cli.run("repair", "--json", volume)).isEqualTo(3);
        assertThat(cli.out())
                .contains("\"opens\":false", "\"advised\":[\"cut-journal\"]", "\"helps\":true", "\"inForce\":true");
        assertThat(volume.resolve("journal")).doesNotExist();

        assertThat(cli.run("repair", volume, "--apply", "rebuild-counts")).isEqualTo(1);
        assertThat(cli.err()).contains("repair by [REBUILD_COUNTS]: ");
        assertThat(cli.run("repair", volume, "--apply", "cut-journal,rebuild-index"))
                .as(cli::err)
                .isZero();
        assertThat(cli.out()).contains("repaired " + volume, "lost: nothing, as the volume", "clean at level metadata");
        assertThat(cli.run("verify", "--level=fingerprints", volume)).isZero();
        assertThat(cli.run("repair", volume, "--apply", "magic")).isEqualTo(2);
        assertThat(cli.run("repair", volume, "--dry-run", "--apply", "rebuild-index"))
                .isEqualTo(2);
    }

    @Test
    void onlyARunThatRemembersWrites() throws IOException {
        importBoth();
        assertThat(cli.run("verify", volume)).isZero();
        assertThat(volume.resolve("scrub")).doesNotExist();
        assertThat(cli.run("verify", "--remember", volume)).isZero();
        assertThat(volume.resolve("scrub")).exists();
    }

    /** Finds a stored block of the noise, which does not compress, and changes a byte in it. */
    private void overwriteNoise() throws IOException {
        byte[] wanted = new byte[64];
        System.arraycopy(noise(1, 40 * BLOCK), 5 * BLOCK, wanted, 0, wanted.length);
        ByteBuffer pattern = ByteBuffer.wrap(wanted);
        for (Path file : files(volume)) {
            byte[] content = Files.readAllBytes(file);
            for (int at = 0; at + wanted.length <= content.length; at++) {
                if (content[at] == wanted[0]
                        && ByteBuffer.wrap(content, at, wanted.length).equals(pattern)) {
                    write(file, at, new byte[] {(byte) ~wanted[0]});
                    return;
                }
            }
        }
        throw new AssertionError("the block is not in the volume as it is");
    }

    @Test
    void theDemonstrationRunsOnSmallImages() {
        assertThat(cli.run("demo", "--limit=6M", "--group-size=1M", "--maven-repo", directory.resolve("absent")))
                .as(cli::err)
                .isZero();
        assertThat(cli.out().lines().reduce((a, b) -> b))
                .hasValueSatisfying(
                        line -> assertThat(line).startsWith("demo: 2 images, identical after export; saved "));
    }

    @Test
    void estimatesCoverEveryBlockSize() {
        assertThat(cli.run("estimate", "--json", first, second)).as(cli::err).isZero();
        assertThat(cli.out())
                .contains("{\"blockSize\":4096,", "\"nonZeroBytes\":" + 91 * BLOCK, "\"uniqueBytes\":" + 51 * BLOCK)
                .contains("{\"blockSize\":65536,");
    }

    private static List<Path> files(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        for (Path file : files(tree)) {
            Files.delete(file);
        }
        Files.delete(tree);
    }
}
