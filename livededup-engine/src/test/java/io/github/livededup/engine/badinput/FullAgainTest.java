package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A volume is filled, emptied by half, compacted and filled again, over and over: what is full still reads, deletes and
 * discards, the room comes back, and no capacity is lost with time.
 */
class FullAgainTest extends EngineCase {
    private static final int ROUNDS = Integer.getInteger("livededup.test.rounds", 6);
    private static final int IMAGE_BLOCKS = 100;
    private static final int DISK_MIB = 64;
    private static final VolumeOptions LIMITED =
            OPTIONS.toBuilder().maxPhysicalBytes(24L << 20).build();

    private final long seed = Seeds.seed();
    private final Random random = new Random(seed);
    /** The images there are, and the seed of each one's bytes. */
    private final Map<String, Long> images = new TreeMap<>();

    private long made;

    /** Creates images until the volume is full; the last one is there in part, and taken away. Returns how many fit. */
    private int fill(Volume volume) throws IOException {
        for (int filled = 0; ; filled++) {
            String name = "image-" + made;
            byte[] bytes = TestData.random(IMAGE_BLOCKS * BLOCK, made);
            boolean isCreated = false;
            try (Image image = volume.images().create(name, bytes.length)) {
                isCreated = true;
                image.write(ByteBuffer.wrap(bytes), 0);
                image.flush();
                images.put(name, made++);
            } catch (VolumeFullException e) {
                if (isCreated) {
                    volume.images().delete(name);
                }
                return filled;
            }
        }
    }

    private void checkAll(Volume volume) throws IOException {
        assertThat(names(volume)).containsExactlyElementsOf(images.keySet());
        for (Map.Entry<String, Long> image : images.entrySet()) {
            assertThat(readImage(volume, image.getKey()))
                    .as(image.getKey())
                    .isEqualTo(TestData.random(IMAGE_BLOCKS * BLOCK, image.getValue()));
        }
    }

    /** Deletes or discards half of the images, chosen so that groups die in part. */
    private int halve(Volume volume) throws IOException {
        List<String> all = new ArrayList<>(images.keySet());
        int gone = 0;
        for (int i = 0; i < all.size(); i++) {
            if (i % 2 == 0) {
                continue;
            }
            String name = all.get(i);
            if (random.nextBoolean()) {
                try (Image image = volume.images().open(name)) {
                    image.discard(0, image.sizeBytes());
                }
                assertThat(volume.images().delete(name)).isZero();
            } else {
                long exclusive = volume.images().exclusiveBytes(name);
                assertThat(volume.images().delete(name)).isEqualTo(exclusive).isEqualTo(IMAGE_BLOCKS * (long) BLOCK);
            }
            images.remove(name);
            gone++;
        }
        return gone;
    }

    private void rounds(VolumeOptions options) throws IOException {
        Volume volume = LiveDedup.create(directory, options);
        try {
            int capacity = 0;
            for (int round = 0; round < ROUNDS; round++) {
                String what = "seed " + seed + ", round " + round;
                fill(volume);
                int held = images.size();
                System.out.println(
                        what + ": " + held + " images, " + volume.statistics().freeBytes() + " bytes free");
                checkAll(volume);
                assertThat(held).as(what).isGreaterThan(4);
                capacity = round == 0 ? held : capacity;
                // Where the parts of groups lie differs from round to round; that is no loss.
                assertThat(held).as(what).isGreaterThanOrEqualTo(capacity - capacity / 10 - 1);
                int gone = halve(volume);
                checkAll(volume);
                CompactionResult result = volume.compact(CompactionOptions.defaults());
                what += ", " + result;
                assertClean(volume);
                int again = fill(volume);
                assertThat(again).as(what + ", of " + gone).isGreaterThanOrEqualTo(gone - gone / 5 - 1);
                checkAll(volume);
                halve(volume);
                if (round % 2 == 1) {
                    volume.close();
                    volume = LiveDedup.open(directory, options);
                    checkAll(volume);
                }
                volume.compact(CompactionOptions.defaults());
            }
            assertClean(volume);
            assertUsable(volume);
        } finally {
            volume.close();
        }
        try (Volume again = LiveDedup.open(directory, options)) {
            checkAll(again);
        }
    }

    @Test
    void aLimitedVolumeLosesNoCapacity() throws IOException {
        rounds(LIMITED.toBuilder()
                .backgroundCompaction(BackgroundCompaction.OFF)
                .build());
    }

    @Test
    void noWriteBufferAndBackgroundCompaction() throws IOException {
        rounds(LIMITED.toBuilder().writeBufferBytes(0).build());
    }

    @Test
    @Tag("root")
    @Tag("slow") // what else the system keeps on a full disk is not in the test's hands
    void aFileSystemThatIsFullLosesNoCapacity() throws Exception {
        Path image = temporary.resolve("disk.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength((long) DISK_MIB << 20);
        }
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        boolean mounted = run("mkfs.ext4", "-q", "-F", image.toString())
                && run("mount", "-o", "loop", image.toString(), disk.toString());
        assumeThat(mounted).as("only root mounts").isTrue();
        try {
            directory = disk.resolve("volume");
            // The limit makes the journal small, and is more than the disk has.
            rounds(OPTIONS.toBuilder().maxPhysicalBytes(128L << 20).build());
        } finally {
            unmount(disk);
        }
    }

    /** An index file that could not be made for want of room may be open until the garbage collector finds it. */
    private static void unmount(Path disk) throws IOException, InterruptedException {
        boolean done = false;
        for (int i = 0; i < 10 && !done; i++) {
            System.gc();
            Thread.sleep(100);
            done = run("umount", disk.toString());
        }
        assertThat(done).as("nothing of the volume is open").isTrue();
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command).start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }
}
