package io.github.livededup.jmh.soak;

import io.github.livededup.DeltaOptions;
import io.github.livededup.Image;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Works on images of its own, one operation after the other, and compares what it reads with a model. */
final class Worker {
    private static final int MOST_IMAGES = 8;
    private static final int IMAGE_BLOCKS = 4096;
    private static final int LONGEST_RUN = 256;
    /** Known content is taken from the last so many blocks. */
    private static final int REMEMBERED_BLOCKS = 50_000;

    private final int number;
    private final SharedVolume volume;
    private final Operations operations;
    private final AtomicInteger nextBlock;
    private final Path file;
    private final SplittableRandom random;
    private final List<ImageModel> images = new ArrayList<>();
    private final ByteBuffer buffer = Content.buffer(LONGEST_RUN);
    private int made;

    /**
     * Makes a worker without images.
     *
     * @param number tells workers apart
     * @param volume the volume
     * @param operations where operations are counted
     * @param nextBlock the first block number that was never used; of all workers
     * @param folder for its files
     */
    Worker(int number, SharedVolume volume, Operations operations, AtomicInteger nextBlock, Path folder) {
        this.number = number;
        this.volume = volume;
        this.operations = operations;
        this.nextBlock = nextBlock;
        file = folder.resolve("worker" + number);
        random = new SplittableRandom(number);
    }

    /** Makes as many images as there will be, so that what follows is about the same from the beginning to the end. */
    void fill() throws IOException {
        while (images.size() < MOST_IMAGES) {
            importVersion();
        }
    }

    /** Does one operation. */
    void step() throws IOException {
        int dice = random.nextInt(100);
        if (images.isEmpty() || dice < 8) {
            importVersion();
        } else if (dice < 40) {
            overwrite(any());
        } else if (dice < 48) {
            copy(any(), random.nextBoolean());
        } else if (dice < 56) {
            discard(any());
        } else if (dice < 90) {
            read(any());
        } else if (dice < 94) {
            export(any());
        } else if (dice < 97) {
            delta(any());
        } else {
            delete(random.nextInt(images.size()));
        }
        while (images.size() > MOST_IMAGES) {
            delete(0);
        }
    }

    /** Compares all images. */
    void verifyAll() throws IOException {
        for (ImageModel image : images) {
            export(image);
        }
    }

    private ImageModel any() {
        return images.get(random.nextInt(images.size()));
    }

    private String newName() {
        return "w" + number + "-" + made++;
    }

    /** Puts blocks into a model, new ones or known ones. */
    private int change(ImageModel image, int at, int longest) {
        int count = 1 + random.nextInt(Math.min(longest, image.blocks().length - at));
        int used = nextBlock.get();
        boolean isNew = used <= longest || random.nextInt(2) == 0;
        int known = Math.min(REMEMBERED_BLOCKS, used - count);
        image.fill(at, count, isNew ? nextBlock.getAndAdd(count) : used - count - random.nextInt(Math.max(1, known)));
        return count;
    }

    private void importVersion() throws IOException {
        ImageModel version = images.isEmpty()
                ? new ImageModel(newName(), false, new int[IMAGE_BLOCKS])
                : any().copy(newName(), false);
        for (int i = 0; i < 12; i++) {
            change(version, random.nextInt(IMAGE_BLOCKS), IMAGE_BLOCKS / 32);
        }
        version.writeTo(file);
        volume.use(open -> open.images().importFile(file, version.name(), TransferOptions.defaults()));
        images.add(version);
        operations.count("imports");
    }

    private void overwrite(ImageModel image) throws IOException {
        if (image.isSnapshot()) {
            read(image);
            return;
        }
        volume.change(open -> {
            try (Image handle = open.images().open(image.name())) {
                for (int i = random.nextInt(64); i >= 0; i--) {
                    int at = random.nextInt(IMAGE_BLOCKS);
                    write(handle, image, at, change(image, at, i % 8 == 0 ? LONGEST_RUN : 4));
                }
                if (random.nextInt(4) == 0) {
                    handle.flush();
                }
            }
        });
        operations.count("overwrites");
    }

    private void write(Image handle, ImageModel image, int at, int count) throws IOException {
        buffer.clear();
        for (int i = 0; i < count; i++) {
            Content.put(image.blocks()[at + i], buffer);
        }
        handle.write(buffer.flip(), (long) at * Content.BLOCK_BYTES);
    }

    private void copy(ImageModel image, boolean snapshot) throws IOException {
        ImageModel made = image.copy(newName(), snapshot);
        volume.use(open -> snapshot
                ? open.images().snapshot(image.name(), made.name())
                : open.images().clone(image.name(), made.name()));
        images.add(made);
        operations.count(snapshot ? "snapshots" : "clones");
    }

    private void discard(ImageModel image) throws IOException {
        if (image.isSnapshot()) {
            read(image);
            return;
        }
        int at = random.nextInt(IMAGE_BLOCKS);
        int count = 1 + random.nextInt(Math.min(IMAGE_BLOCKS / 8, IMAGE_BLOCKS - at));
        volume.change(open -> {
            try (Image handle = open.images().open(image.name())) {
                handle.discard((long) at * Content.BLOCK_BYTES, (long) count * Content.BLOCK_BYTES);
            }
        });
        image.clear(at, count);
        operations.count("discards");
    }

    private void read(ImageModel image) throws IOException {
        volume.change(open -> {
            try (Image handle = open.images().openReadOnly(image.name())) {
                for (int i = 0; i < 16; i++) {
                    int at = random.nextInt(IMAGE_BLOCKS);
                    int count = 1 + random.nextInt(Math.min(i < 12 ? 4 : LONGEST_RUN, IMAGE_BLOCKS - at));
                    buffer.clear().limit(count * Content.BLOCK_BYTES);
                    handle.read(buffer, (long) at * Content.BLOCK_BYTES);
                    image.compareWith(buffer, at, count);
                }
            }
        });
        operations.count("reads");
    }

    private void export(ImageModel image) throws IOException {
        volume.use(open -> open.images()
                .exportFile(
                        image.name(),
                        file,
                        TransferOptions.defaults().withReplaceExisting(true).withDurable(false)));
        image.compareWith(file);
        operations.count("exports");
    }

    /** What changed since another image goes through a file into a third. */
    private void delta(ImageModel image) throws IOException {
        ImageModel base = any();
        ImageModel received = image.copy(newName(), false);
        volume.change(open -> {
            transfer(open, base, image, received);
        });
        images.add(received);
        operations.count("deltas");
    }

    private void transfer(Volume open, ImageModel base, ImageModel image, ImageModel received) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            open.images().exportDelta(base.name(), image.name(), channel, DeltaOptions.defaults());
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            open.images().importDelta(base.name(), received.name(), channel, TransferOptions.defaults());
        }
    }

    private void delete(int index) throws IOException {
        ImageModel image = images.remove(index);
        volume.use(open -> open.images().delete(image.name()));
        Files.deleteIfExists(file);
        operations.count("deletes");
    }
}
