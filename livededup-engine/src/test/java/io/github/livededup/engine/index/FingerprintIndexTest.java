package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.IndexBackend;
import io.github.livededup.IndexBackendUnavailableException;
import io.github.livededup.IndexStatistics;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FingerprintIndexTest {
    private static final UUID VOLUME = new UUID(1, 2);

    private final MemoryDirectory directory = new MemoryDirectory();
    private final TestTables tables = new TestTables();
    private final LookupCursor cursor = new LookupCursor();

    private FingerprintIndex open(long generation) throws IOException {
        return open(generation, 1 << 30, false);
    }

    private FingerprintIndex open(long generation, long budgetBytes, boolean readOnly) throws IOException {
        return FingerprintIndex.open(
                directory, new IndexSettings(IndexBackend.AUTO, readOnly, VOLUME, generation, budgetBytes), tables);
    }

    private long put(FingerprintIndex index, int group, long seed) throws IOException {
        byte[] fingerprint = TestTables.fingerprint(seed);
        long address = tables.append(group, fingerprint);
        index.add(fingerprint, 0, address);
        return address;
    }

    private long find(FingerprintIndex index, long seed) throws IOException {
        return index.find(TestTables.fingerprint(seed), 0, cursor);
    }

    @Test
    void findsWhatWasAddedAndNothingElse() throws IOException {
        try (FingerprintIndex index = open(0)) {
            assertThat(find(index, 1)).isZero();
            long[] addresses = new long[5000];
            for (int i = 0; i < addresses.length; i++) {
                addresses[i] = put(index, 1 + i % 3, i);
            }
            for (int i = 0; i < addresses.length; i++) {
                cursor.lastHit(BlockAddress.HOLE);
                assertThat(find(index, i)).isEqualTo(addresses[i]);
                assertThat(cursor.lastHit()).isEqualTo(addresses[i]);
                assertThat(find(index, 1_000_000 + i)).isZero();
            }
            IndexStatistics statistics = index.statistics();
            assertThat(statistics.residentHits()).isEqualTo(5000);
            assertThat(statistics.misses()).isEqualTo(5001);
            assertThat(statistics.filterEntries()).isEqualTo(5000);
            assertThat(statistics.backend()).isEqualTo(IndexBackend.BUILT_IN);
        }
    }

    @Test
    void findsAtAnyPlaceInTheArray() throws IOException {
        try (FingerprintIndex index = open(0)) {
            byte[] array = new byte[100];
            System.arraycopy(TestTables.fingerprint(7), 0, array, 33, 32);
            long address = tables.append(1, TestTables.fingerprint(7));
            index.add(array, 33, address);
            assertThat(find(index, 7)).isEqualTo(address);
            assertThat(index.find(array, 33, cursor)).isEqualTo(address);
        }
    }

    @Test
    void fingerprintsThatDifferOnlyInOneBlockOfEightBytesAreToldApart() throws IOException {
        try (FingerprintIndex index = open(0)) {
            byte[][] fingerprints = new byte[40][];
            long[] addresses = new long[40];
            for (int i = 0; i < 40; i++) { // the same for filter and partition, in ten groups
                fingerprints[i] = TestTables.fingerprint(1);
                fingerprints[i][20] = (byte) i;
                addresses[i] = tables.append(1 + i % 10, fingerprints[i]);
                index.add(fingerprints[i], 0, addresses[i]);
            }
            for (int i = 0; i < 40; i++) {
                assertThat(index.find(fingerprints[i], 0, new LookupCursor())).isEqualTo(addresses[i]);
            }
            byte[] stranger = fingerprints[0].clone();
            stranger[20] = 99;
            assertThat(index.find(stranger, 0, cursor)).isZero();
            index.remove(fingerprints[5], 0, addresses[5]);
            tables.makeUnusable(addresses[5]);
            assertThat(index.find(fingerprints[5], 0, new LookupCursor())).isZero();
            assertThat(index.find(fingerprints[15], 0, new LookupCursor())).isEqualTo(addresses[15]);
        }
    }

    @Test
    void countersTellTheLocalityOfAStream() throws IOException {
        for (int group = 1; group <= 4; group++) {
            tables.sealedGroup(group, group * 1000L, 500);
        }
        try (FingerprintIndex index = open(0)) {
            for (int image = 0; image < 2; image++) { // a run in each group, with a changed block in its middle
                for (int group = 1; group <= 4; group++) {
                    for (int i = 0; i < 500; i++) {
                        long found = find(index, i == 250 ? -group - image * 10L : group * 1000L + i);
                        assertThat(found).isEqualTo(i == 250 ? BlockAddress.HOLE : BlockAddress.of(group, i));
                    }
                }
            }
            IndexStatistics statistics = index.statistics();
            assertThat(statistics.prefetchedHits()).isEqualTo(4);
            assertThat(statistics.residentHits()).isEqualTo(4 + 8);
            assertThat(statistics.neighbourHits()).isEqualTo(8 * 499 - 4 - 12);
            assertThat(statistics.misses()).isEqualTo(8);
            assertThat(statistics.partitionsRebuilt()).isEqualTo(4);
            assertThat(statistics.partitionsResident()).isEqualTo(4);
            assertThat(tables.prefetches).hasValue(4);
        }
    }

    @Test
    void aCleanCloseSparesTheRebuildOfTheFilter() throws IOException {
        FingerprintIndex index = open(0);
        long address = put(index, 1, 1);
        tables.seal(1);
        index.groupSealed(1);
        index.close(7);
        index.close(8); // nothing
        assertThat(directory.list("index")).containsExactly("CLEAN", "filter");

        tables.visits.set(0);
        try (FingerprintIndex again = open(7)) {
            again.awaitReady();
            assertThat(tables.visits).hasValue(0);
            assertThat(directory.list("index")).isEmpty();
            assertThat(find(again, 1)).isEqualTo(address);
        }
        tables.visits.set(0);
        try (FingerprintIndex again = open(7)) { // it was not closed cleanly
            again.awaitReady();
            assertThat(tables.visits).hasValue(1);
            assertThat(find(again, 1)).isEqualTo(address);
        }
    }

    @Test
    void whatIsStaleForeignOrDamagedIsNotBelieved() throws IOException {
        FingerprintIndex index = open(0);
        long address = put(index, 1, 1);
        index.close(7);
        MemoryDirectory clean = directory.copy();
        for (String name : new String[] {"index/CLEAN", "index/filter"}) {
            long size;
            try (VolumeFile file = clean.open(name, OpenMode.READ)) {
                size = file.sizeBytes();
            }
            for (long at = 0; at < size; at += name.endsWith("CLEAN") ? 1 : 97) {
                MemoryDirectory damaged = clean.copy();
                try (VolumeFile file = damaged.open(name, OpenMode.WRITE)) {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    file.read(one, at);
                    one.put(0, (byte) (one.get(0) ^ 0x10));
                    file.write(one.flip(), at);
                }
                assertRebuilt(damaged, VOLUME, 7, address);
            }
            MemoryDirectory cut = clean.copy();
            try (VolumeFile file = cut.open(name, OpenMode.WRITE)) {
                file.resize(size / 2);
            }
            assertRebuilt(cut, VOLUME, 7, address);
        }
        assertRebuilt(clean.copy(), VOLUME, 8, address);
        assertRebuilt(clean.copy(), new UUID(1, 3), 7, address);
        MemoryDirectory garbage = clean.copy();
        for (String name : new String[] {"index/1.cmap", "index/readme.txt"}) {
            garbage.open(name, OpenMode.CREATE).close();
        }
        garbage.delete("index/filter");
        assertRebuilt(garbage, VOLUME, 7, address);
        assertThat(garbage.list("index")).isEmpty();
    }

    private void assertRebuilt(MemoryDirectory where, UUID volume, long generation, long address) throws IOException {
        tables.visits.set(0);
        IndexSettings settings = new IndexSettings(IndexBackend.BUILT_IN, false, volume, generation, 1 << 20);
        try (FingerprintIndex index = FingerprintIndex.open(where, settings, tables)) {
            index.awaitReady();
            assertThat(tables.visits).hasValue(1);
            assertThat(index.find(TestTables.fingerprint(1), 0, new LookupCursor()))
                    .isEqualTo(address);
        }
    }

    @Test
    void lookupsWaitForTheRebuildAndNeighboursDoNot() throws Exception {
        tables.sealedGroup(1, 0, 100);
        tables.gate = new CountDownLatch(1);
        try (FingerprintIndex index = open(0)) {
            cursor.lastHit(BlockAddress.of(1, 4));
            assertThat(find(index, 5)).isEqualTo(BlockAddress.of(1, 5));

            AtomicReference<Object> result = new AtomicReference<>();
            Thread waiting = finder(index, result);
            awaitWaiting(waiting);
            waiting.interrupt();
            waiting.join(100);
            assertThat(waiting.isAlive())
                    .as("an interrupt does not end the wait")
                    .isTrue();
            tables.gate.countDown();
            waiting.join();
            assertThat(result.get()).isEqualTo(BlockAddress.of(1, 50));
        }
    }

    /** Until a thread waits for another. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
    }

    private static Thread finder(FingerprintIndex index, AtomicReference<Object> result) {
        Thread thread = new Thread(() -> {
            try {
                result.set(index.find(TestTables.fingerprint(50), 0, new LookupCursor()));
            } catch (IOException e) {
                result.set(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void closingEndsARebuild() throws Exception {
        for (int group = 1; group <= 3; group++) {
            tables.sealedGroup(group, group * 100L, 10);
        }
        tables.gate = new CountDownLatch(1);
        FingerprintIndex index = open(0);
        AtomicReference<Object> result = new AtomicReference<>();
        Thread waiting = finder(index, result);
        Thread closing = new Thread(index::close);
        awaitWaiting(waiting);
        while (tables.atGate.get() == 0) { // else closing could end it before it reads a table
            assertThat(waiting.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        closing.start();
        awaitWaiting(closing);
        tables.gate.countDown();
        closing.join();
        waiting.join();
        assertThat(result.get()).isInstanceOf(OperationCancelledException.class);
        assertThat(directory.list("index")).isEmpty();
    }

    @Test
    void aDamagedTableCostsItsOwnDuplicatesOnly() throws IOException {
        tables.sealedGroup(1, 100, 10);
        tables.sealedGroup(2, 200, 10);
        open(0).close(1);
        tables.damaged.add(1);
        try (FingerprintIndex index = open(0)) { // rebuilt
            assertThat(find(index, 101)).isZero();
            assertThat(find(index, 201)).isEqualTo(BlockAddress.of(2, 1));
        }
        tables.damaged.clear();
        FingerprintIndex whole = open(0);
        whole.awaitReady();
        whole.close(1);
        tables.damaged.add(1);
        try (FingerprintIndex index = open(1)) { // from the snapshot
            for (int i = 0; i < 3; i++) {
                assertThat(find(index, 101)).isZero();
            }
            assertThat(find(index, 201)).isEqualTo(BlockAddress.of(2, 1));
        }
    }

    @Test
    void aReadOnlyIndexWritesNothing() throws IOException {
        tables.sealedGroup(1, 0, 10);
        try (FingerprintIndex index = open(0, 1 << 20, true)) {
            assertThat(directory.exists("index")).isFalse();
            assertThat(find(index, 3)).isEqualTo(BlockAddress.of(1, 3));
        }
        FingerprintIndex writer = open(0);
        writer.awaitReady();
        writer.close(5);
        tables.visits.set(0);
        FingerprintIndex reader = open(5, 1 << 20, true);
        assertThat(reader.statistics().filterEntries()).isEqualTo(10);
        reader.close(5);
        assertThat(tables.visits).hasValue(0);
        assertThat(directory.list("index")).containsExactly("CLEAN", "filter");
    }

    @Test
    void chronicleMapByNameNeedsADisk() {
        IndexSettings settings = new IndexSettings(IndexBackend.CHRONICLE_MAP, false, VOLUME, 0, 1 << 20);
        assertThatThrownBy(() -> FingerprintIndex.open(directory, settings, tables))
                .isInstanceOf(IndexBackendUnavailableException.class)
                .hasMessageContaining("on a disk");
    }

    @Test
    void aGroupThatWasDroppedIsGone() throws IOException {
        tables.sealedGroup(1, 0, 10);
        try (FingerprintIndex index = open(0)) {
            assertThat(find(index, 3)).isPositive();
            for (int i = 0; i < 10; i++) {
                index.remove(TestTables.fingerprint(i), 0, BlockAddress.of(1, i));
            }
            index.groupDropped(1);
            cursor.lastHit(BlockAddress.HOLE);
            assertThat(find(index, 3)).isZero();
            assertThat(index.statistics().partitionsResident()).isZero();
            assertThat(index.statistics().filterEntries()).isZero();
        }
    }

    @Test
    void nothingIsAllocatedPerLookupOrAddition() throws IOException {
        int count = 20_000;
        byte[] all = new byte[count * 32];
        long[] addresses = new long[count];
        for (int i = 0; i < count; i++) {
            byte[] fingerprint = TestTables.fingerprint(i);
            System.arraycopy(fingerprint, 0, all, i * 32, 32);
            addresses[i] = tables.append(1, fingerprint);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (FingerprintIndex index = open(0)) {
            index.awaitReady();
            long found = 0;
            long lookups = 0;
            long additions = 0;
            for (int round = 0; round < 3; round++) { // the first ones are warm-up
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < count; i++) {
                    cursor.lastHit(BlockAddress.HOLE);
                    found += index.find(all, i * 32, cursor) == addresses[i] ? 1 : 0;
                }
                lookups = threads.getCurrentThreadAllocatedBytes() - before;
                before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < count; i++) {
                    index.add(all, i * 32, addresses[i]);
                }
                additions = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(found).isEqualTo(3L * count);
            assertThat(lookups / count).isZero();
            assertThat(additions / count)
                    .as("but for the filter's growing now and then")
                    .isLessThan(16);
        }
    }
}
