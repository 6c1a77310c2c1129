package io.github.livededup.engine.kill;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.IndexBackend;
import io.github.livededup.LiveDedup;
import io.github.livededup.LiveDedupException;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * Fills a volume until the disk is full, deletes some images, and fills it again, until it is killed or its memory is used
 * up. It tells {@code OPENING}, {@code OPENED}; {@code HAVE n} once image n is committed, {@code DROP n} before it is deleted
 * and {@code GONE n} once that is committed; {@code FULL} and {@code MEMORY} for each refusal.
 */
final class FillChild {
    /** The bytes of an image. */
    static final int IMAGE_BYTES = 60 * 4096;

    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .indexBackend(IndexBackend.BUILT_IN)
            .workerThreads(2)
            .backgroundCompaction(new BackgroundCompaction(true, 0.1, 1L << 30))
            .build();

    private final Volume volume;
    private final Deque<Integer> images = new ArrayDeque<>();
    private final Random random;
    private int next;

    private FillChild(Volume volume, long seed, int next) {
        this.volume = volume;
        this.random = new Random(seed);
        this.next = next;
    }

    /** Arguments: volume, seed, number of the first image, most images at a time, most refusals. */
    public static void main(String[] arguments) {
        int refusals = 0;
        try {
            say("OPENING");
            Volume volume = LiveDedup.open(Path.of(arguments[0]), OPTIONS);
            say("OPENED");
            FillChild child = new FillChild(volume, Long.parseLong(arguments[1]), Integer.parseInt(arguments[2]));
            child.find();
            int most = Integer.parseInt(arguments[3]);
            while (refusals < Integer.parseInt(arguments[4])) {
                refusals += child.step(most);
            }
        } catch (OutOfMemoryError e) {
            say("MEMORY " + e);
        } catch (LiveDedupException e) {
            say("REFUSED " + e);
        } catch (Throwable e) {
            e.printStackTrace(System.out);
            say("FAILED " + e);
        }
        // Closes nothing, as a process that is out of memory or killed does not.
        Runtime.getRuntime().halt(4);
    }

    private void find() throws IOException {
        for (ImageInfo info : volume.images().list()) {
            images.add(Integer.valueOf(info.name()));
        }
    }

    /** One image more or some less; 1 if it was refused. */
    private int step(int most) throws IOException {
        try {
            if (images.size() >= most || random.nextInt(20) == 0) {
                drop();
            } else {
                add();
            }
            return 0;
        } catch (VolumeFullException e) {
            say("FULL");
            drop();
            return 1;
        } catch (OutOfMemoryError e) {
            say("MEMORY " + e);
            return 1;
        }
    }

    private void add() throws IOException {
        int number = next++;
        byte[] bytes = content(number);
        images.add(number);
        if (number % 3 == 0) {
            volume.images()
                    .importChannel(
                            Channels.newChannel(new ByteArrayInputStream(bytes)),
                            Integer.toString(number),
                            TransferOptions.defaults());
        } else {
            try (Image image = volume.images().create(Integer.toString(number), bytes.length)) {
                image.write(ByteBuffer.wrap(bytes), 0);
            }
        }
        volume.commit();
        say("HAVE " + number);
    }

    private void drop() throws IOException {
        for (int left = images.size() / 2; left > 0; left--) {
            int number = images.remove();
            if (random.nextInt(3) == 0) {
                images.add(number);
                continue;
            }
            say("DROP " + number);
            if (volume.images().list().stream().anyMatch(info -> info.name().equals(Integer.toString(number)))) {
                volume.images().delete(Integer.toString(number));
            }
            volume.commit();
            say("GONE " + number);
        }
        volume.compact(CompactionOptions.defaults());
    }

    /** The bytes of an image, half of them another's. */
    static byte[] content(int number) {
        byte[] bytes = TestData.random(IMAGE_BYTES, number);
        System.arraycopy(TestData.random(IMAGE_BYTES / 2, number / 4 + 1_000_000), 0, bytes, 0, IMAGE_BYTES / 2);
        return bytes;
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
