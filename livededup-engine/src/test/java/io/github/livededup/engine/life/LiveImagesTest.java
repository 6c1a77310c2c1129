package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.CompactionResult;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * 32 threads on 8 images: writers that know what must be there, snapshots and clones that come and go, compactions,
 * commits, and the checker, all at the same time. {@code -Dlivededup.test.seconds=…} sets how long, {@code
 * -Dlivededup.test.seed=…} repeats the choices, though not what the threads make of them.
 */
class LiveImagesTest extends EngineCase {
    private static final int IMAGES = 8;
    private static final int SECONDS = Integer.getInteger("livededup.test.seconds", 10);
    /** Threads that go on so long after they were told to stop hang. */
    private static final int HANG_SECONDS = 120;

    private static final VolumeOptions LIVE = OPTIONS.toBuilder()
            .maxPhysicalBytes(1L << 30)
            .commitInterval(Duration.ofMillis(50))
            .backgroundCompaction(new BackgroundCompaction(true, 0.3, 64L << 20))
            .build();

    private final long seed = Seeds.seed();
    private final List<LiveDisk> disks = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicLong others = new AtomicLong();
    private final AtomicLong rewritten = new AtomicLong();
    private volatile boolean stopped;

    private boolean isStopped() {
        return stopped;
    }

    private List<Callable<Void>> tasks(Volume volume) throws IOException {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int image = 0; image < IMAGES; image++) {
            volume.images().create("disk-" + image, LiveDisk.SIZE_BYTES).close();
            for (int writer = 0; writer < LiveDisk.WRITERS; writer++) {
                LiveDisk disk = new LiveDisk("disk-" + image, writer, seed + image);
                disks.add(disk);
                tasks.add(() -> {
                    disk.work(volume, this::isStopped);
                    return null;
                });
            }
        }
        tasks.add(task(volume, random -> {
            CompactionResult result =
                    volume.compact(CompactionOptions.defaults().withMinDeadShare(random.nextBoolean() ? 0.02 : 0.5));
            rewritten.addAndGet(result.rewrittenGroups());
            sleepUnlessStopped();
        }));
        tasks.add(task(volume, random -> {
            volume.commit();
            sleepUnlessStopped();
        }));
        tasks.add(task(volume, random -> {
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                    .isEmpty();
            volume.images().exclusiveBytes(anyDisk(random));
            volume.images().statistics(anyDisk(random));
        }));
        for (int i = 0; i < 3; i++) {
            tasks.add(task(volume, random -> useSnapshot(volume, random)));
        }
        for (int i = 0; i < 2; i++) {
            tasks.add(task(volume, random -> useClone(volume, random)));
        }
        return tasks;
    }

    private void sleepUnlessStopped() {
        if (!stopped) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static String anyDisk(Random random) {
        return "disk-" + random.nextInt(IMAGES);
    }

    /** Something that is done over and over. */
    @FunctionalInterface
    private interface Deed {
        void perform(Random random) throws IOException;
    }

    private Callable<Void> task(Volume volume, Deed deed) {
        Random random = new Random(seed + names.incrementAndGet());
        return () -> {
            try {
                while (!stopped) {
                    deed.perform(random);
                    others.incrementAndGet();
                }
            } catch (VolumeClosedException e) {
                assertThat(volume.isOpen()).isFalse();
            }
            return null;
        };
    }

    /** A snapshot stays as it is, whatever is compacted beneath it; so does one of it. */
    private void useSnapshot(Volume volume, Random random) throws IOException {
        String name = "snapshot-" + names.incrementAndGet();
        volume.images().snapshot(anyDisk(random), name);
        byte[] first = readImage(volume, name);
        for (int i = random.nextInt(4); i >= 0; i--) {
            assertThat(readImage(volume, name)).as(name).isEqualTo(first);
        }
        String second = name + "-second";
        volume.images().snapshot(name, second);
        volume.images().delete(name);
        assertThat(readImage(volume, second)).as(second).isEqualTo(first);
        assertThat(volume.images().diff(second, second, 0, Long.MAX_VALUE)).isEmpty();
        volume.images().delete(second);
    }

    /** A clone that is written to takes nothing from its origin, and gets nothing. */
    private void useClone(Volume volume, Random random) throws IOException {
        String origin = "origin-" + names.incrementAndGet();
        String name = "clone-" + names.incrementAndGet();
        volume.images().snapshot(anyDisk(random), origin);
        volume.images().clone(origin, name);
        byte[] before = readImage(volume, origin);
        byte[] mine = before.clone();
        try (Image image = volume.images().open(name)) {
            for (int i = 0; i < 30; i++) {
                int position = random.nextInt(mine.length);
                byte[] bytes =
                        TestData.random(random.nextInt(Math.min(20_000, mine.length - position)), random.nextInt(50));
                image.write(ByteBuffer.wrap(bytes), position);
                System.arraycopy(bytes, 0, mine, position, bytes.length);
            }
        }
        if (random.nextBoolean()) {
            assertThat(readImage(volume, origin)).as(origin).isEqualTo(before);
            volume.images().delete(origin);
            assertThat(readImage(volume, name)).as(name).isEqualTo(mine);
            volume.images().delete(name);
        } else {
            assertThat(readImage(volume, name)).as(name).isEqualTo(mine);
            volume.images().delete(name);
            assertThat(readImage(volume, origin)).as(origin).isEqualTo(before);
            volume.images().delete(origin);
        }
    }

    /** Waits for all; threads that hang are shown. */
    private static void await(List<Future<Void>> futures, int seconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (Future<Void> future : futures) {
            try {
                future.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                StringBuilder dump = new StringBuilder("threads hang:\n");
                for (Map.Entry<Thread, StackTraceElement[]> entry :
                        Thread.getAllStackTraces().entrySet()) {
                    dump.append(entry.getKey())
                            .append(' ')
                            .append(entry.getKey().getState())
                            .append('\n');
                    for (StackTraceElement frame : entry.getValue()) {
                        dump.append("    ").append(frame).append('\n');
                    }
                }
                throw new AssertionError(dump.toString(), e);
            }
        }
    }

    private void compare(Volume volume) throws IOException {
        for (LiveDisk disk : disks) {
            disk.compare(volume);
        }
        assertClean(volume);
    }

    @Test
    void nothingIsLostAndNothingHangs() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Volume volume = LiveDedup.create(directory, LIVE)) {
            List<Callable<Void>> tasks = tasks(volume);
            List<Future<Void>> futures = tasks.stream().map(threads::submit).toList();
            for (int i = 0; i < SECONDS * 10 && futures.stream().noneMatch(Future::isDone); i++) {
                Thread.sleep(100);
            }
            stopped = true;
            await(futures, HANG_SECONDS);
            System.out.printf(
                    "seed %d, %d threads, %d s: %d writes, reads and discards, %d others, %d groups rewritten%n",
                    seed,
                    tasks.size(),
                    SECONDS,
                    disks.stream().mapToLong(LiveDisk::steps).sum(),
                    others.get(),
                    rewritten.get());
            assertThat(rewritten.get()).isPositive();
            compare(volume);
            assertThat(names(volume)).hasSize(IMAGES);
            volume.compact(CompactionOptions.defaults());
            compare(volume);
        } finally {
            threads.shutdownNow();
        }
        try (Volume volume = LiveDedup.open(directory, LIVE)) {
            compare(volume);
            for (ImageInfo image : volume.images().list()) {
                volume.images().delete(image.name());
            }
            assertThat(volume.statistics().uniqueBlocks()).isZero();
            volume.compact(CompactionOptions.defaults());
            assertThat(volume.statistics().storedBytes()).isZero();
            assertUsable(volume);
        }
    }

    @Test
    void closedInTheMiddle() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Volume volume = LiveDedup.create(directory, LIVE);
            List<Future<Void>> futures =
                    tasks(volume).stream().map(threads::submit).toList();
            Thread.sleep(1_000 + new Random(seed).nextInt(1_000));
            volume.close();
            await(futures, HANG_SECONDS);
        } finally {
            threads.shutdownNow();
        }
        try (Volume volume = LiveDedup.open(directory, LIVE)) {
            compare(volume);
            assertUsable(volume);
        }
    }
}
