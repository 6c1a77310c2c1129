package io.github.livededup.engine.kill;

import io.github.livededup.engine.kill.KillOp.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** An endless stream of operations that follows from a seed, so that parent and child know the same one. */
final class KillStream {
    private static final int MAX_IMAGES = 8;
    private static final int MAX_IMAGE_BLOCKS = 300;
    private static final int POOL = 4_000;
    private static final int PUT_POOL = 100;

    private final KillModel model = new KillModel();
    private final Random random;
    private final String prefix;
    private final long putBase;
    private int names;

    /** The stream of one thread of one round; its images and its puts are nobody else's, blocks of images are shared. */
    KillStream(long seed, int round, int thread) {
        random = new Random((seed * 31 + round) * 31 + thread);
        prefix = "r" + round + "t" + thread + "-";
        putBase = (round * 100L + thread + 1) * 1_000_000;
    }

    KillModel model() {
        return model;
    }

    /** Whether an image is of this stream. */
    boolean owns(String image) {
        return image.startsWith(prefix);
    }

    /** The blocks this stream may put into the block store. */
    LongStream puts() {
        return LongStream.rangeClosed(putBase + 1, putBase + PUT_POOL);
    }

    /** The next operation; {@link KillModel#apply} it to {@link #model()} before asking for another. */
    KillOp next() {
        List<String> images = new ArrayList<>(model.images.keySet());
        int choice = random.nextInt(100);
        if (images.isEmpty() || (choice < 5 && images.size() < MAX_IMAGES)) {
            return new KillOp(Kind.CREATE, newName(), "", 0, new long[1 + random.nextInt(MAX_IMAGE_BLOCKS)]);
        }
        String image = images.get(random.nextInt(images.size()));
        if (choice < 42 && !model.snapshots.contains(image)) {
            return change(image, choice);
        }
        if (choice < 49 && images.size() < MAX_IMAGES) {
            Kind kind = random.nextBoolean() ? Kind.SNAPSHOT : Kind.CLONE;
            return new KillOp(kind, image, newName(), 0, new long[0]);
        }
        if (choice < 50) {
            return new KillOp(Kind.COMPACT, "", "", 0, new long[0]);
        }
        if (choice < 53) {
            return new KillOp(Kind.RENAME, image, newName(), 0, new long[0]);
        }
        if (choice < 56 || images.size() >= MAX_IMAGES) {
            return new KillOp(Kind.DELETE, image, "", 0, new long[0]);
        }
        if (choice < 62) {
            return new KillOp(Kind.IMPORT, newName(), "", 0, blocks(1 + random.nextInt(2 * MAX_IMAGE_BLOCKS)));
        }
        if (choice < 78) {
            return new KillOp(Kind.PUT, "", "", 0, new long[] {putBase + 1 + random.nextInt(PUT_POOL)});
        }
        if (choice < 86 && !model.references.isEmpty()) {
            List<Long> held = new ArrayList<>(model.references.keySet());
            return new KillOp(Kind.RELEASE, "", "", 0, new long[] {held.get(random.nextInt(held.size()))});
        }
        return new KillOp(Kind.COMMIT, "", "", 0, new long[0]);
    }

    private KillOp change(String image, int choice) {
        int size = model.images.get(image).length;
        if (choice < 34) {
            return write(image, size);
        }
        if (choice < 39) {
            int first = random.nextInt(size);
            return new KillOp(Kind.DISCARD, image, "", first, new long[1 + random.nextInt(size - first)]);
        }
        return new KillOp(Kind.RESIZE, image, "", 0, new long[1 + random.nextInt(MAX_IMAGE_BLOCKS)]);
    }

    private KillOp write(String image, int size) {
        int first = random.nextInt(size);
        int count = 1 + random.nextInt(random.nextInt(4) == 0 ? size - first : Math.min(8, size - first));
        return new KillOp(Kind.WRITE, image, "", first, blocks(count));
    }

    /** Runs of neighbours, zeros here and there. */
    private long[] blocks(int count) {
        long[] ids = new long[count];
        long id = 1 + random.nextInt(POOL);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                id = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(POOL);
            }
            ids[i] = id == 0 ? 0 : id++;
        }
        return ids;
    }

    private String newName() {
        return prefix + names++;
    }
}
