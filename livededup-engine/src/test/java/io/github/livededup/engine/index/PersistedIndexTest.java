package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.livededup.IndexBackend;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.TagPageLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.disk.DiskDirectory;
import io.github.livededup.engine.util.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With Chronicle Map, on a disk. */
class PersistedIndexTest {
    private static final UUID VOLUME = new UUID(1, 2);
    private static final int SLOTS = 300;

    @TempDir
    private Path folder;

    private DiskDirectory directory;
    private final TestTables tables = new TestTables();

    @BeforeEach
    void lock() throws IOException {
        directory = DiskDirectory.createLocked(folder.resolve("volume"));
    }

    @AfterEach
    void unlock() throws IOException {
        directory.close();
    }

    private FingerprintIndex open(IndexBackend backend, long generation, long budgetBytes) throws IOException {
        return FingerprintIndex.open(
                directory, new IndexSettings(backend, false, VOLUME, generation, budgetBytes), tables);
    }

    private void fill(int groups) {
        for (int group = 1; group <= groups; group++) {
            tables.sealedGroup(group, group * 10_000L, SLOTS);
        }
    }

    private static long find(FingerprintIndex index, int group, int slot) throws IOException {
        return index.find(TestTables.fingerprint(group * 10_000L + slot), 0, new LookupCursor());
    }

    private static void findAll(FingerprintIndex index, int groups) throws IOException {
        for (int group = 1; group <= groups; group++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                assertThat(find(index, group, slot)).isEqualTo(BlockAddress.of(group, slot));
                assertThat(find(index, group, slot + SLOTS)).isZero();
            }
        }
    }

    /** Making a file may wait for a disk that others keep busy. */
    private static ConditionFactory waiting() {
        return await().atMost(Duration.ofMinutes(2));
    }

    private void persistAll(int groups) throws IOException {
        FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, 0, 1 << 30);
        findAll(index, groups);
        long bare = index.filterBytes() + 100;
        waiting().until(() -> directory.list("index").size() == groups && index.bytesOnDisk() > bare);
        findAll(index, groups);
        assertThat(index.statistics().backend()).isEqualTo(IndexBackend.CHRONICLE_MAP);
        index.close(1);
    }

    @Test
    void aSealedGroupMovesToAFileThatTheNextOpenUses() throws IOException {
        FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, 0, 1 << 30);
        for (int slot = 0; slot < SLOTS; slot++) {
            byte[] fingerprint = TestTables.fingerprint(10_000L + slot);
            index.add(fingerprint, 0, tables.append(1, fingerprint));
        }
        tables.seal(1);
        index.groupSealed(1);
        findAll(index, 1);
        waiting().until(() -> directory.exists("index/1.cmap"));
        index.close(1);
        assertThat(directory.list("index")).containsExactly("1.cmap", "CLEAN", "filter");

        tables.visits.set(0);
        FingerprintIndex again = open(IndexBackend.AUTO, 1, 1 << 30);
        findAll(again, 1);
        assertThat(tables.visits).hasValue(0);
        assertThat(again.statistics().partitionsOpened()).isEqualTo(1);
        assertThat(again.statistics().partitionsRebuilt()).isZero();
        again.close(2);
    }

    @Test
    void aPartitionReadFromItsTagsMovesToAFileAsWell() throws IOException {
        fill(2);
        try (FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, 0, 1)) {
            index.awaitReady(); // makes files of tags, since there is no room
            assertThat(find(index, 1, 7)).isEqualTo(BlockAddress.of(1, 7));
            assertThat(index.statistics().partitionsOpened()).isOne();
            waiting().until(() -> index.partitionBytes() > TagPageLayout.PAGE_BYTES);
            assertThat(directory.exists("index/1.cmap")).isTrue();
            findAll(index, 2);
        }
    }

    @Test
    void unlessAskedForByNameItStartsWhenThereAreEnoughGroups() throws IOException {
        int enough = PartitionLoader.WORTH_STARTING;
        fill(enough);
        // From here on a file takes milliseconds, if one is made.
        assertThat(ChronicleSupport.warmUp())
                .succeedsWithin(Duration.ofMinutes(2))
                .isEqualTo(true);
        FingerprintIndex few = open(IndexBackend.AUTO, 0, 1 << 30);
        findAll(few, enough - 1);
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofMinutes(1))
                .until(() -> directory.list("index").isEmpty());
        few.close(1);
        assertThat(directory.list("index")).containsExactly("CLEAN", "filter");

        FingerprintIndex many = open(IndexBackend.AUTO, 1, 1 << 30);
        findAll(many, enough);
        waiting()
                .until(() -> directory.list("index").stream()
                                .filter(name -> name.endsWith(".cmap"))
                                .count()
                        == enough);
        assertThat(many.statistics().backend()).isEqualTo(IndexBackend.CHRONICLE_MAP);
        many.close(2);
    }

    @Test
    void withoutACleanCloseEverythingIsMadeAnew() throws IOException {
        fill(3);
        persistAll(3);
        open(IndexBackend.CHRONICLE_MAP, 1, 1 << 30).close(); // as a crash leaves it
        assertThat(directory.list("index")).hasSize(3);
        tables.visits.set(0);
        FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, 1, 1 << 30);
        assertThat(directory.list("index")).isEmpty();
        findAll(index, 3);
        assertThat(index.statistics().partitionsRebuilt()).isEqualTo(3);
        assertThat(index.statistics().partitionsOpened()).isZero();
        index.close(2);
    }

    @Test
    void aDamagedFileIsMadeAnewAndNeverMapped() throws IOException {
        fill(1);
        persistAll(1);
        Random random = new Random(17);
        for (int i = 0; i < 20; i++) {
            try (VolumeFile file = directory.open("index/1.cmap", OpenMode.WRITE)) {
                ByteBuffer garbage = ByteBuffer.allocate(1 + random.nextInt(64));
                random.nextBytes(garbage.array());
                file.write(garbage, random.nextInt((int) file.sizeBytes() - 64));
                if (i % 5 == 0) {
                    file.resize(random.nextInt(5000));
                }
            }
            FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, i + 1, 1 << 30);
            findAll(index, 1);
            assertThat(index.statistics().partitionsRebuilt()).isEqualTo(1);
            waiting().until(() -> directory.exists("index/1.cmap"));
            index.close(i + 2);
        }
    }

    @Test
    void missingFilesAndAMissingFolderCostARebuildOnly() throws IOException {
        fill(2);
        persistAll(2);
        directory.delete("index/1.cmap");
        FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, 1, 1 << 30);
        findAll(index, 2);
        assertThat(index.statistics().partitionsRebuilt()).isEqualTo(1);
        assertThat(index.statistics().partitionsOpened()).isEqualTo(1);
        index.close(2);
        for (String name : directory.list("index")) {
            directory.delete("index/" + name);
        }
        directory.delete("index");
        index = open(IndexBackend.CHRONICLE_MAP, 2, 1 << 30);
        findAll(index, 2);
        index.close(3);
    }

    @Test
    void evictionUnderConcurrentLookupsLosesNothing() throws Exception {
        int groups = 12;
        fill(groups);
        persistAll(groups);
        long roomForThree = 3L * 12_288;
        FingerprintIndex index = open(IndexBackend.CHRONICLE_MAP, 1, roomForThree);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 2000; i++) {
                        int group = 1 + random.nextInt(groups);
                        int slot = random.nextInt(SLOTS);
                        assertThat(find(index, group, slot)).isEqualTo(BlockAddress.of(group, slot));
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(index.statistics().partitionsResident()).isLessThanOrEqualTo(4);
        assertThat(index.partitionBytes()).isLessThanOrEqualTo(roomForThree + 12_288);
        assertThat(index.statistics().partitionsOpened()).isGreaterThan(groups);
        index.close(2);
    }

    @Test
    void openGroupsStayWhateverTheBudget() throws IOException {
        fill(4);
        FingerprintIndex index = open(IndexBackend.BUILT_IN, 0, 0);
        for (int slot = 0; slot < SLOTS; slot++) {
            byte[] fingerprint = TestTables.fingerprint(90_000L + slot);
            index.add(fingerprint, 0, tables.append(9, fingerprint));
        }
        findAll(index, 4);
        tables.visits.set(0);
        for (int slot = 0; slot < SLOTS; slot++) {
            assertThat(find(index, 9, slot)).isEqualTo(BlockAddress.of(9, slot));
        }
        assertThat(tables.visits).hasValue(0);
        assertThat(index.statistics().partitionsResident()).isEqualTo(2);
        tables.seal(9);
        index.groupSealed(9);
        findAll(index, 4);
        assertThat(index.statistics().partitionsResident()).isEqualTo(1);
        index.close();
    }

    @Test
    void bringingAPartitionInIsAnEvent() throws Exception {
        fill(2);
        Path file = folder.resolve("events.jfr");
        try (Recording recording = new Recording();
                FingerprintIndex index = open(IndexBackend.BUILT_IN, 0, 1 << 20)) {
            recording.enable("livededup.Prefetch");
            recording.start();
            findAll(index, 2);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events).extracting(event -> event.getInt("group")).containsExactly(1, 2);
    }

    @Test
    void withoutFlagsTheDefaultFallsBackWithOneLineAndTheNameIsATypedError() throws Exception {
        String output = ChildJvm.run(WithoutFlags.class, folder.resolve("child").toString());
        assertThat(output).endsWith("exit=0");
        assertThat(output.lines().filter(line -> line.contains("index partitions: built-in table")))
                .hasSize(1)
                .first()
                .asString()
                .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        assertThat(output)
                .contains("auto: BUILT_IN, found")
                .contains("by name: IndexBackendUnavailableException")
                .contains("start the JVM with " + String.join(" ", ChronicleSupport.FLAGS));
    }

    @Test
    void withTheFlagsThatAreNamedItRuns() throws Exception {
        List<String> arguments = new ArrayList<>(ChronicleSupport.FLAGS);
        arguments.add(folder.resolve("child").toString());
        assertThat(ChildJvm.run(WithoutFlags.class, arguments.toArray(String[]::new)))
                .contains("auto: CHRONICLE_MAP, found")
                .contains("by name: CHRONICLE_MAP")
                .endsWith("exit=0");
    }

    /** Run in a JVM of its own. */
    static final class WithoutFlags {
        public static void main(String[] arguments) throws IOException {
            TestTables tables = new TestTables();
            tables.sealedGroup(1, 10_000, SLOTS);
            try (DiskDirectory directory = DiskDirectory.createLocked(Path.of(arguments[0]))) {
                IndexSettings auto = new IndexSettings(IndexBackend.AUTO, false, VOLUME, 0, 1 << 20);
                try (FingerprintIndex index = FingerprintIndex.open(directory, auto, tables)) {
                    findAll(index, 1);
                    System.out.println("auto: " + index.backend() + ", found");
                }
                IndexSettings byName = new IndexSettings(IndexBackend.CHRONICLE_MAP, false, VOLUME, 0, 1 << 20);
                try (FingerprintIndex index = FingerprintIndex.open(directory, byName, tables)) {
                    System.out.println("by name: " + index.backend());
                } catch (IOException e) {
                    System.out.println("by name: " + e.getClass().getSimpleName() + " " + e.getMessage());
                }
            }
        }
    }
}
