package io.github.livededup.jmh.scale;

import io.github.livededup.Image;
import io.github.livededup.IndexStatistics;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real volume of a terabyte, filled through the public API by images of 16 GiB of unique blocks that compress to almost nothing
 * ({@link NumberedBlocks}), so that 33 GB of a disk hold it; and what it does then. {@code docs/SCALING.md} has its figures.
 *
 * <p>Run: {@code java -Xmx512m -cp livededup-jmh/target/benchmarks.jar io.github.livededup.jmh.scale.LargeVolume FOLDER STEP [IMAGES]},
 * each step a process: {@code fill} makes the volume, of 64 images if none are told; {@code measure} opens it, imports known blocks
 * again, stores new ones, reads at random and closes; {@code crash} writes and ends as if killed, so that the next {@code measure}
 * recovers. Every block that is read is compared.
 */
public final class LargeVolume {
    private static final int THREADS = 2;
    private static final int TERABYTE_IMAGES = 64;
    private static final int IMAGE_BLOCKS = 1 << 22;
    private static final long IMAGE_BYTES = (long) IMAGE_BLOCKS * NumberedBlocks.BLOCK_BYTES;
    private static final int BLOCKS_A_CALL = 256;
    private static final int CALLS_A_RUN = 2;
    private static final int KNOWN_RUNS = 8192;
    private static final int IMAGES_AGAIN = 3;
    private static final int NEW_CALLS = 4096;
    private static final int READS = 20_000;
    private static final long NEW_FROM = 1L << 40;
    private static final double MIB = 1 << 20;
    private static final String IMAGE = "image-";
    private static final String MEASURED = "measured";

    private final Path folder;
    private final long startNanos = System.nanoTime();
    private long stepNanos = startNanos;

    private LargeVolume(Path folder) {
        this.folder = folder;
    }

    /**
     * Runs a step.
     *
     * @param arguments see above
     * @throws Exception if it fails, or a block is not what it must be
     */
    public static void main(String[] arguments) throws Exception {
        LargeVolume large = new LargeVolume(Path.of(arguments[0]));
        switch (arguments[1]) {
            case "fill" -> large.fill(arguments.length > 2 ? Integer.parseInt(arguments[2]) : TERABYTE_IMAGES);
            case "measure" -> large.measure();
            case "crash" -> large.crash();
            default ->
                throw new IllegalArgumentException("step: actual=" + arguments[1] + " expected=fill, measure or crash");
        }
    }

    private void fill(int images) throws Exception {
        try (Volume volume = LiveDedup.create(folder, VolumeOptions.defaults())) {
            AtomicInteger next = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(fillers(volume, next, images)));
            }
            threads.shutdown();
            for (Future<Void> each : all) {
                await(each);
            }
            tell("filled", volume);
        }
        tell("closed");
    }

    private Callable<Void> fillers(Volume volume, AtomicInteger next, int images) {
        return () -> {
            NumberedBlocks blocks = new NumberedBlocks(BLOCKS_A_CALL);
            for (int number = next.getAndIncrement(); number < images; number = next.getAndIncrement()) {
                try (Image image = volume.images().create(IMAGE + number, IMAGE_BYTES)) {
                    for (int block = 0; block < IMAGE_BLOCKS; block += BLOCKS_A_CALL) {
                        write(image, block, blocks, (long) number * IMAGE_BLOCKS + block);
                    }
                }
                tell(IMAGE + number, volume);
            }
            return null;
        };
    }

    private static void await(Future<Void> task) throws Exception {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void measure() throws IOException {
        try (Volume volume = LiveDedup.open(folder, VolumeOptions.defaults())) {
            tell("opened", volume);
            NumberedBlocks blocks = new NumberedBlocks(BLOCKS_A_CALL);
            int images = (int) volume.images().list().stream()
                    .filter(image -> image.name().startsWith(IMAGE))
                    .count();
            try (Image image = emptyImage(volume)) {
                write(image, 0, blocks, NEW_FROM);
                tell("first new blocks", volume);
                storeAgain(volume, image, blocks, images);
                storeNew(volume, image, blocks);
            }
            read(volume, blocks, images);
            long freed = volume.images().delete(MEASURED);
            volume.commit();
            tell("image deleted, " + freed + " bytes freed");
        }
        tell("closed");
    }

    /**
     * Stores known blocks in runs of 512 that lie together: in one image after the other, as an import of a next version would, and
     * anywhere in the volume, where each run is in another group.
     */
    private void storeAgain(Volume volume, Image image, NumberedBlocks blocks, int images) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round <= IMAGES_AGAIN; round++) {
            long first = (long) random.nextInt(images) * IMAGE_BLOCKS;
            storeRuns(volume, image, blocks, random, first, IMAGE_BLOCKS, round == 0 ? "to warm up" : "of one image");
        }
        storeRuns(volume, image, blocks, random, 0, (long) images * IMAGE_BLOCKS, "anywhere");
        tell("known blocks stored again", volume);
    }

    private static void storeRuns(
            Volume volume,
            Image image,
            NumberedBlocks blocks,
            SplittableRandom random,
            long first,
            long range,
            String what)
            throws IOException {
        IndexStatistics before = volume.statistics().index();
        long start = System.nanoTime();
        long at = 0;
        for (int run = 0; run < KNOWN_RUNS; run++) {
            long from = first + random.nextLong(range - CALLS_A_RUN * BLOCKS_A_CALL);
            for (int call = 0; call < CALLS_A_RUN; call++, at += BLOCKS_A_CALL) {
                write(image, at % IMAGE_BLOCKS, blocks, from + (long) call * BLOCKS_A_CALL);
            }
        }
        double nanos = (double) (System.nanoTime() - start) / at;
        IndexStatistics after = volume.statistics().index();
        System.out.printf(
                "known blocks %s: %.0f ns each, %.2f %% by neighbour, %d partitions opened, %d rebuilt, %d false candidates%n",
                what,
                nanos,
                100.0 * (after.neighbourHits() - before.neighbourHits()) / at,
                after.partitionsOpened() - before.partitionsOpened(),
                after.partitionsRebuilt() - before.partitionsRebuilt(),
                after.falseCandidates() - before.falseCandidates());
    }

    private void storeNew(Volume volume, Image image, NumberedBlocks blocks) throws IOException {
        long start = System.nanoTime();
        for (long call = 1; call <= NEW_CALLS; call++) {
            long block = call * BLOCKS_A_CALL;
            write(image, block % IMAGE_BLOCKS, blocks, NEW_FROM + block);
        }
        double nanos = (double) (System.nanoTime() - start) / NEW_CALLS / BLOCKS_A_CALL;
        System.out.printf("new blocks: %.0f ns each%n", nanos);
        tell("new blocks stored", volume);
    }

    private void read(Volume volume, NumberedBlocks blocks, int images) throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        long[] nanos = new long[READS];
        List<Image> open = new ArrayList<>();
        try {
            for (int i = 0; i < images; i++) {
                open.add(volume.images().openReadOnly(IMAGE + i));
            }
            for (int i = 0; i < READS; i++) {
                long number = random.nextLong((long) images * IMAGE_BLOCKS);
                long start = System.nanoTime();
                open.get((int) (number / IMAGE_BLOCKS))
                        .read(blocks.room(), number % IMAGE_BLOCKS * NumberedBlocks.BLOCK_BYTES);
                nanos[i] = System.nanoTime() - start;
                if (!blocks.holds(number)) {
                    throw new IllegalStateException("block " + number + " is another");
                }
            }
        } finally {
            open.forEach(Image::close);
        }
        Arrays.sort(nanos);
        System.out.printf(
                "reads at random: p50 %.1f us, p99 %.1f us%n", nanos[READS / 2] / 1e3, nanos[READS * 99 / 100] / 1e3);
        tell("blocks read", volume);
    }

    /** Writes what is durable, and what is not, and ends at once. */
    private void crash() throws IOException {
        Volume volume = LiveDedup.open(folder, VolumeOptions.defaults());
        NumberedBlocks blocks = new NumberedBlocks(BLOCKS_A_CALL);
        Image image = emptyImage(volume);
        for (int round = 0; round < 2; round++) {
            for (long call = 0; call < NEW_CALLS; call++) {
                long block = ((long) round * NEW_CALLS + call) * BLOCKS_A_CALL;
                write(image, block % IMAGE_BLOCKS, blocks, 2 * NEW_FROM + block);
            }
            if (round == 0) {
                image.flush();
            }
        }
        tell("killed", volume);
        Runtime.getRuntime().halt(1);
    }

    /** The image of a measurement, without what a crash left of it. */
    private static Image emptyImage(Volume volume) throws IOException {
        if (volume.images().list().stream().anyMatch(image -> image.name().equals(MEASURED))) {
            volume.images().delete(MEASURED);
        }
        return volume.images().create(MEASURED, IMAGE_BYTES);
    }

    private static void write(Image image, long block, NumberedBlocks blocks, long first) throws IOException {
        image.write(blocks.from(first, BLOCKS_A_CALL), block * NumberedBlocks.BLOCK_BYTES);
    }

    private void tell(String what, Volume volume) throws IOException {
        VolumeStatistics figures = volume.statistics();
        tell(String.format(
                "%s: %,d unique blocks, filter %.0f MiB, on disk %.0f MiB and index %.0f",
                what,
                figures.uniqueBlocks(),
                figures.filterBytes() / MIB,
                figures.physicalBytes() / MIB,
                figures.indexBytes() / MIB));
    }

    private synchronized void tell(String what) throws IOException {
        long now = System.nanoTime();
        System.out.printf(
                "%.2f s (%.2f in all), %s; %s%n", (now - stepNanos) / 1e9, (now - startNanos) / 1e9, what, memory());
        stepNanos = now;
    }

    /** Resident memory, and that part of it which is no file's. */
    private static String memory() throws IOException {
        List<String> all = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS") || line.startsWith("RssAnon") || line.startsWith("VmHWM")) {
                all.add(line.replaceAll("\\s+", " "));
            }
        }
        return String.join(", ", all);
    }
}
