package io.github.livededup.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.IndexBackend;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.format.TagPageLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagFilesTest {
    private static final int GROUPS = 6;
    private static final int SLOTS = 2000;
    private static final UUID VOLUME = new UUID(3, 4);
    /** So little that one partition stays. */
    private static final long BUDGET_BYTES = 1;

    private final MemoryDirectory directory = new MemoryDirectory();
    private final TestTables tables = new TestTables();
    private final TagFiles tags = new TagFiles(directory, false);
    private final ByteBuffer page = TagFiles.page();

    @BeforeEach
    void fill() throws IOException {
        directory.createFolder(IndexFiles.FOLDER);
        for (int group = 1; group <= GROUPS; group++) {
            tables.sealedGroup(group, group * 1_000_000L, SLOTS);
        }
    }

    private static long key(long seed) {
        return FingerprintKeys.key(TestTables.fingerprint(seed), 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 575, 679, 1000, 20_000})
    void aGroupMayHoldWhatItHoldsAndLittleElse(int count) throws IOException {
        tables.sealedGroup(77, 0, count);
        tags.build(77, tables);
        for (int i = 0; i < count; i++) {
            assertThat(tags.mayHold(77, key(i), page)).isTrue();
        }
        int strangers = 0;
        for (int i = 0; i < 5000; i++) {
            strangers += tags.mayHold(77, key(1_000_000 + i), page) ? 1 : 0;
        }
        assertThat(strangers).isLessThan(3); // 575 * 5,000 / 2^24 are to be expected
        try (VolumeFile file = directory.open("index/77.tags", OpenMode.READ)) {
            assertThat(file.sizeBytes() % TagPageLayout.PAGE_BYTES).isZero();
            assertThat(tags.sizeBytes(tables)).isEqualTo(file.sizeBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 575, 679, 1000, 20_000})
    void theFileIsThePartition(int count) throws IOException {
        tables.sealedGroup(77, 0, count);
        int unusable = count == 1 ? 1 : count / 2;
        tables.makeUnusable(BlockAddress.of(77, unusable));
        tags.build(77, tables);
        try (Partition partition = tags.read(77, count)) {
            for (int i = 0; i < count; i++) {
                int attempt = 0;
                int slot = partition.slot(key(i), attempt);
                while (slot != i && slot != Partition.NONE) { // another of the same tag
                    slot = partition.slot(key(i), ++attempt);
                }
                assertThat(slot).isEqualTo(i == unusable ? Partition.NONE : i);
                assertThat(attempt).isLessThan(3);
            }
            assertThat(partition.memoryBytes()).isEqualTo(tags.sizeBytes(tables));
        }
    }

    @Test
    void slotsOfOneTagComeTheHighestFirst() throws IOException {
        byte[] alike = TestTables.fingerprint(7);
        for (int i = 0; i < 6000; i++) { // in three parts of the table
            tables.append(9, i % 1000 == 5 ? alike : TestTables.fingerprint(i));
        }
        tables.seal(9);
        tags.build(9, tables);
        try (Partition partition = tags.read(9, 6000)) {
            int[] slots = new int[7];
            for (int attempt = 0; attempt < slots.length; attempt++) {
                slots[attempt] = partition.slot(key(7), attempt);
            }
            assertThat(slots).containsExactly(5005, 4005, 3005, 2005, 1005, 7, 5);
            assertThat(partition.slot(key(7), slots.length)).isEqualTo(Partition.NONE);
        }
    }

    @Test
    void theHighestSlotThereCanBeIsFound() throws IOException {
        GroupTags collected = new GroupTags(1);
        FingerprintHeads heads = new FingerprintHeads();
        heads.add(BlockAddress.MAX_SLOTS - 1, 1, -1);
        collected.add(heads);
        tags.write(5, collected);
        try (Partition partition = tags.read(5, 1)) {
            assertThat(partition.slot(-1, 0)).isEqualTo(BlockAddress.MAX_SLOTS - 1);
            assertThat(partition.slot(1, 0)).isEqualTo(Partition.NONE);
        }
    }

    /** Puts a number into the first page and makes its checksum right again. */
    private void forge(int offset, int number) throws IOException {
        try (VolumeFile file = directory.open("index/1.tags", OpenMode.WRITE)) {
            ByteBuffer first = TagFiles.page();
            file.read(first, 0);
            first.clear().putShort(offset, (short) number);
            first.putInt(TagPageLayout.CRC_OFFSET, Checksums.crc32c(first, 0, TagPageLayout.CRC_OFFSET));
            file.write(first, 0);
        }
    }

    @Test
    void pagesOfTheFirstVersionAndImpossibleOnesAreNotBelieved() throws IOException {
        for (int[] wrong : new int[][] {
            {TagPageLayout.VERSION_OFFSET, 0},
            {TagPageLayout.VERSION_OFFSET, 3},
            {TagPageLayout.COUNT_OFFSET, TagPageLayout.MAX_ENTRIES + 1},
            {TagPageLayout.COUNT_OFFSET, -1},
            {TagPageLayout.PAGE_OFFSET, 1},
        }) {
            tags.build(1, tables);
            forge(wrong[0], wrong[1]);
            assertThat(tags.read(1, SLOTS)).isNull();
            assertThat(tags.has(1)).isFalse();
            assertThat(directory.exists("index/1.tags")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4095, 4096, 12_288, 20_480, 1 << 30})
    void aFileOfAnotherSizeIsNoPartition(long sizeBytes) throws IOException {
        tags.build(1, tables);
        try (VolumeFile file = directory.open("index/1.tags", OpenMode.WRITE)) {
            file.resize(sizeBytes);
        }
        assertThat(tags.read(1, SLOTS)).isNull();
        assertThat(tags.has(1)).isFalse();
        assertThat(tags.read(1, SLOTS)).isNull();
    }

    @Test
    void aDamagedFileIsReplacedByATableAndThenMadeAnew() throws IOException {
        try (FingerprintIndex index = open(0)) {
            index.awaitReady();
            try (VolumeFile file = directory.open("index/1.tags", OpenMode.WRITE)) {
                file.write(ByteBuffer.wrap(new byte[] {1}), file.sizeBytes() - 100);
            }
            findAll(index);
            assertThat(index.statistics().partitionsRebuilt()).isOne();
            assertThat(index.statistics().partitionsOpened()).isEqualTo(GROUPS - 1);
        }
    }

    @Test
    void withoutAFileAGroupMayHoldAnything() {
        assertThat(tags.mayHold(1, key(5), page)).isTrue();
        tables.damaged.add(1);
        tags.build(1, tables);
        assertThat(tags.has(1)).isFalse();
    }

    @Test
    void slotsThatAreNotUsableHaveNoTag() {
        tables.makeUnusable(BlockAddress.of(1, 17));
        tags.build(1, tables);
        assertThat(tags.mayHold(1, key(1_000_017), page)).isFalse();
        assertThat(tags.mayHold(1, key(1_000_018), page)).isTrue();
    }

    @Test
    void aDamagedPageIsNotBelievedAndItsFileGoes() throws IOException {
        for (int damaged = 0; damaged < TagPageLayout.PAGE_BYTES; damaged += 331) {
            tags.build(1, tables);
            try (VolumeFile file = directory.open("index/1.tags", OpenMode.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) file.sizeBytes());
                file.read(bytes, 0);
                for (int at = damaged; at < bytes.capacity(); at += TagPageLayout.PAGE_BYTES) {
                    bytes.put(at, (byte) ~bytes.get(at));
                }
                file.write(bytes.clear(), 0);
            }
            assertThat(tags.mayHold(1, key(5), page)).isTrue();
            assertThat(tags.has(1)).isFalse();
            assertThat(directory.exists("index/1.tags")).isFalse();
            tags.build(1, tables);
            try (VolumeFile file = directory.open("index/1.tags", OpenMode.WRITE)) {
                ByteBuffer bytes = ByteBuffer.allocate(1);
                file.read(bytes, damaged);
                file.write(ByteBuffer.wrap(new byte[] {(byte) ~bytes.get(0)}), damaged);
            }
            assertThat(tags.read(1, SLOTS)).as("byte %d", damaged).isNull();
            assertThat(tags.has(1)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4095, 4096, 8192, 20_480, 1 << 20})
    void aFileOfAnotherSizeIsNotBelieved(long sizeBytes) throws IOException {
        tags.build(1, tables);
        try (VolumeFile file = directory.open("index/1.tags", OpenMode.WRITE)) {
            assertThat(file.sizeBytes()).isNotEqualTo(sizeBytes);
            file.resize(sizeBytes);
        }
        for (int i = 0; i < SLOTS; i++) {
            assertThat(tags.mayHold(1, key(1_000_000 + i), page)).isTrue();
        }
        assertThat(tags.has(1)).isFalse();
    }

    @Test
    void anotherGroupsFileIsNotBelieved() throws IOException {
        tags.build(1, tables);
        tags.build(2, tables);
        directory.rename("index/1.tags", "index/2.tags");
        assertThat(tags.mayHold(2, key(2_000_000), page)).isTrue();
        assertThat(tags.has(2)).isFalse();
        assertThat(tags.mayHold(1, key(9), page)).isTrue(); // it is gone
        assertThat(tags.has(1)).isFalse();
    }

    @Test
    void fingerprintsMadeAlikeHaveNoFile() {
        byte[] alike = new byte[TestTables.FINGERPRINT_BYTES];
        for (int i = 0; i < 3 * TagPageLayout.MAX_ENTRIES; i++) {
            tables.append(9, alike);
        }
        tables.seal(9);
        tags.build(9, tables);
        assertThat(tags.has(9)).isFalse();
        assertThat(directory.exists("index/9.tags")).isFalse();
    }

    @Test
    void aReaderUsesWhatIsThereAndWritesNothing() throws IOException {
        tags.build(1, tables);
        TagFiles reader = new TagFiles(directory, true);
        reader.believe(tables);
        reader.build(2, tables);
        assertThat(directory.list("index")).containsExactly("1.tags");
        assertThat(reader.mayHold(1, key(5), page)).isFalse();
        reader.forget(1);
        assertThat(reader.mayHold(1, key(5), page)).isTrue();
        assertThat(directory.list("index")).containsExactly("1.tags");
    }

    @Test
    void onlyNamesOfTagFilesAreThat() {
        assertThat(IndexFiles.groupOfTags("12.tags")).isEqualTo(12);
        for (String name :
                new String[] {".tags", "x1.tags", "-1.tags", "12.cmap", "9999999999.tags", "tags", "+1.tags"}) {
            assertThat(IndexFiles.groupOfTags(name)).as(name).isZero();
        }
    }

    private FingerprintIndex open(long generation) throws IOException {
        IndexSettings settings = new IndexSettings(IndexBackend.BUILT_IN, false, VOLUME, generation, BUDGET_BYTES);
        return FingerprintIndex.open(directory, settings, tables);
    }

    /** Has the hash of a block of the group, so that the filter names it, and nothing else of it. */
    private static byte[] namedByTheFilter(int group) {
        byte[] stranger = TestTables.fingerprint(-group);
        System.arraycopy(TestTables.fingerprint(group * 1_000_000L + 3), 0, stranger, 0, Long.BYTES);
        return stranger;
    }

    private static void findStrangers(FingerprintIndex index) throws IOException {
        for (int group = 1; group <= GROUPS; group++) {
            assertThat(index.find(namedByTheFilter(group), 0, new LookupCursor()))
                    .isZero();
        }
    }

    private static void findAll(FingerprintIndex index) throws IOException {
        for (int group = 1; group <= GROUPS; group++) {
            for (int i = 0; i < SLOTS; i += 500) {
                byte[] fingerprint = TestTables.fingerprint(group * 1_000_000L + i);
                assertThat(index.find(fingerprint, 0, new LookupCursor())).isEqualTo(BlockAddress.of(group, i));
            }
        }
    }

    @Test
    void afterARebuildOfALargeVolumeFalseCandidatesBringNothingIn() throws IOException {
        try (FingerprintIndex index = open(0)) {
            findStrangers(index);
            assertThat(index.statistics().falseCandidates()).isEqualTo(GROUPS);
            assertThat(index.statistics().partitionsRebuilt()).isZero();
            findAll(index);
            assertThat(index.statistics().partitionsOpened()).isEqualTo(GROUPS);
            assertThat(index.statistics().partitionsRebuilt()).isZero();
            index.close(5);
        }
        assertThat(directory.list("index")).contains("1.tags", "6.tags");
        try (FingerprintIndex index = open(5)) { // a clean open believes them
            findStrangers(index);
            assertThat(index.statistics().partitionsRebuilt()).isZero();
            findAll(index);
        }
        try (FingerprintIndex index = open(9)) { // another generation does not; they are made anew
            findStrangers(index);
            assertThat(index.statistics().partitionsRebuilt()).isZero();
            findAll(index);
        }
    }

    @Test
    void aPartitionThatIsTakenOutLeavesItsTags() throws IOException {
        try (FingerprintIndex index = open(0)) {
            index.awaitReady();
            for (int group = 1; group <= GROUPS; group++) {
                index.groupDropped(group); // forgets the rebuild's
            }
            assertThat(directory.list("index")).noneMatch(name -> name.endsWith(".tags"));
            findAll(index); // each partition is taken out for the next; the tags are made in the background
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!directory.list("index").contains("1.tags") && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(directory.list("index")).contains("1.tags");
            long before = index.statistics().partitionsRebuilt();
            assertThat(index.find(namedByTheFilter(1), 0, new LookupCursor())).isZero();
            assertThat(index.statistics().partitionsRebuilt()).isEqualTo(before);
        }
    }

    @Test
    void leftOversAreNotBelievedAndGoAtTheNextOpen() throws IOException {
        tables.append(70, TestTables.fingerprint(70)); // open
        try (FingerprintIndex index = open(0)) {
            index.awaitReady();
            index.close(2);
        }
        for (String leftOver : new String[] {"index/70.tags", "index/71.tags"}) {
            directory.open(leftOver, OpenMode.CREATE).close();
        }
        try (FingerprintIndex index = open(2)) {
            assertThat(directory.list("index")).contains("1.tags").doesNotContain("70.tags", "71.tags");
            findAll(index);
        }
    }

    @Test
    void aGroupThatIsDroppedOrSealedAnewLosesItsTags() throws IOException {
        try (FingerprintIndex index = open(0)) {
            index.awaitReady();
            assertThat(directory.list("index")).contains("1.tags", "2.tags");
            index.groupDropped(1);
            index.groupSealed(2);
            assertThat(directory.list("index"))
                    .doesNotContain("1.tags", "2.tags")
                    .contains("3.tags");
            findAll(index);
        }
    }
}
