package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * One writer's part of an image that it shares with others: stripes that end within blocks, so that a block has bytes of
 * several writers and a lost update shows, and a stretch of its own. It knows what must be there.
 */
final class LiveDisk {
    /** Writers of one image. */
    static final int WRITERS = 3;
    /** What one writer has, of stripes and in one piece. */
    static final int PART_BYTES = 300_000;
    /** The whole image. */
    static final int SIZE_BYTES = 2 * WRITERS * PART_BYTES + 777;

    /** No divisor of a block. */
    private static final int STRIPE_BYTES = 3_000;

    private static final int STRIPES = PART_BYTES / STRIPE_BYTES;
    private static final byte[] POOL = TestData.random(1 << 20, 4711);

    private final String name;
    private final int writer;
    private final Random random;
    private final byte[][] stripes = new byte[STRIPES][STRIPE_BYTES];
    private final byte[] piece = new byte[PART_BYTES];
    private long steps;

    LiveDisk(String name, int writer, long seed) {
        this.name = name;
        this.writer = writer;
        random = new Random(seed * 31 + writer);
    }

    long steps() {
        return steps;
    }

    /** Does one thing and notes it, unless the volume is closed meanwhile. */
    void step(Image image) throws IOException {
        steps++;
        if (random.nextBoolean()) {
            inStripe(image);
        } else {
            inPiece(image);
        }
    }

    private static byte[] anyBytes(Random random, int length) {
        // From few places, block by block, so that there are duplicates.
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += 4096) {
            int from = random.nextInt(8) == 0 ? random.nextInt(POOL.length - 4096) : random.nextInt(60) * 4096;
            System.arraycopy(POOL, from, bytes, at, Math.min(4096, length - at));
        }
        return bytes;
    }

    private void inStripe(Image image) throws IOException {
        int stripe = random.nextInt(STRIPES);
        long start = ((long) stripe * WRITERS + writer) * STRIPE_BYTES;
        int from = random.nextInt(STRIPE_BYTES);
        change(image, stripes[stripe], start, from, random.nextInt(STRIPE_BYTES - from));
    }

    private void inPiece(Image image) throws IOException {
        long start = (long) (WRITERS + writer) * PART_BYTES;
        int from = random.nextInt(PART_BYTES);
        int most = random.nextInt(20) == 0 ? PART_BYTES : 40_000;
        change(image, piece, start, from, random.nextInt(Math.min(most, PART_BYTES - from)));
    }

    private void change(Image image, byte[] mine, long start, int from, int length) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> {
                image.discard(start + from, length);
                Arrays.fill(mine, from, from + length, (byte) 0);
            }
            case 1, 2, 3 -> {
                byte[] found = TestData.read(image, start + from, length);
                int mismatch = Arrays.mismatch(found, 0, length, mine, from, from + length);
                assertThat(mismatch)
                        .as("%s, writer %d: first wrong byte of %d at %d", name, writer, length, start + from)
                        .isEqualTo(-1);
            }
            default -> {
                byte[] bytes = anyBytes(random, length);
                image.write(ByteBuffer.wrap(bytes), start + from);
                System.arraycopy(bytes, 0, mine, from, length);
            }
        }
        if (random.nextInt(300) == 0) {
            image.flush();
        }
    }

    /** Works until it is told to stop or the volume is closed. */
    void work(Volume volume, Stop stop) throws IOException {
        try (Image image = volume.images().open(name)) {
            while (!stop.isWanted()) {
                step(image);
            }
        } catch (VolumeClosedException e) {
            assertThat(volume.isOpen()).isFalse();
        }
    }

    /** Says when to stop. */
    @FunctionalInterface
    interface Stop {
        boolean isWanted();
    }

    /** Compares all that is this writer's. */
    void compare(Volume volume) throws IOException {
        byte[] there;
        try (Image image = volume.images().openReadOnly(name)) {
            there = TestData.readAll(image);
        }
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            int start = (stripe * WRITERS + writer) * STRIPE_BYTES;
            int wrong = Arrays.mismatch(there, start, start + STRIPE_BYTES, stripes[stripe], 0, STRIPE_BYTES);
            assertThat(wrong)
                    .as("%s, writer %d, stripe %d", name, writer, stripe)
                    .isEqualTo(-1);
        }
        int start = (WRITERS + writer) * PART_BYTES;
        assertThat(Arrays.mismatch(there, start, start + PART_BYTES, piece, 0, PART_BYTES))
                .as("%s, writer %d, piece", name, writer)
                .isEqualTo(-1);
    }
}
