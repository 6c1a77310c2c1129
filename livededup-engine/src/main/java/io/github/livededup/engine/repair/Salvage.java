package io.github.livededup.engine.repair;

import io.github.livededup.Image;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Progress;
import io.github.livededup.SalvageOptions;
import io.github.livededup.SalvageReport;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.engine.format.VolumeFormat;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.metadata.ProblemListener;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Copies all images of a damaged volume that can be read into a new one. Each becomes an image of its own; what they share is
 * found by the new volume's deduplication. The damaged volume is only read.
 */
public final class Salvage implements Closeable {
    private static final int MAX_PROBLEMS = 1_000;
    private static final int MAX_RANGES = 100_000;
    private static final int MAX_RANGES_PER_IMAGE = 10_000;

    private final SalvageOptions options;
    private final String description;
    private final SalvageSource source;
    private final List<VerifyReport.Problem> problems = new ArrayList<>();
    private final List<SalvageReport.SalvagedImage> images = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private long problemCount;
    private long doneBytes;
    private int rangesKept;

    /**
     * Opens a damaged volume.
     *
     * @param directory its directory; closed by the caller
     * @param blocksName the file of blocks
     * @param options how
     * @throws io.github.livededup.CorruptionException if nothing can be read at all
     * @throws IOException if the file system refuses
     */
    public Salvage(VolumeDirectory directory, String blocksName, SalvageOptions options) throws IOException {
        this.options = options;
        description = directory.description();
        ProblemListener listener = this::problem;
        source = SalvageSource.open(directory, blocksName, listener);
    }

    private void problem(String resource, String message) {
        problemCount++;
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(new VerifyReport.Problem(resource, message));
        }
    }

    /**
     * The damaged volume's settings, for the new one.
     *
     * @return the settings
     */
    public VolumeFormat format() {
        return source.superblock().format();
    }

    /**
     * Copies all images.
     *
     * @param target a new volume
     * @return what was copied and what is lost
     * @throws OperationCancelledException if cancelled or interrupted; the images copied before stay
     * @throws IOException if the new volume cannot be written
     */
    public SalvageReport copyTo(Volume target) throws IOException {
        long hidden = 0;
        for (var each : source.state().images.entrySet()) {
            if (each.getValue().hidden) {
                hidden++;
            } else {
                copy(each.getKey(), each.getValue(), target.images());
            }
        }
        target.commit();
        report(0);
        return new SalvageReport(
                source.superblock().generation(),
                source.isOther(),
                images,
                hidden,
                problems,
                problemCount,
                Duration.ofNanos(System.nanoTime() - startNanos));
    }

    private void copy(int id, SalvagedImage image, ImageStore target) throws IOException {
        if (image.sizeBytes < 0 || image.sizeBytes > ImageStore.MAX_IMAGE_SIZE_BYTES) {
            problem(
                    "image " + image.name,
                    "size: actual=" + image.sizeBytes + " expected=0 to " + ImageStore.MAX_IMAGE_SIZE_BYTES);
            return;
        }
        String name = freeName(id, image.name, target);
        String written = image.snapshot ? "salvage-" + UUID.randomUUID() : name;
        LostRanges lost = new LostRanges(Math.min(MAX_RANGES_PER_IMAGE, MAX_RANGES - rangesKept));
        long copied;
        try (Image opened = target.create(written, image.sizeBytes)) {
            copied = copy(image, opened, lost);
        } catch (Throwable e) {
            deleteAfter(target, written, e);
            throw e;
        }
        List<SalvageReport.LostRange> ranges = lost.finish();
        rangesKept += ranges.size();
        boolean kept = options.keepDamaged() || lost.bytes() == 0;
        if (kept) {
            setModified(target, written, image.modifiedMillis);
        }
        if (kept && image.snapshot) {
            target.snapshot(written, name);
        }
        if (!kept || image.snapshot) {
            target.delete(written);
        }
        doneBytes += copied;
        images.add(new SalvageReport.SalvagedImage(
                image.name, name, image.snapshot, image.sizeBytes, copied, lost.bytes(), lost.count(), ranges, kept));
    }

    private long copy(SalvagedImage image, Image target, LostRanges lost) throws IOException {
        int blockSize = format().blockSizeBytes();
        SalvageCopy copy = new SalvageCopy(image, source.blocks(), target, lost, blockSize, this::check);
        source.metadata().scan(image.map, copy);
        copy.finish();
        return copy.copiedBytes();
    }

    private static void deleteAfter(ImageStore target, String name, Throwable failure) {
        try {
            target.delete(name);
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static void setModified(ImageStore target, String name, long millis) throws IOException {
        if (millis >= 0) {
            target.setModified(name, Instant.ofEpochMilli(millis));
        }
    }

    /** The image's name, if the new volume takes it and has none of it; else one made of its number. */
    private static String freeName(int id, String name, ImageStore target) throws IOException {
        try {
            target.info(name);
        } catch (NotFoundException e) {
            return name;
        } catch (InvalidArgumentException e) {
            return "image-" + id;
        }
        return "image-" + id;
    }

    private void check(long copiedBytes) throws OperationCancelledException {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException(description, true);
        }
        if (options.cancellation().isCancelled()) {
            throw new OperationCancelledException(description, false);
        }
        report(copiedBytes);
    }

    private void report(long copiedBytes) {
        options.listener()
                .onProgress(new Progress(
                        "salvage",
                        description,
                        doneBytes + copiedBytes,
                        -1,
                        0,
                        0,
                        0,
                        Duration.ofNanos(System.nanoTime() - startNanos)));
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
