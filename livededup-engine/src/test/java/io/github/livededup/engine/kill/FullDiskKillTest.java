package io.github.livededup.engine.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.LiveDedup;
import io.github.livededup.VolumeOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Processes killed while they fill a small file system to its last byte, give back, and fill it again. Needs root, and
 * mkfs for each file system. {@code -Dlivededup.kill.rounds} sets the rounds.
 */
@Tag("slow")
@Tag("root")
@Tag("kill")
class FullDiskKillTest {
    private static final int ROUNDS = Integer.getInteger("livededup.kill.rounds", 6);
    private static final long SEED = Long.getLong("livededup.kill.seed", System.nanoTime());

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"ext4, 40, -q -F", "xfs, 320, -q -f", "btrfs, 120, -q -f"})
    void nothingAcknowledgedIsLost(String type, int mebibytes, String flags) throws Exception {
        Path image = folder.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) mebibytes << 20);
        }
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String[] words = flags.split(" ");
        boolean isMounted = run("mkfs." + type, words[0], words[1], image.toString())
                && run("mount", "-o", "loop", image.toString(), disk.toString());
        assumeThat(isMounted).as("only root mounts; mkfs.%s", type).isTrue();
        try {
            fillAndKill(type, disk);
        } finally {
            assertThat(run("umount", disk.toString()) || run("umount", "-l", disk.toString()))
                    .isTrue();
        }
    }

    private void fillAndKill(String type, Path disk) throws Exception {
        Random random = new Random(SEED);
        Path directory = disk.resolve("volume");
        LiveDedup.create(
                        directory,
                        VolumeOptions.builder()
                                .groupSizeBytes(1 << 20)
                                .maxPhysicalBytes(1L << 30)
                                .build())
                .close();
        // What the volume does not need is taken away, so that the disk is full soon.
        long free = Files.getFileStore(disk).getUsableSpace();
        try (RandomAccessFile filler =
                new RandomAccessFile(disk.resolve("filler").toFile(), "rw")) {
            byte[] bytes = new byte[1 << 20];
            for (long left = free - (14L << 20); left > 0; left -= bytes.length) {
                random.nextBytes(bytes);
                filler.write(bytes);
            }
        }
        FillModel model = new FillModel(directory);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int refusals = random.nextInt(4);
            int images = round % 2 == 0 ? Integer.MAX_VALUE : 5 + random.nextInt(40);
            int[] seen = {0, 0};
            model.run(List.of("-Xmx256m"), 1_000, 1_000, line -> {
                seen[0] += line.equals("FULL") ? 1 : 0;
                seen[1] += line.startsWith("HAVE") ? 1 : 0;
                Thread.sleep(seen[0] > refusals ? random.nextInt(20) : 0);
                return seen[0] > refusals || seen[1] > images && random.nextInt(10) == 0;
            });
            if (!model.checkFull(type + ", round " + round + ", -Dlivededup.kill.seed=" + SEED)) {
                refused++;
                giveRoom(disk.resolve("filler"));
            }
        }
        System.out.println("kills on a full " + type + ": " + ROUNDS + " rounds, " + refused
                + " opens for changes refused, " + model);
        assertThat(model.full).as("the disk was full").isPositive();
    }

    private static void giveRoom(Path filler) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
            file.setLength(Math.max(0, file.length() - (2 << 20)));
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
