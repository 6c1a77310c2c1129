package io.github.livededup.jmh.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mixed load on one volume with a small memory budget: imports of versions, overwrites, snapshots, clones, deletions, discards, reads,
 * exports and deltas by two threads; scrubs, compactions, commits, closing and opening by a third; all content compared with a
 * model. Every few seconds memory, mappings, descriptors, threads and disk are measured. At the end a line is fitted through
 * the second half of each figure: if it rises by more than {@link Metric} allows, or if heap, direct buffers and resident parts of the volume's
 * files were ever more than budget, filter and a fixed allowance, the exit code is 1. Prints a Markdown table; {@code docs/OPERATIONS.md} has one.
 *
 * <p>Run: {@code java -Xms160m -Xmx160m -XX:+AlwaysPreTouch -XX:NativeMemoryTracking=summary -cp livededup-jmh/target/benchmarks.jar
 * io.github.livededup.jmh.soak.Soak --minutes 20 --folder /var/tmp}; {@code --seconds} for a short one, {@code --budget-mib} for another
 * budget than 32, {@code --series FILE} to keep every sample.
 */
public final class Soak {
    private static final int WORKERS = 2;
    private static final int SAMPLES = 240;
    private static final long LEAST_INTERVAL_MILLIS = 500;
    private static final long MOST_INTERVAL_MILLIS = 5000;
    private static final int SAMPLES_PER_COLLECTION = 3;
    private static final long KEEPER_PAUSE_MILLIS = 700;

    /** One operation, or a few. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private final SoakSettings settings;
    private final SharedVolume volume;
    private final Operations operations = new Operations();
    private final List<Worker> workers = new ArrayList<>();
    private final Keeper keeper;
    private final Sampler sampler;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final long endNanos;

    private Soak(SoakSettings settings, Path folder) throws IOException {
        this.settings = settings;
        volume = new SharedVolume(folder.resolve("volume"), settings.budgetBytes());
        keeper = new Keeper(volume, operations);
        AtomicInteger nextBlock = new AtomicInteger(1);
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(i, volume, operations, nextBlock, folder));
        }
        sampler = new Sampler(volume, settings.budgetBytes(), SAMPLES_PER_COLLECTION);
        endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(settings.seconds());
    }

    /**
     * Runs it.
     *
     * @param arguments see above
     * @throws Exception if the run fails: if content is not what it must be, for instance
     */
    public static void main(String[] arguments) throws Exception {
        SoakSettings settings = SoakSettings.parse(arguments);
        Path folder = Files.createTempDirectory(settings.folder().toRealPath(), "livededup-soak");
        try {
            List<String> problems = new Soak(settings, folder).run();
            problems.forEach(System.out::println);
            System.out.println(problems.isEmpty() ? "SOAK PASSED" : "SOAK FAILED");
            if (!problems.isEmpty()) {
                System.exit(1);
            }
        } finally {
            deleteAll(folder);
        }
    }

    private List<String> run() throws Exception {
        try {
            for (Worker worker : workers) {
                worker.fill();
            }
            List<Thread> threads = new ArrayList<>();
            workers.forEach(worker -> threads.add(start(worker::step, 0)));
            threads.add(start(keeper::step, KEEPER_PAUSE_MILLIS));
            takeSamples();
            for (Thread thread : threads) {
                thread.join();
            }
            rethrow();
            for (Worker worker : workers) {
                worker.verifyAll();
            }
            keeper.verifyAll();
        } finally {
            volume.close();
        }
        Report.print(settings, operations, volume, sampler);
        return sampler.samples().problems();
    }

    private boolean isOver() {
        return failure.get() != null || System.nanoTime() - endNanos >= 0;
    }

    private void takeSamples() throws Exception {
        Path file = settings.series();
        try (Series series = file == null ? null : new Series(file)) {
            takeSamples(series);
        }
    }

    private void takeSamples(@Nullable Series series) throws Exception {
        long interval = Math.max(
                LEAST_INTERVAL_MILLIS,
                Math.min(MOST_INTERVAL_MILLIS, TimeUnit.SECONDS.toMillis(settings.seconds()) / SAMPLES));
        while (!isOver()) {
            Thread.sleep(interval);
            sampler.sample(series);
        }
    }

    @SuppressWarnings("CatchThrowable") // whatever it is, it ends the run
    private Thread start(Step step, long pauseMillis) {
        Thread thread = new Thread(() -> {
            try {
                while (!isOver()) {
                    step.run();
                    Thread.sleep(pauseMillis);
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        });
        thread.start();
        return thread;
    }

    private void rethrow() {
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("the load failed: " + thrown, thrown);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
