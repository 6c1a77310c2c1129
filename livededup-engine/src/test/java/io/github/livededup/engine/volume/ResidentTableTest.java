package io.github.livededup.engine.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of many small blocks, whose tables take 1.5 MiB each, in a file: what the system says is resident. Linux. */
class ResidentTableTest {
    private static final int GROUP_BYTES = 16 << 20;
    private static final int GROUPS = 12;
    private static final int SLOTS_READ = 20_000;
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    /** What Linux maps around a page that is touched. */
    private static final long MAPPED_AROUND = TouchedWindows.WINDOW_BYTES;

    @TempDir
    Path folder;

    private DiskDirectory directory;

    @BeforeEach
    void open() throws IOException {
        assumeThat(MAPPINGS).exists();
        directory = DiskDirectory.createLocked(folder.resolve("volume"));
    }

    @AfterEach
    void close() throws IOException {
        directory.close();
    }

    @Test
    void tablesThatWereReadAreDroppedAboveTheBudget() throws IOException {
        long budget = 4L << 20;
        try (BlockGroups groups = sealedGroups(budget)) {
            FingerprintHeads heads = new FingerprintHeads();
            for (int group = GROUPS;
                    group > 0;
                    group--) { // the last, so that what is dropped first is what was just read
                assertThat(groups.forEachHead(group, heads, part -> {})).isZero();
            }
            assertThat(residentBytes()).isLessThanOrEqualTo(budget + MAPPED_AROUND);
        }
    }

    @Test
    void tablesThatWereCheckedAreDroppedAboveTheBudget() throws IOException {
        long budget = 4L << 20;
        try (BlockGroups groups = sealedGroups(budget)) {
            for (int group = GROUPS; group > 0; group--) {
                groups.check(group);
            }
            assertThat(residentBytes()).isLessThanOrEqualTo(budget + MAPPED_AROUND);
        }
    }

    @Test
    void whatIsReadIsDroppedBehindTheReading() throws IOException {
        try (BlockGroups groups = sealedGroups(0)) {
            for (int group = GROUPS; group > 0; group--) {
                assertThat(groups.isUsable(BlockAddress.of(group, 0))).isTrue();
                assertThat(groups.touchedBytes()).isZero();
                assertThat(residentBytes()).isZero();
            }
        }
    }

    /** Since Linux 6.18 all that was written at once, as far as the cache has it in one piece. */
    @Test
    void aTouchedByteMakesOneWindowResident() throws IOException {
        try (BlockGroups groups = sealedGroups(Long.MAX_VALUE / 2)) {
            for (int group = 1; group <= GROUPS; group++) {
                assertThat(groups.isUsable(BlockAddress.of(group, 0))).isTrue();
            }
            assertThat(groups.touchedBytes()).isEqualTo(GROUPS * MAPPED_AROUND);
            assertThat(residentBytes()).isBetween(GROUPS * 4096L, GROUPS * MAPPED_AROUND);
        }
    }

    /** It counts when it is released, since it is read until then. */
    @Test
    void aBlockThatIsReadAfterItsGroupWasDroppedCounts() throws IOException {
        try (BlockGroups groups = sealedGroups(4 * MAPPED_AROUND)) {
            StoredBlock found = new StoredBlock();
            try {
                assertThat(groups.locate(BlockAddress.of(1, 0), found)).isTrue();
                for (int group = 2; group <= 6; group++) {
                    assertThat(groups.isUsable(BlockAddress.of(group, 0))).isTrue();
                }
                long before = residentBytes();
                assertThat(before).isBetween(4096L, groups.touchedBytes());
                assertThat(found.buffer().get(found.offset())).isZero();
                assertThat(residentBytes()).as("it was dropped before").isGreaterThan(before);
            } finally {
                found.release();
            }
            assertThat(residentBytes()).isLessThanOrEqualTo(groups.touchedBytes());
        }
    }

    @Test
    void aGroupThatIsTakenOutCountsNoMore() throws IOException {
        try (BlockGroups groups = sealedGroups(Long.MAX_VALUE / 2)) {
            assertThat(groups.isUsable(BlockAddress.of(1, 0))).isTrue();
            assertThat(groups.isUsable(BlockAddress.of(2, 0))).isTrue();
            GroupReclaim.Vacated vacated = groups.reclaim().drop(1);
            assertThat(groups.touchedBytes()).isEqualTo(MAPPED_AROUND);
            assertThat(residentBytes()).isBetween(4096L, MAPPED_AROUND);
            groups.reclaim().release(vacated);
            assertThat(groups.touchedBytes()).isEqualTo(MAPPED_AROUND);
        }
    }

    /** A thread that reads may be held up anywhere, while others drop what it has counted or is about to count. */
    @Test
    void whatManyThreadsReadCounts() throws Exception {
        long budget = 2L << 20;
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (BlockGroups groups = sealedGroups(budget)) {
            AtomicBoolean done = new AtomicBoolean();
            List<Future<?>> readers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                SplittableRandom random = new SplittableRandom(t);
                readers.add(pool.submit(() -> {
                    StoredBlock found = new StoredBlock();
                    while (!done.get()) {
                        long address = BlockAddress.of(1 + random.nextInt(GROUPS), random.nextInt(SLOTS_READ));
                        assertThat(groups.locate(address, found)).isTrue();
                        found.isIntact();
                        found.release();
                    }
                    return null;
                }));
            }
            long most = 0;
            for (int i = 0; i < 40; i++) {
                Thread.sleep(25);
                most = Math.max(most, residentBytes());
            }
            done.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
            // Each thread may have read a block and an entry that it has not counted yet.
            assertThat(most).isBetween(1L, budget + budget / 4 + 2 * threads * MAPPED_AROUND);
            assertThat(groups.touchedBytes()).isBetween(0L, budget + budget / 4);
        } finally {
            pool.shutdownNow();
        }
    }

    private BlockGroups sealedGroups(long budget) throws IOException {
        VolumeGeometry geometry = new VolumeGeometry(UUID.randomUUID(), GROUP_BYTES, 4096, 32);
        BlockGroups groups = new BlockGroups(
                directory.open("blocks.dat", OpenMode.CREATE), geometry, GroupSettings.unlimited(budget));
        byte[] fingerprint = new byte[32];
        ByteBuffer number = ByteBuffer.wrap(fingerprint);
        ByteBuffer stored = ByteBuffer.allocate(1);
        long count = 0;
        for (int group = 1; group <= GROUPS; group++) {
            GroupWriter writer = groups.writers().acquire((opened, region) -> {});
            do {
                number.putLong(0, ++count);
            } while (writer.append(fingerprint, 0, stored, 0, 1, 0, 0, BlockListener.NONE) != BlockAddress.HOLE);
            groups.writers().seal(writer);
            groups.writers().release(writer);
        }
        groups.force();
        return groups;
    }

    private long residentBytes() throws IOException {
        long kib = 0;
        boolean isOurs = false;
        for (String line : Files.readAllLines(MAPPINGS)) {
            if (line.matches("[0-9a-f]+-.*")) {
                isOurs = line.contains(folder.toRealPath() + "/");
            } else if (isOurs && line.startsWith("Rss:")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib << 10;
    }
}
