package io.github.livededup.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Compression;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.VerifyReport.Kind;
import io.github.livededup.VerifyReport.Problem;
import io.github.livededup.VerifyReport.Use;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.EntryPlace;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.TableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One thing of each kind is damaged; a verification names it exactly, who uses it, and nothing else. */
class PlantedProblemTest extends EngineCase {
    /** Blocks are stored as they are, so that a test finds them in the file. */
    private static final VolumeOptions PLAIN = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(256 << 20)
            .compression(Compression.NONE)
            .build();

    private static final Logger QUIET = Logger.getLogger("io.github.livededup");
    private static final int FINGERPRINT_BYTES = 32;

    private long address;

    @BeforeEach
    void fill() throws IOException {
        QUIET.setLevel(Level.SEVERE);
        try (Volume volume = LiveDedup.create(directory, PLAIN)) {
            createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 600));
            createImage(volume, "b", TestData.blocks(BLOCK, 7, 0, 100, 100, 8));
            volume.images().snapshot("a", "a-then");
            address = volume.blocks()
                    .put(ByteBuffer.wrap(TestData.block(BLOCK, 100)))
                    .address();
        }
    }

    private Volume openPlain() throws IOException {
        return LiveDedup.open(directory, PLAIN);
    }

    private static List<Problem> problems(Volume volume, VerifyOptions options) throws IOException {
        VerifyReport report = volume.verify(options);
        assertThat(report.problemCount()).isEqualTo(report.problems().size());
        assertThat(report.complete()).isTrue();
        return report.problems();
    }

    private static VerifyOptions at(VerifyLevel level) {
        return VerifyOptions.of(level);
    }

    @Test
    void aDamagedBlockAndAllWhoUseIt() throws IOException {
        flip("blocks.dat", positionOf(TestData.block(BLOCK, 100)) + 99);
        try (Volume volume = openPlain()) {
            assertThat(problems(volume, at(VerifyLevel.METADATA))).isEmpty();
            Problem problem = single(problems(volume, at(VerifyLevel.CHECKSUMS)));
            assertThat(problem.kind()).isEqualTo(Kind.BLOCK);
            assertThat(problem.address()).hasValue(address);
            assertThat(problem.resource()).isEqualTo("block 1/99");
            assertThat(problem.message())
                    .matches("checksum of the stored bytes: actual=0x[0-9a-f]+ expected=0x[0-9a-f]+");
            assertThat(problem.uses())
                    .containsExactlyInAnyOrder(
                            new Use("a", 99L * BLOCK, BLOCK),
                            new Use("a-then", 99L * BLOCK, BLOCK),
                            new Use("b", 2L * BLOCK, BLOCK),
                            new Use("b", 3L * BLOCK, BLOCK));
            assertThat(problem.useCount()).isEqualTo(4);
            assertThat(problem.callerReferences()).isEqualTo(1);

            Problem bounded = single(problems(volume, at(VerifyLevel.CHECKSUMS).withMaxUses(2)));
            assertThat(bounded.uses()).hasSize(2);
            assertThat(bounded.useCount()).isEqualTo(4);
        }
    }

    @Test
    void aBlockThatIsNotWhatItsFingerprintSays() throws IOException {
        long block = positionOf(TestData.block(BLOCK, 100));
        long entry = entryOf(block);
        flip("blocks.dat", block + 5);
        mendChecksums(block, entry);
        try (Volume volume = openPlain()) {
            // All checksums are right, the table's too: only the fingerprint tells.
            assertThat(problems(volume, at(VerifyLevel.CHECKSUMS))).isEmpty();
            Problem problem = single(problems(volume, at(VerifyLevel.FINGERPRINTS)));
            assertThat(problem.kind()).isEqualTo(Kind.BLOCK);
            assertThat(problem.address()).hasValue(address);
            assertThat(problem.message()).matches("fingerprint: actual=[0-9a-f]{64} expected=[0-9a-f]{64}");
            assertThat(problem.useCount()).isEqualTo(4);
        }
    }

    @Test
    void aDamagedEntryOfATable() throws IOException {
        flip("blocks.dat", entryOf(positionOf(TestData.block(BLOCK, 100))) + 3);
        try (Volume volume = openPlain()) {
            List<Problem> both = problems(volume, at(VerifyLevel.CHECKSUMS));
            assertThat(both).extracting(Problem::kind).containsExactly(Kind.GROUP, Kind.BLOCK);
            assertThat(both.get(1).address()).hasValue(address);
            assertThat(both.get(1).useCount()).isEqualTo(4);
        }
    }

    @Test
    void aDamagedFooter() throws IOException {
        long footer = find("blocks.dat", "LDGROUPF".getBytes(StandardCharsets.US_ASCII), 0);
        flip("blocks.dat", footer + 33);
        try (Volume volume = openPlain()) {
            Problem problem = single(problems(volume, at(VerifyLevel.FINGERPRINTS)));
            assertThat(problem.kind()).isEqualTo(Kind.GROUP);
            assertThat(problem.resource()).isEqualTo("group 1");
            assertThat(problem.message()).contains("group footer checksum");
        }
    }

    @Test
    void aPageOfAMapAndWhoCannotBeRead() throws IOException {
        try (Volume volume = openPlain()) {
            createImage(volume, "c", TestData.distinctBlocks(BLOCK, 20_000, 3));
        }
        // The last written page of a map is the one of the last image.
        long page = lastPage(PageLayout.KIND_IMAGE_MAP);
        flip("metadata.dat", page + 60);
        try (Volume volume = openPlain()) {
            Problem problem = single(problems(volume, at(VerifyLevel.FINGERPRINTS)));
            assertThat(problem.kind()).isEqualTo(Kind.METADATA);
            assertThat(problem.resource())
                    .endsWith("metadata.dat page " + page / PageLayout.PAGE_BYTES + " (image map, level 0)");
            assertThat(problem.message()).matches("checksum: actual=0x[0-9a-f]+ expected=0x[0-9a-f]+");
            assertThat(problem.uses()).containsExactly(new Use("c", 0, 3 * BLOCK));
        }
    }

    @Test
    void aPageThatSnapshotsShareIsOneProblem() throws IOException {
        // "a" has two pages of blocks, which its snapshot shares; the second is not full.
        long page = firstPage(PageLayout.KIND_IMAGE_MAP, 600 - 508);
        flip("metadata.dat", page + 60);
        try (Volume volume = openPlain()) {
            Problem problem = single(problems(volume, at(VerifyLevel.FINGERPRINTS)));
            assertThat(problem.kind()).isEqualTo(Kind.METADATA);
            assertThat(problem.uses())
                    .containsExactlyInAnyOrder(
                            new Use("a", 508L * BLOCK, (600 - 508) * BLOCK),
                            new Use("a-then", 508L * BLOCK, (600 - 508) * BLOCK));
        }
    }

    @Test
    void aSlotOfTheSuperblock() throws IOException {
        flip("superblock", 40);
        try (Volume volume =
                LiveDedup.open(directory, VolumeOptions.builder().readOnly(true).build())) {
            Problem problem = single(problems(volume, at(VerifyLevel.STRUCTURE)));
            assertThat(problem.kind()).isEqualTo(Kind.SUPERBLOCK);
            assertThat(problem.message()).startsWith("intact slots: actual=1 expected=2");
        }
    }

    @Test
    void aHeaderOfTheJournal() throws IOException {
        flip("journal/000002.log", 17);
        try (Volume volume =
                LiveDedup.open(directory, VolumeOptions.builder().readOnly(true).build())) {
            Problem problem = single(problems(volume, at(VerifyLevel.STRUCTURE)));
            assertThat(problem.kind()).isEqualTo(Kind.JOURNAL);
            assertThat(problem.message()).contains("000002.log: actual=damaged expected=");
        }
    }

    @Test
    void aFrameOfTheJournalUnderAnOpenVolume() throws IOException {
        try (Volume volume = openPlain()) {
            createImage(volume, "c", TestData.distinctBlocks(BLOCK, 20_000, 3));
            volume.commit();
            assertThat(problems(volume, at(VerifyLevel.STRUCTURE))).isEmpty();
            flipNewestFrame();
            Problem problem = single(problems(volume, at(VerifyLevel.STRUCTURE)));
            assertThat(problem.kind()).isEqualTo(Kind.JOURNAL);
            assertThat(problem.message()).matches("end of the chain of frames: actual=\\d+ expected=\\d+");
        }
    }

    /** Damages the frame written last. */
    private void flipNewestFrame() throws IOException {
        ByteBuffer superblock = ByteBuffer.wrap(Files.readAllBytes(directory.resolve("superblock")))
                .order(ByteOrder.LITTLE_ENDIAN);
        long volumeLow = superblock.getLong(24);
        String newest = "";
        long newestAt = 0;
        long newestSequence = -1;
        for (int i = 0; i < 4; i++) {
            String name = "journal/00000" + i + ".log";
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(directory.resolve(name))).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 4096; at < bytes.capacity(); at += 4096) {
                if (JournalLayout.isFrame(bytes, at, volumeLow, bytes.capacity() - at)
                        && JournalLayout.sequence(bytes, at) > newestSequence) {
                    newest = name;
                    newestAt = at;
                    newestSequence = JournalLayout.sequence(bytes, at);
                }
            }
        }
        flip(newest, newestAt + 70);
    }

    private static Problem single(List<Problem> problems) {
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    private void flip(String name, long position) throws IOException {
        change(name, position, bytes -> bytes.put(0, (byte) (bytes.get(0) ^ 0x10)), 1);
    }

    private interface Change {
        void to(ByteBuffer bytes);
    }

    private void change(String name, long position, Change change, int length) throws IOException {
        try (FileChannel file =
                FileChannel.open(directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(file.read(bytes, position)).isEqualTo(length);
            change.to(bytes);
            file.write(bytes.clear(), position);
        }
    }

    /** Makes the checksum of changed stored bytes, and those of the entry and of the table, right again. */
    private void mendChecksums(long block, long entry) throws IOException {
        Path path = directory.resolve("blocks.dat");
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int at = (int) entry;
        long address = EntryPlace.addressAt(file, at, FINGERPRINT_BYTES, 1 << 20);
        file.putInt(at + FINGERPRINT_BYTES + 8, Checksums.crc32c(file, (int) block, BLOCK));
        EntryPlace.mend(address, file, at, FINGERPRINT_BYTES);
        int footer = EntryPlace.footerBehind(file, at);
        int before = file.getInt(footer + 48);
        int table = (int) block / (1 << 20) * (1 << 20) + file.getInt(footer + 44);
        int crc = Checksums.crc32c(file, table, file.getInt(footer + 32) * TableEntry.sizeBytes(FINGERPRINT_BYTES));
        file.putInt(footer + 48, crc);
        file.putInt(footer + 60, Checksums.crc32c(file, footer, 60));
        Files.write(path, file.array());
        changeGroupRecords(before, crc);
    }

    /** Gives a table another checksum in all group records that name it. */
    private void changeGroupRecords(int before, int crc) throws IOException {
        Path path = directory.resolve("metadata.dat");
        ByteBuffer pages = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < pages.capacity(); at += Integer.BYTES) {
            if (pages.getInt(at) == before) {
                pages.putInt(at, crc);
                int page = at / PageLayout.PAGE_BYTES * PageLayout.PAGE_BYTES;
                pages.putInt(page, Checksums.crc32c(pages, page + 4, PageLayout.PAGE_BYTES - 4));
            }
        }
        Files.write(path, pages.array());
    }

    private long positionOf(byte[] block) throws IOException {
        return find("blocks.dat", block, 0);
    }

    /** The table entry of a stored block. */
    private long entryOf(long block) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve("blocks.dat"));
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        return EntryPlace.entryOf(bytes, (int) block, FINGERPRINT_BYTES, 1 << 20);
    }

    private long find(String name, byte[] wanted, long from) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve(name));
        for (int at = (int) from; at + wanted.length <= file.length; at++) {
            if (file[at] == wanted[0] && Arrays.equals(file, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        throw new AssertionError("not in the file");
    }

    private long firstPage(int kind, int used) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve("metadata.dat"));
        for (int at = 0; at < file.length; at += PageLayout.PAGE_BYTES) {
            byte[] page = Arrays.copyOfRange(file, at, at + PageLayout.PAGE_BYTES);
            if (isKind(page, kind) && page[7] == 0 && PageLayout.used(page) == used) {
                return at;
            }
        }
        throw new AssertionError("no such page");
    }

    private long lastPage(int kind) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve("metadata.dat"));
        long found = -1;
        long newest = -1;
        for (int at = 0; at < file.length; at += PageLayout.PAGE_BYTES) {
            byte[] page = Arrays.copyOfRange(file, at, at + PageLayout.PAGE_BYTES);
            if (isKind(page, kind) && PageLayout.generation(page) > newest) {
                newest = PageLayout.generation(page);
                found = at;
            }
        }
        return found;
    }

    private static boolean isKind(byte[] page, int kind) {
        return ((page[4] & 0xFF) | ((page[5] & 0xFF) << 8)) == kind;
    }
}
