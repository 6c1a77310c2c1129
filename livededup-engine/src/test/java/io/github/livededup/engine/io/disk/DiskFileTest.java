package io.github.livededup.engine.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.crashkit.ForwardingFile;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.util.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DiskFileTest {
    private static final int BLOCK_BYTES = 64 << 10;

    @TempDir
    Path temporary;

    private DiskDirectory directory;

    @BeforeEach
    void create() throws IOException {
        directory = DiskDirectory.createLocked(temporary.resolve("v"));
    }

    @AfterEach
    void close() throws IOException {
        Thread.interrupted();
        directory.close();
    }

    @Test
    void everyCallWorksUnderAnInterruptThatIsKept() throws IOException {
        try (VolumeFile file = directory.open("a", OpenMode.CREATE)) {
            Thread.currentThread().interrupt();
            file.allocate(0, BLOCK_BYTES);
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5);
            file.force();
            assertThat(file.sizeBytes()).isEqualTo(BLOCK_BYTES);
            ByteBuffer read = ByteBuffer.allocate(3);
            file.read(read, 5);
            assertThat(read.array()).containsExactly(1, 2, 3);
            file.resize(4096);
            try (MappedRegion region = file.map(0, 4096)) {
                assertThat(region.buffer().get(6)).isEqualTo((byte) 2);
            }
            file.punch(0, 4096);
            file.seek(0, true);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
    }

    /** As closing another's metadata file does while somebody asks for statistics. */
    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void countingWhatIsAllocatedEndsIfTheFileIsCutOffMeanwhile() throws IOException {
        int extents = 8;
        long all = extents * (long) BLOCK_BYTES;
        for (int cutAt = 0; cutAt <= 2 * extents; cutAt++) {
            for (long newSize : new long[] {0, BLOCK_BYTES, 3 * BLOCK_BYTES, 4 * BLOCK_BYTES + 1, 2 * all - 1}) {
                try (VolumeFile file = directory.open("a", OpenMode.CREATE)) {
                    for (int i = 0; i < extents; i++) {
                        file.write(ByteBuffer.wrap(new byte[BLOCK_BYTES]), 2L * i * BLOCK_BYTES);
                    }
                    try (VolumeFile counted = cutWhenSought(file, cutAt, newSize)) {
                        assertThat(counted.allocatedBytes()).isBetween(0L, 2 * all);
                    }
                }
                directory.delete("a");
            }
        }
    }

    /** The file once more; it is cut off before the so many'th time that something is sought in it. */
    private VolumeFile cutWhenSought(VolumeFile file, int number, long newSizeBytes) throws IOException {
        return new ForwardingFile(directory.open("a", OpenMode.READ)) {
            private int sought;

            @Override
            public long seek(long positionBytes, boolean data) throws IOException {
                if (sought++ == number) {
                    file.resize(newSizeBytes);
                }
                return super.seek(positionBytes, data);
            }

            @Override
            public long allocatedBytes() throws IOException {
                return dataBytes(0, sizeBytes());
            }
        };
    }

    @Test
    void beginningToWriteChangesNothing() throws IOException {
        byte[] written = new byte[1 << 20];
        new Random(1).nextBytes(written);
        VolumeFile file = directory.open("a", OpenMode.CREATE);
        file.write(ByteBuffer.wrap(written), 4096);
        file.startWriting(4096, written.length);
        file.startWriting(1L << 40, written.length); // past the end
        file.write(ByteBuffer.wrap(written, 0, 4096), 4096); // what is being written
        ByteBuffer read = ByteBuffer.allocate(written.length);
        file.read(read, 4096);
        assertThat(read.array()).isEqualTo(written);
        assertThat(file.sizeBytes()).isEqualTo(4096 + written.length);
        file.force();
        file.close();
        file.startWriting(4096, written.length);
    }

    @Test
    void theCallThatBeginsToWriteReachesTheSystem() {
        LibC system = new LibC();
        assertThat(system.syncFileRange(-1, 0, 1, 2)).isEqualTo(-1);
        assertThat(system.lastError()).isEqualTo(9); // EBADF, not EINVAL: the arguments are where they should be
    }

    @Test
    void interruptsInTheMiddleOfCallsHarmNobody() throws Exception {
        int threads = 4;
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Thread> workers = new ArrayList<>();
        try (VolumeFile file = directory.open("a", OpenMode.CREATE)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                results.add(pool.submit(() -> {
                    synchronized (workers) {
                        workers.add(Thread.currentThread());
                    }
                    return writeAndReadBack(file, number, stop);
                }));
            }
            Random random = new Random(1);
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
            while (System.nanoTime() < end) {
                synchronized (workers) {
                    if (!workers.isEmpty()) {
                        workers.get(random.nextInt(workers.size())).interrupt();
                    }
                }
                Thread.sleep(0, 200_000);
            }
            stop.set(true);
            for (Future<Integer> result : results) {
                assertThat(result.get(120, TimeUnit.SECONDS)).isPositive();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** The number of rounds that were made in spite of interrupts. */
    private static int writeAndReadBack(VolumeFile file, int number, AtomicBoolean stop) throws IOException {
        Random random = new Random(number);
        byte[] written = new byte[BLOCK_BYTES];
        int rounds = 0;
        while (!stop.get()) {
            random.nextBytes(written);
            file.write(ByteBuffer.wrap(written), (long) number * BLOCK_BYTES);
            if (rounds % 16 == 0) {
                file.force();
            }
            ByteBuffer read = ByteBuffer.allocateDirect(BLOCK_BYTES);
            file.read(read, (long) number * BLOCK_BYTES);
            assertThat(read.flip().mismatch(ByteBuffer.wrap(written))).isEqualTo(-1);
            rounds++;
        }
        return rounds;
    }

    @Test
    void aFileThatWasReplacedIsNotTakenForTheOpenOne() throws Exception {
        try (VolumeFile file = directory.open("a", OpenMode.CREATE)) {
            directory.delete("a");
            directory.open("a", OpenMode.CREATE).close();
            RetryingChannel channel = channelOf(file);
            channel.current().close();
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0)).hasMessageContaining("replaced");
        }
    }

    private static RetryingChannel channelOf(VolumeFile file) throws ReflectiveOperationException {
        var field = DiskFile.class.getDeclaredField("channel");
        field.setAccessible(true);
        return (RetryingChannel) field.get(file);
    }

    @Test
    void aDiskThatIsTooSmallIsATypedError() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), 4);
                DiskDirectory small = DiskDirectory.createLocked(disk.root().resolve("volume"));
                VolumeFile file = small.open("a", OpenMode.CREATE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            if (SystemCalls.detected() != SystemCalls.NONE) {
                assertThatThrownBy(() -> file.allocate(0, 1L << 40))
                        .isInstanceOf(VolumeFullException.class)
                        .hasMessageContaining(file.description());
            }
            assertThat(file.sizeBytes()).isEqualTo(1);
            file.write(ByteBuffer.wrap(new byte[] {2}), 1);
        }
    }

    @Test
    void forcingWithAChannelThatAnInterruptClosedForcesTheFile() throws Exception {
        try (VolumeFile file = directory.open("a", OpenMode.CREATE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            channelOf(file).current().close();
            file.force();
            file.write(ByteBuffer.wrap(new byte[] {2}), 1);
            assertThat(file.sizeBytes()).isEqualTo(2);
        }
    }
}
