package io.github.livededup.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.metadata.GroupInfo;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.recovery.Roots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints: when they are due, what they write in which order, what they give back, and how they fail. */
class CheckpointerTest {
    private static final long MAX_DIRTY_BYTES = 40 * 4096;

    private final List<String> forced = new ArrayList<>();
    private final MemoryDirectory memory = new MemoryDirectory();
    private final FaultyDirectory directory = new FaultyDirectory(memory);
    private final SpaceLimit limit = new SpaceLimit("memory", Long.MAX_VALUE);
    private StoreFixture store;
    private Checkpointer checkpointer;

    @BeforeEach
    void create() throws IOException {
        use(limit);
        // Writes down what is forced, and lets it pass.
        directory
                .on(FileOperation.FORCE)
                .ofAny(name -> {
                    forced.add(name);
                    return false;
                })
                .then(Fault.error());
    }

    private void use(SpaceLimit spaceLimit) throws IOException {
        store = StoreFixture.create(directory, spaceLimit);
        checkpointer = new Checkpointer(store.parts, MAX_DIRTY_BYTES, StoreFixture.FINGERPRINT_BYTES);
    }

    @AfterEach
    void closeAndFindAllLocksFree() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (Lock lock : List.of(
                    store.parts.locks().appendExclusive(), store.parts.locks().metadataExclusive())) {
                assertThat(other.submit(() -> lock.tryLock()).get(60, TimeUnit.SECONDS))
                        .isTrue();
            }
        } finally {
            other.shutdownNow();
        }
        store.close();
        assertThat(directory.openFiles()).isZero();
    }

    private void fillJournal() throws IOException {
        int images = 0;
        while (!store.parts.journal().needsCheckpoint()) {
            store.image("image " + images++ + "x".repeat(200));
        }
    }

    @Test
    void isDueWhenTheJournalIsHalfFull() throws IOException {
        assertThat(checkpointer.isDue()).isFalse();
        Checkpointer patient = new Checkpointer(store.parts, Long.MAX_VALUE, StoreFixture.FINGERPRINT_BYTES);
        fillJournal();
        assertThat(patient.isDue()).isTrue();
        patient.checkpointIfDue();
        assertThat(patient.checkpoints()).isEqualTo(1);
        assertThat(patient.isDue()).isFalse();
        long full = (StoreFixture.SEGMENT_BYTES - 4096) * 2L;
        assertThat(store.parts.journal().freeBytes()).as("given back").isGreaterThan(full - 4 * 4096);
    }

    @Test
    void isDueWhenChangedPagesTakeMoreThanTheyMay() throws IOException {
        MetadataStore metadata = store.parts.metadata();
        store.image("a");
        int group = 1;
        while (metadata.dirtyBytes() < MAX_DIRTY_BYTES) {
            assertThat(checkpointer.isDue()).isFalse();
            metadata.groups().open(group++, group);
        }
        assertThat(metadata.dirtyBytes()).isEqualTo(MAX_DIRTY_BYTES);
        assertThat(checkpointer.isDue()).as("just as many").isFalse();
        checkpointer.checkpointIfDue();
        assertThat(checkpointer.checkpoints()).isZero();
        while (metadata.dirtyBytes() == MAX_DIRTY_BYTES) {
            metadata.groups().open(group++, group);
        }
        assertThat(checkpointer.isDue()).isTrue();
    }

    @Test
    void ifItIsNotDueWhatWasAppendedIsMadeDurableAllTheSame() throws IOException {
        store.image("a");
        long end = store.parts.journal().sequence();
        checkpointer.checkpointIfDue();
        assertThat(checkpointer.checkpoints()).isZero();
        assertThat(store.parts.journal().sequence()).isGreaterThan(end);
        assertThat(store.parts.superblocks().current().generation()).isEqualTo(checkpointer.generation());
    }

    @Test
    void eachIsForcedBeforeWhatPointsToIt() throws IOException {
        store.blocks(3);
        store.image("a");
        forced.clear();
        checkpointer.checkpoint(false);
        assertThat(forced).containsExactly("blocks.dat", "journal/000000.log", "metadata.dat", "superblock");
    }

    @Test
    void blocksAreReadWhileItWaitsForTheDisk() throws Exception {
        store.blocks(3);
        store.image("a");
        MetadataLock lock = store.parts.locks().metadata();
        long before = lock.version();
        MetadataReader reader = new MetadataReader(store.parts.metadata(), store.parts.locks());
        ExecutorService other = Executors.newSingleThreadExecutor();
        List<String> read = new ArrayList<>();
        try {
            directory.heal();
            directory
                    .on(FileOperation.FORCE)
                    .ofAny(name -> {
                        Future<String> looked = other.submit(() -> {
                            reader.readAddresses(1, 0, 1, new long[1]);
                            long count = reader.referenceCount(BlockAddress.of(1, 0));
                            return name + ": " + count + ", version " + (lock.version() - before);
                        });
                        assertThatCode(() -> read.add(looked.get(20, TimeUnit.SECONDS)))
                                .as("while %s is forced", name)
                                .doesNotThrowAnyException();
                        return false;
                    })
                    .then(Fault.error());
            checkpointer.checkpoint(false);
        } finally {
            directory.heal();
            other.shutdownNow();
        }
        // What is read while open tables are brought into pages, or pages change places at the end, is void.
        assertThat(read)
                .containsExactly(
                        "blocks.dat: 0, version 0",
                        "journal/000000.log: 0, version 0",
                        "metadata.dat: 0, version 2",
                        "superblock: 0, version 2");
        assertThat(lock.version() - before).isEqualTo(4);
    }

    @Test
    void theSuperblockTellsOfIt() throws IOException {
        store.image("a");
        long before = checkpointer.generation();
        assertThat(checkpointer.checkpoint(false)).isEqualTo(before + 1);
        assertThat(checkpointer.generation()).isEqualTo(before + 1);
        assertThat(checkpointer.checkpoints()).isEqualTo(1);
        Journal journal = store.parts.journal();
        var superblock = store.parts.superblocks().current();
        assertThat(superblock.generation()).isEqualTo(before + 1);
        assertThat(superblock.cleanlyClosed()).isFalse();
        assertThat(superblock.journalStart()).isEqualTo(journal.sequence()).isPositive();
        assertThatThrownBy(() -> journal.replay((type, body) -> {}))
                .as("released")
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.parts.metadata().isDirty()).isFalse();
        assertThat(store.parts.metadata().statistics().pendingPages()).isZero();
        assertThat(limit.otherBytes())
                .isEqualTo(journal.sizeBytes()
                        + store.parts.metadata().statistics().allocatedBytes());
        store.image("b");
        assertThat(checkpointer.checkpoint(true)).isEqualTo(before + 2);
        assertThat(store.parts.superblocks().current().cleanlyClosed()).isTrue();
        assertReopens("a", "b");
    }

    /** Opens a copy of the files: the last checkpoint holds these images. */
    private MetadataStore assertReopens(String... images) throws IOException {
        MetadataStore found = MetadataStore.open(
                memory.copy(),
                Roots.fromFormat(store.parts.superblocks().current()),
                StoreFixture.metadataSettings(new SpaceLimit("copy", Long.MAX_VALUE)));
        assertThat(found.catalogue().names()).containsExactlyInAnyOrder(images);
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 4096, 5000})
    void openGroupsTablesAreKept(int count) throws IOException {
        int total = 0;
        for (int round = 0; round < 2; round++) {
            store.blocks(count);
            total += count;
            checkpointer.checkpoint(false);
            // What was kept before is not written again: the second time there is nothing to keep.
            checkpointer.checkpoint(false);
            assertTableIsKept(total);
            if (total > 3000) {
                return;
            }
        }
    }

    private void assertTableIsKept(int slots) throws IOException {
        try (MetadataStore found = assertReopens()) {
            GroupInfo info = found.groups().get(1);
            assertThat(info.slots()).isEqualTo(slots);
            assertThat(info.dataEnd()).isEqualTo(store.parts.groups().layout(1).dataEnd());
            ByteBuffer kept =
                    ByteBuffer.allocate(slots * StoreFixture.ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            found.openTables().read(1, 0, kept);
            for (int slot = 0; slot < slots; slot++) {
                byte[] fingerprint = new byte[StoreFixture.FINGERPRINT_BYTES];
                kept.get(slot * StoreFixture.ENTRY_BYTES, fingerprint);
                assertThat(fingerprint).as("slot %d", slot).isEqualTo(StoreFixture.fingerprint(slot));
            }
        }
    }

    @Test
    void sealedGroupsHaveNoTableToKeep() throws IOException {
        store.blocks(10);
        var sealed = store.parts.groups().writers().seal(1);
        assertThat(sealed).isNotNull();
        store.parts
                .metadata()
                .groups()
                .seal(1, sealed.slots(), sealed.dataEnd(), sealed.tableOffset(), sealed.tableCrc());
        checkpointer.checkpoint(false);
        try (MetadataStore found = assertReopens()) {
            assertThat(found.groups().get(1).state()).isEqualTo(GroupInfo.State.SEALED);
        }
        assertThat(store.parts.groups().isUsable(BlockAddress.of(1, 9))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "blocks.dat, ERROR", "journal/000000.log, ERROR", "metadata.dat, ERROR", "superblock, ERROR",
        "blocks.dat, FULL", "journal/000000.log, FULL", "metadata.dat, FULL", "superblock, FULL"
    })
    void aForceThatFailsEndsAllWriting(String name, Fault.Kind kind) throws IOException {
        checkpointer.checkpoint(false);
        store.blocks(3);
        store.image("a");
        long generation = checkpointer.generation();
        directory.heal();
        directory.on(FileOperation.FORCE).of(name).nth(0).then(new Fault(kind, 0));
        assertThatThrownBy(() -> checkpointer.checkpoint(false))
                .isInstanceOf(VolumeFailedException.class)
                .hasStackTraceContaining("injected");
        assertThat(store.parts.latch().cause()).isNotNull();
        assertThat(checkpointer.generation()).isEqualTo(generation);
        assertThat(checkpointer.checkpoints()).isEqualTo(1);
        // Nothing is tried again.
        long forces = directory.count(FileOperation.FORCE);
        assertThatThrownBy(() -> checkpointer.checkpoint(false)).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(checkpointer::checkpointIfDue).isInstanceOf(VolumeFailedException.class);
        assertThat(directory.count(FileOperation.FORCE)).isEqualTo(forces);
    }

    @Test
    void aCommitThatFailsBeforeACheckpointEndsAllWriting() throws IOException {
        fillJournal();
        directory.heal();
        directory.on(FileOperation.FORCE).nth(0).then(Fault.error());
        assertThatThrownBy(checkpointer::checkpointIfDue).isInstanceOf(VolumeFailedException.class);
        assertThat(store.parts.latch().cause()).isNotNull();
        assertThat(checkpointer.checkpoints()).isZero();
    }

    @Test
    void withoutRoomItIsRefusedWholeAndCanBeTakenLater() throws IOException {
        int refused = 0;
        // From room for nothing to room for all of it.
        for (int pages = 1; pages < 120; pages += 6) {
            startAnew();
            SpaceLimit small = new SpaceLimit("memory", 3L << 20);
            use(small);
            store.blocks(5000);
            store.parts.metadata().reserveHeld(pages);
            small.otherBytes(3L << 20);
            try {
                checkpointer.checkpoint(false);
            } catch (VolumeFullException e) {
                refused++;
                assertThat(store.parts.latch().cause()).isNull();
                assertThat(checkpointer.checkpoints()).isZero();
                assertThat(small.otherBytes()).as("as it was, with the reserve").isEqualTo(4L << 20);
                small.otherBytes(0);
                checkpointer.checkpoint(false);
            }
            assertThat(checkpointer.checkpoints()).isEqualTo(1);
            assertTableIsKept(5000);
        }
        assertThat(refused).isBetween(5, 18);
    }

    private void startAnew() throws IOException {
        store.close();
        for (String name : new String[] {"metadata.dat", "blocks.dat", "superblock"}) {
            directory.delete(name);
        }
        for (String folder : new String[] {"journal", "index"}) {
            for (String name : directory.list(folder)) {
                directory.delete(folder + "/" + name);
            }
        }
    }
}
