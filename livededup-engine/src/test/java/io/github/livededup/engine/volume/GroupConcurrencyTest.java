package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
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

/** On disk, since there a mistake with mappings is a crash. */
@Timeout(180)
class GroupConcurrencyTest {
    /** The common pool may have one thread only. */
    private static final Executor THREADS = task -> new Thread(task).start();

    @TempDir
    Path temporary;

    private final VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), 1 << 20, 4096, 32);
    private VolumeDirectory directory;
    private BlockGroups groups;

    @BeforeEach
    void create() throws IOException {
        directory = DiskDirectory.createLocked(temporary.resolve("v"));
        groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.CREATE),
                geometry,
                new GroupSettings(false, 2 << 20, 3, Long.MAX_VALUE, () -> 0));
    }

    @AfterEach
    void close() throws IOException {
        groups.close();
        directory.close();
    }

    @Test
    void appendLocateSealAndForceTogether() throws Exception {
        int writers = 5;
        Map<Long, StoredBlocks.Block> stored = new ConcurrentHashMap<>();
        List<Long> addresses = new CopyOnWriteArrayList<>();
        List<String> opened = new CopyOnWriteArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService pool = Executors.newCachedThreadPool();
        List<Future<?>> writing = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            StoredBlocks source = new StoredBlocks(i);
            writing.add(pool.submit(() -> {
                write(source, stored, addresses, opened);
                return null;
            }));
        }
        List<Future<Integer>> reading = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Random random = new Random(i);
            reading.add(pool.submit(() -> {
                StoredBlock found = new StoredBlock();
                int reads = 0;
                while (!stop.get()) {
                    if (!addresses.isEmpty()) {
                        long address = addresses.get(random.nextInt(addresses.size()));
                        StoredBlocks.assertIn(groups, address, stored.get(address), found);
                        reads++;
                    }
                }
                found.release();
                return reads;
            }));
        }
        Future<?> forcing = pool.submit(() -> {
            while (!stop.get()) {
                groups.force();
                groups.layouts().forEach(layout -> assertThat(layout.dataEnd()).isPositive());
                for (GroupLayout layout : groups.layouts()) {
                    groups.prefetch(layout.group());
                }
            }
            return null;
        });
        for (Future<?> writer : writing) {
            writer.get(120, TimeUnit.SECONDS);
        }
        stop.set(true);
        for (Future<Integer> reader : reading) {
            assertThat(reader.get(120, TimeUnit.SECONDS)).isPositive();
        }
        forcing.get(120, TimeUnit.SECONDS);
        pool.shutdownNow();
        assertThat(opened).doesNotHaveDuplicates().hasSize(groups.layouts().size());
        StoredBlock found = new StoredBlock();
        for (Map.Entry<Long, StoredBlocks.Block> entry : stored.entrySet()) {
            StoredBlocks.assertIn(groups, entry.getKey(), entry.getValue(), found);
        }
        found.release();
        for (GroupLayout layout : groups.layouts()) {
            groups.check(layout.group());
        }
    }

    /** Each new group makes the file longer; none may cut off another's region. */
    @Test
    void groupsOpenedAtOnceKeepTheFileLong() throws Exception {
        VolumeFile file = directory.open("many.dat", OpenMode.CREATE);
        try (BlockGroups many =
                new BlockGroups(file, geometry, new GroupSettings(false, 1 << 30, 1000, Long.MAX_VALUE, () -> 0))) {
            List<CompletableFuture<Void>> openers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                openers.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                for (int n = 0; n < 50; n++) {
                                    GroupWriter writer = many.writers().acquire((group, region) -> {});
                                    assertThat(file.sizeBytes()).isGreaterThanOrEqualTo((long) writer.group() << 20);
                                }
                            } catch (IOException failure) {
                                throw new AssertionError(failure);
                            }
                        },
                        THREADS));
            }
            for (CompletableFuture<Void> opener : openers) {
                opener.get(120, TimeUnit.SECONDS);
            }
            assertThat(file.sizeBytes()).isEqualTo(200L << 20);
        }
    }

    private void write(
            StoredBlocks source, Map<Long, StoredBlocks.Block> stored, List<Long> addresses, List<String> opened)
            throws IOException {
        GroupListener listener = (group, region) -> opened.add(group + "@" + region);
        GroupWriter writer = groups.writers().acquire(listener);
        for (int i = 0; i < 1000; i++) {
            StoredBlocks.Block block = source.next(4096);
            ByteBuffer bytes = ByteBuffer.wrap(block.stored());
            long address;
            while ((address = writer.append(
                            block.fingerprint(),
                            0,
                            bytes,
                            0,
                            block.stored().length,
                            block.codec(),
                            block.crc(),
                            BlockListener.NONE))
                    == BlockAddress.HOLE) {
                groups.writers().seal(writer.group());
                groups.writers().release(writer);
                writer = groups.writers().acquire(listener);
            }
            assertThat(stored.put(address, block)).isNull();
            if (i % 10 == 0) {
                addresses.add(address);
            }
        }
        groups.writers().release(writer);
    }

    private void sealTenBlocks() throws IOException {
        new StoredBlocks(1).append(groups, 10, 4096);
        groups.writers().seal(1);
    }

    private CompletableFuture<Void> closingMeanwhile() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        groups.close();
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                },
                THREADS);
    }

    @Test
    void closingWaitsForBlocksThatAreShown() throws Exception {
        sealTenBlocks();
        StoredBlock shown = new StoredBlock();
        assertThat(groups.locate(BlockAddress.of(1, 0), shown)).isTrue();
        CompletableFuture<Void> closing = closingMeanwhile();
        Thread.sleep(50);
        assertThat(closing).isNotDone();
        assertThat(shown.isIntact()).isTrue();
        shown.release();
        shown.release();
        closing.get(120, TimeUnit.SECONDS);
    }

    @Test
    void closingWaitsForAStretchOfReadingWhateverIsShownInIt() throws Exception {
        sealTenBlocks();
        StoredBlock shown = new StoredBlock();
        int ticket = groups.enter();
        CompletableFuture<Void> closing = closingMeanwhile();
        Thread.sleep(50);
        for (int slot = 0; slot < 10; slot++) {
            assertThat(groups.locateEntered(BlockAddress.of(1, slot), shown)).isTrue();
            assertThat(shown.isIntact()).isTrue();
            shown.release();
            assertThat(shown.lengthBytes()).as("released").isZero();
            shown.release();
        }
        assertThat(closing).isNotDone();
        groups.leave(ticket);
        closing.get(120, TimeUnit.SECONDS);
    }

    @Test
    void closingUnderReadersRefusesThem() throws Exception {
        StoredBlocks blocks = new StoredBlocks(1);
        blocks.append(groups, 200, 4096);
        groups.writers().seal(1);
        List<CompletableFuture<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(CompletableFuture.supplyAsync(
                    () -> {
                        StoredBlock found = new StoredBlock();
                        try {
                            while (true) {
                                for (int slot = 0; slot < 200; slot++) {
                                    assertThat(groups.locate(BlockAddress.of(1, slot), found))
                                            .isTrue();
                                    assertThat(found.isIntact()).isTrue();
                                }
                            }
                        } catch (VolumeClosedException closed) {
                            return true;
                        } catch (IOException failure) {
                            throw new AssertionError(failure);
                        }
                    },
                    THREADS));
        }
        Thread.sleep(100);
        groups.close();
        for (CompletableFuture<Boolean> reader : readers) {
            assertThat(reader.get(120, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void allocatesNothingPerBlock() throws IOException {
        VolumeGeometry large = new VolumeGeometry(UUID.randomUUID(), 256 << 20, 4096, 32);
        try (BlockGroups plenty = new BlockGroups(
                directory.open("large.dat", OpenMode.CREATE), large, GroupSettings.unlimited(1 << 30))) {
            GroupWriter writer = plenty.writers().acquire((group, region) -> {});
            byte[] fingerprint = new byte[32];
            ByteBuffer stored = ByteBuffer.allocateDirect(700);
            Runnable warmUp = () -> work(plenty, writer, fingerprint, stored, 60_000);
            warmUp.run();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            int blocks = 50_000;
            work(plenty, writer, fingerprint, stored, blocks);
            long perBlock = (threads.getCurrentThreadAllocatedBytes() - before) / blocks;
            // The table in memory: an entry, and now and then a chunk's buffer.
            assertThat(perBlock).isLessThanOrEqualTo(large.entryBytes() + 24);

            plenty.writers().seal(1);
            read(plenty, 20_000);
            before = threads.getCurrentThreadAllocatedBytes();
            read(plenty, 50_000);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
        }
    }

    private static void work(BlockGroups groups, GroupWriter writer, byte[] fingerprint, ByteBuffer stored, int times) {
        StoredBlock found = new StoredBlock();
        try {
            for (int i = 0; i < times; i++) {
                fingerprint[i % 32]++;
                long address = writer.append(fingerprint, 0, stored, 0, 700, 1, 2, BlockListener.NONE);
                if (address == BlockAddress.HOLE
                        || !groups.locate(address, found)
                        || !groups.fingerprintMatches(address, fingerprint, 0)) {
                    throw new AssertionError(address);
                }
                found.release();
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static void read(BlockGroups groups, int times) throws IOException {
        StoredBlock found = new StoredBlock();
        byte[] fingerprint = new byte[32];
        for (int i = 0; i < times; i++) {
            long address = BlockAddress.of(1, i);
            groups.fingerprint(address, fingerprint, 0);
            if (!groups.locate(address, found) || !groups.fingerprintMatches(address, fingerprint, 0)) {
                throw new AssertionError(address);
            }
            found.release();
        }
    }
}
