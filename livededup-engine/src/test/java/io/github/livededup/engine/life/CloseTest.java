package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.badinput.SlowChannel;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing waits for calls in flight and releases everything. */
@Timeout(120)
@Tag("slow")
class CloseTest extends EngineCase {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stopThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(120, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void releasesFilesAndThreads() throws IOException {
        Volume volume = create();
        createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 1_000));
        assertThat(OpenFiles.below(directory)).isNotEmpty();
        volume.close();
        assertThat(OpenFiles.below(directory)).isEmpty();
        assertNoThreads();
    }

    private static void assertNoThreads() {
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(OpenFiles.engineThreads()).isEmpty());
    }

    @Test
    void waitsForARunningImport() throws Exception {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 800);
        Volume volume = create();
        SlowChannel source = new SlowChannel(bytes);
        Future<?> importing =
                threads.submit(() -> volume.images().importChannel(source, "a", TransferOptions.defaults()));
        source.awaitReader();
        Future<?> closing = threads.submit(closer(volume));
        Thread.sleep(100);
        assertThat(closing.isDone()).isFalse();
        assertThat(importing.isDone()).isFalse();
        source.release();
        importing.get(120, TimeUnit.SECONDS);
        closing.get(120, TimeUnit.SECONDS);
        assertThat(volume.isOpen()).isFalse();
        try (Volume again = open()) {
            assertThat(readImage(again, "a")).isEqualTo(bytes);
            assertClean(again);
        }
    }

    private static Callable<Void> closer(Volume volume) {
        return () -> {
            volume.close();
            return null;
        };
    }

    @Test
    void readersOfManyThreadsReadOrAreRefused() throws Exception {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 1, 600);
        for (int round = 0; round < 3; round++) {
            Volume volume = round == 0 ? create() : open();
            if (round == 0) {
                createImage(volume, "a", bytes);
            }
            CountDownLatch started = new CountDownLatch(100);
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int seed = i;
                readers.add(threads.submit(() -> readUntilClosed(volume, bytes, seed, started)));
            }
            started.await();
            volume.close();
            int reads = 0;
            for (Future<Integer> reader : readers) {
                reads += reader.get(120, TimeUnit.SECONDS);
            }
            assertThat(reads).isGreaterThanOrEqualTo(100);
            assertThat(OpenFiles.below(directory)).isEmpty();
        }
    }

    /** Reads places of the image and says how often; the volume's close ends it. */
    private static int readUntilClosed(Volume volume, byte[] expected, int seed, CountDownLatch started)
            throws IOException {
        int reads = 0;
        ByteBuffer into = ByteBuffer.allocateDirect(3 * BLOCK);
        try (Image image = volume.images().open("a")) {
            while (true) {
                int position = (int) ((seed + 31L * reads) * 1_009 % (expected.length - 3 * BLOCK));
                image.read(into.clear(), position);
                assertThat(into.flip()).isEqualTo(ByteBuffer.wrap(expected, position, 3 * BLOCK));
                if (++reads == 1) {
                    started.countDown();
                }
            }
        } catch (VolumeClosedException end) {
            return reads;
        }
    }

    @Test
    void writersOfManyThreadsAreKeptOrRefused() throws Exception {
        int writers = 16;
        Volume volume = create();
        volume.images().create("a", (long) writers * 1_000 * BLOCK).close();
        CountDownLatch started = new CountDownLatch(writers);
        List<Future<Integer>> written = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            int writer = i;
            written.add(threads.submit(() -> writeUntilClosed(volume, writer, started)));
        }
        started.await();
        volume.close();
        try (Volume again = open();
                Image image = again.images().open("a")) {
            for (int writer = 0; writer < writers; writer++) {
                int count = written.get(writer).get(120, TimeUnit.SECONDS);
                assertThat(count).isPositive();
                for (int i = 0; i < count; i++) {
                    assertThat(TestData.read(image, (writer * 1_000L + i) * BLOCK, BLOCK))
                            .isEqualTo(TestData.block(BLOCK, writer * 1_000L + i + 1));
                }
            }
            assertClean(again);
        }
    }

    private static int writeUntilClosed(Volume volume, int writer, CountDownLatch started) throws IOException {
        int count = 0;
        try (Image image = volume.images().open("a")) {
            for (; count < 1_000; count++) {
                long place = writer * 1_000L + count;
                image.write(ByteBuffer.wrap(TestData.block(BLOCK, place + 1)), place * BLOCK);
                if (count == 0) {
                    started.countDown();
                }
            }
        } catch (VolumeClosedException end) {
            assertThat(volume.isOpen()).isFalse();
        }
        return count;
    }

    @Test
    void manyThreadsMayClose() throws Exception {
        Volume volume = create();
        createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 300));
        List<Future<Void>> closers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            closers.add(threads.submit(closer(volume)));
        }
        for (Future<Void> closer : closers) {
            assertThat(closer.get(120, TimeUnit.SECONDS)).isNull();
        }
        assertThat(volume.isOpen()).isFalse();
        try (Volume again = open()) {
            assertThat(readImage(again, "a")).isEqualTo(TestData.distinctBlocks(BLOCK, 1, 300));
        }
    }

    @Test
    void commitsWhatWasDone() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", TestData.block(BLOCK, 1));
            volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, 2)));
        }
        try (Volume again = open()) {
            assertThat(readImage(again, "a")).isEqualTo(TestData.block(BLOCK, 1));
            assertThat(again.statistics().uniqueBlocks()).isEqualTo(2);
        }
    }
}
