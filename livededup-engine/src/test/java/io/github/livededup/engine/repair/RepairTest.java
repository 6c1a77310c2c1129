package io.github.livededup.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedup;
import io.github.livededup.LiveDedupException;
import io.github.livededup.RepairAction;
import io.github.livededup.RepairPlan;
import io.github.livededup.RepairRefusedException;
import io.github.livededup.RepairReport;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.format.PageLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan says comes true, a repaired volume verifies clean, and what does not help is refused and changes nothing. */
@TestInstance(Lifecycle.PER_CLASS)
class RepairTest {
    private static final int BLOCK = 4096;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .build();
    private static final Logger QUIET = Logger.getLogger("io.github.livededup");

    private final Map<String, byte[]> contents = new TreeMap<>();
    private final Map<Long, byte[]> blocks = new TreeMap<>();
    private Path closed;
    private Path crashed;
    private Path volume;

    @BeforeAll
    void makeVolumes(@TempDir Path folder) throws IOException {
        QUIET.setLevel(Level.OFF);
        closed = folder.resolve("closed");
        crashed = folder.resolve("crashed");
        Path live = folder.resolve("live");
        try (Volume made = LiveDedup.create(live, OPTIONS)) {
            create(made, "a", TestData.distinctBlocks(BLOCK, 1, 1_200));
            create(made, "b", TestData.distinctBlocks(BLOCK, 600, 900));
            made.images().snapshot("a", "a-then");
            contents.put("a-then", contents.get("a").clone());
            try (Image image = made.images().open("a")) {
                image.write(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 30_000, 30)), 0);
            }
            System.arraycopy(TestData.distinctBlocks(BLOCK, 30_000, 30), 0, contents.get("a"), 0, 30 * BLOCK);
            for (int seed = 100; seed < 110; seed++) {
                put(made, seed);
                put(made, seed + 9_000);
                put(made, seed + 9_000);
            }
        }
        try (Volume made = LiveDedup.open(live, OPTIONS)) {
            create(made, "late", TestData.distinctBlocks(BLOCK, 40_000, 300));
            made.commit();
            made.images().snapshot("late", "late-then");
            contents.put("late-then", contents.get("late").clone());
            made.commit();
            create(made, "last", TestData.distinctBlocks(BLOCK, 50_000, 20));
            made.commit();
            made.images().rename("last", "final");
            contents.put("final", contents.remove("last"));
            made.commit();
            FileTree.copy(live, crashed);
        }
        FileTree.copy(live, closed);
    }

    private void create(Volume made, String name, byte[] bytes) throws IOException {
        try (Image image = made.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
        contents.put(name, bytes);
    }

    private void put(Volume made, int seed) throws IOException {
        byte[] block = TestData.block(BLOCK, seed);
        blocks.put(made.blocks().put(ByteBuffer.wrap(block)).address(), block);
    }

    @BeforeEach
    void choose(@TempDir Path folder) {
        volume = folder.resolve("volume");
    }

    private Path file(String name) {
        return volume.resolve(name);
    }

    /** A plan, which must not change anything. */
    private RepairPlan plan() throws IOException {
        TreeMap<String, Integer> before = DamagedFiles.digest(volume);
        RepairPlan plan = LiveDedup.planRepair(volume);
        assertThat(DamagedFiles.digest(volume)).isEqualTo(before);
        return plan;
    }

    /** Repairs as a plan advises, and checks that the volume is sound and usable. */
    private RepairReport repairAsAdvised(RepairPlan plan, RepairAction... expected) throws IOException {
        assertThat(plan.advised()).as("%s", plan).isPresent();
        assertThat(plan.advised().get().actions()).containsExactlyInAnyOrder(expected);
        RepairReport report = LiveDedup.repair(volume, plan.advised().get().actions());
        assertThat(report.verification().problems()).isEmpty();
        assertThat(report.done()).isEqualTo(plan.advised().get());
        assertThat(report.generationAfter()).isGreaterThan(report.generationBefore());
        RepairPlan after = plan();
        assertThat(after.opens()).isTrue();
        assertThat(after.problems()).isEmpty();
        assertThat(after.advised()).isEmpty();
        return report;
    }

    private void assertSoundWith(Set<String> names) throws IOException {
        try (Volume opened = LiveDedup.open(volume, OPTIONS)) {
            assertThat(opened.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                    .isEmpty();
            assertThat(opened.images().list()).extracting("name").containsExactlyInAnyOrderElementsOf(names);
            for (String name : names) {
                try (Image image = opened.images().openReadOnly(name)) {
                    assertThat(TestData.readAll(image)).as(name).isEqualTo(contents.get(name));
                }
            }
            for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
                ByteBuffer into = ByteBuffer.allocate(BLOCK);
                opened.blocks().get(block.getKey(), into);
                assertThat(into.array()).isEqualTo(block.getValue());
            }
            // Everything is found again, and everything can be given back to the last reference.
            long unique = opened.statistics().uniqueBlocks();
            byte[] again = contents.get("b");
            try (Image image = opened.images().create("again", again.length)) {
                image.write(ByteBuffer.wrap(again), 0);
            }
            assertThat(opened.statistics().uniqueBlocks()).isEqualTo(unique);
        }
        try (Volume opened = LiveDedup.open(volume, OPTIONS)) {
            opened.images().delete("again");
            for (String name : names) {
                opened.images().delete(name);
            }
            for (long address : blocks.keySet()) {
                for (int i = blocks.get(address) == null ? 0 : 1; i > 0; i--) {
                    opened.blocks().release(address);
                }
            }
            for (int seed = 9_100; seed < 9_110; seed++) {
                byte[] block = TestData.block(BLOCK, seed);
                long address = opened.blocks().put(ByteBuffer.wrap(block)).address();
                opened.blocks().release(address);
                opened.blocks().release(address);
            }
            opened.commit();
            assertThat(opened.statistics().uniqueBlocks()).isZero();
            assertThat(opened.statistics().storedBytes()).isZero();
            assertThat(opened.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                    .isEmpty();
        }
    }

    private Set<String> all() {
        return contents.keySet();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "crashed"})
    void nothingIsWrongWithASoundVolume(String which) throws IOException {
        FileTree.copy(which.equals("closed") ? closed : crashed, volume);
        RepairPlan plan = plan();
        assertThat(plan.opens()).isTrue();
        assertThat(plan.problemCount()).isZero();
        assertThat(plan.advised()).isEmpty();
        assertThat(plan.superblocks())
                .hasSize(2)
                .allMatch(slot -> slot.problem().isEmpty());
        assertThat(plan.superblocks()).filteredOn(RepairPlan.Slot::inForce).hasSize(1);
        // What is sound may be repaired all the same.
        LiveDedup.repair(
                volume, EnumSet.of(RepairAction.REBUILD_INDEX, RepairAction.REBUILD_COUNTS, RepairAction.CUT_JOURNAL));
        assertSoundWith(all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "a file"})
    void theIndexIsMadeAnew(String how) throws IOException {
        FileTree.copy(closed, volume);
        if (how.equals("a file")) {
            FileTree.delete(file("index"));
            Files.writeString(file("index"), "no folder");
        } else {
            try (var files = Files.list(file("index"))) {
                for (Path each : files.toList()) {
                    Files.write(each, new byte[100]);
                }
            }
        }
        LiveDedup.repair(volume, EnumSet.of(RepairAction.REBUILD_INDEX));
        assertSoundWith(all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "crashed"})
    void wrongCountsAreCountedAnew(String which) throws IOException {
        FileTree.copy(which.equals("closed") ? closed : crashed, volume);
        Path metadata = file("metadata.dat");
        for (long at : DamagedFiles.pages(metadata, PageLayout.KIND_COUNTS, 0)) {
            byte[] page = DamagedFiles.read(metadata, at, PageLayout.PAGE_BYTES);
            int first = PageLayout.HEADER_BYTES + 400;
            if (Bytes.intAt(page, first) == 0) {
                continue;
            }
            Bytes.putInt(page, first, Bytes.intAt(page, first) + 3);
            Bytes.putInt(page, first + 4, 0);
            PageLayout.seal(page, PageLayout.used(page) - 1);
            DamagedFiles.write(metadata, at, page);
        }
        RepairPlan plan = plan();
        assertThat(plan.opens()).isTrue();
        assertThat(plan.problems())
                .isNotEmpty()
                .anyMatch(problem -> problem.message().startsWith("references: "));
        assertThat(plan.trials().get(0).loses()).isEqualTo("nothing");
        repairAsAdvised(plan, RepairAction.REBUILD_COUNTS);
        assertSoundWith(all());
    }

    @ParameterizedTest
    @ValueSource(ints = {PageLayout.KIND_COUNTS, PageLayout.KIND_SHARED_PAGES, PageLayout.KIND_FREE_SPACE})
    void damagedPagesOfWhatCanBeCountedAreMadeAnew(int kind) throws IOException {
        for (Path original : List.of(closed, crashed)) {
            FileTree.copy(original, volume);
            Path metadata = file("metadata.dat");
            List<Long> pages = DamagedFiles.pages(metadata, kind, 0);
            assertThat(pages).isNotEmpty();
            for (long at : pages) {
                DamagedFiles.flip(metadata, at + 200);
            }
            RepairPlan plan = plan();
            assertThat(plan.problems()).isNotEmpty();
            repairAsAdvised(plan, RepairAction.REBUILD_COUNTS);
            assertSoundWith(all());
            FileTree.delete(volume);
        }
    }

    @Test
    void aDamagedPageOfAMapIsNoCaseForRepair() throws IOException {
        FileTree.copy(closed, volume);
        Path metadata = file("metadata.dat");
        for (long at : DamagedFiles.pages(metadata, PageLayout.KIND_IMAGE_MAP, 0)) {
            DamagedFiles.flip(metadata, at + 200);
        }
        RepairPlan plan = plan();
        assertThat(plan.opens()).isTrue();
        assertThat(plan.problems()).isNotEmpty();
        assertThat(plan.advised()).isEmpty();
        TreeMap<String, Integer> before = DamagedFiles.digest(volume);
        for (RepairAction action : RepairAction.values()) {
            assertThatThrownBy(() -> LiveDedup.repair(volume, EnumSet.of(action)))
                    .isInstanceOf(RepairRefusedException.class);
            assertThat(DamagedFiles.digest(volume)).isEqualTo(before);
        }
    }

    @Test
    void theOlderSuperblockAndTheJournalBringEverythingBack() throws IOException {
        FileTree.copy(crashed, volume);
        Path metadata = file("metadata.dat");
        long newest = newestGeneration(metadata);
        int damaged = 0;
        for (int kind = PageLayout.KIND_CATALOGUE; kind <= PageLayout.KIND_RETIRED; kind++) {
            for (long at : DamagedFiles.pages(metadata, kind, 0)) {
                if (PageLayout.generation(DamagedFiles.read(metadata, at, PageLayout.PAGE_BYTES)) == newest) {
                    DamagedFiles.flip(metadata, at + 100);
                    damaged++;
                }
            }
        }
        assertThat(damaged).isPositive();
        assertThatThrownBy(() -> LiveDedup.open(volume, OPTIONS)).isInstanceOf(CorruptionException.class);
        RepairPlan plan = plan();
        assertThat(plan.opens()).isFalse();
        assertThat(plan.problems()).isNotEmpty();
        RepairReport report = repairAsAdvised(plan, RepairAction.USE_OTHER_SUPERBLOCK);
        assertThat(report.done().loses()).isEqualTo("nothing");
        // Two above the one given up: its own number would let its pages pass for new ones.
        assertThat(report.done().does())
                .contains("to the older superblock")
                .contains("batches of the journal and writes generation " + (newest + 2));
        assertSoundWith(all());
    }

    private static long newestGeneration(Path metadata) throws IOException {
        long newest = 0;
        for (long at : DamagedFiles.pages(metadata, PageLayout.KIND_FREE_SPACE, 0)) {
            newest = Math.max(newest, PageLayout.generation(DamagedFiles.read(metadata, at, PageLayout.PAGE_BYTES)));
        }
        return newest;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aDamagedSlotIsWrittenAnew(int slot) throws IOException {
        FileTree.copy(crashed, volume);
        DamagedFiles.flip(file("superblock"), slot * 65_536L + 100);
        RepairPlan plan = plan();
        assertThat(plan.superblocks().get(slot).generation()).isEmpty();
        assertThat(plan.superblocks().get(slot).problem()).isNotEmpty();
        assertThat(plan.problems()).extracting(VerifyReport.Problem::kind).contains(VerifyReport.Kind.SUPERBLOCK);
        RepairReport report = repairAsAdvised(plan, RepairAction.USE_OTHER_SUPERBLOCK);
        assertThat(report.done().does())
                .contains("goes on from generation "
                        + plan.superblocks().get(1 - slot).generation().orElseThrow());
        assertSoundWith(all());
    }

    @Test
    void aJournalThatIsDamagedInTheMiddleIsCutOnlyOnDemand() throws IOException {
        FileTree.copy(crashed, volume);
        long[] frames = committedFrames();
        assertThat(frames.length).isGreaterThan(2);
        // The frame of the commit that made the snapshot.
        DamagedFiles.flip(file("journal/000000.log"), frames[frames.length - 3] + 70);
        assertThatThrownBy(() -> LiveDedup.open(volume, OPTIONS))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("committed records are lost");
        assertThatThrownBy(() -> LiveDedup.repair(volume, EnumSet.of(RepairAction.REBUILD_COUNTS)))
                .isInstanceOf(RepairRefusedException.class);
        RepairPlan plan = plan();
        assertThat(plan.opens()).isFalse();
        RepairReport report = repairAsAdvised(plan, RepairAction.CUT_JOURNAL);
        assertThat(report.done().loses()).startsWith("committed changes: ").contains("the log ends at");

        // A crash before anything is appended: the old frames prove nothing any more.
        Path untouched = volume.resolveSibling("untouched");
        try (Volume opened = LiveDedup.open(volume, OPTIONS)) {
            assertThat(opened.isOpen()).isTrue();
            FileTree.copy(volume, untouched);
        }
        try (Volume opened = LiveDedup.open(untouched, OPTIONS)) {
            assertThat(opened.images().list()).hasSize(4);
        }
        // What came after the cut is gone for good, and what is written now stays, also after a crash.
        Path copy = volume.resolveSibling("copy");
        try (Volume opened = LiveDedup.open(volume, OPTIONS)) {
            assertThat(opened.images().list()).extracting("name").containsExactlyInAnyOrder("a", "b", "a-then", "late");
            try (Image image = opened.images().create("new", BLOCK)) {
                image.write(ByteBuffer.wrap(TestData.block(BLOCK, 77_777)), 0);
            }
            opened.commit();
            FileTree.copy(volume, copy);
        }
        try (Volume opened = LiveDedup.open(copy, OPTIONS);
                Image image = opened.images().openReadOnly("new")) {
            assertThat(TestData.readAll(image)).isEqualTo(TestData.block(BLOCK, 77_777));
            assertThat(opened.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).problems())
                    .isEmpty();
            opened.images().delete("new");
        }
        try (Volume opened = LiveDedup.open(volume, OPTIONS)) {
            opened.images().delete("new");
        }
        assertSoundWith(Set.of("a", "b", "a-then", "late"));
    }

    /** Where the frames of the last session start, in the first segment, in order. */
    private long[] committedFrames() throws IOException {
        byte[] superblock = Files.readAllBytes(file("superblock"));
        ByteBuffer slots = ByteBuffer.wrap(superblock).order(ByteOrder.LITTLE_ENDIAN);
        long volumeLow = slots.getLong(24);
        long start = slots.getLong(32) > slots.getLong(65_536 + 32) ? slots.getLong(72) : slots.getLong(65_536 + 72);
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(file("journal/000000.log"))).order(ByteOrder.LITTLE_ENDIAN);
        TreeMap<Long, Long> frames = new TreeMap<>();
        for (int at = 4096; at < bytes.capacity(); at += 4096) {
            if (JournalLayout.isFrame(bytes, at, volumeLow, bytes.capacity() - at)
                    && JournalLayout.sequence(bytes, at) >= start) {
                frames.put(JournalLayout.sequence(bytes, at), (long) at);
            }
        }
        return frames.values().stream().mapToLong(Long::longValue).toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "crashed"})
    void aJournalThatIsGoneIsMadeAnew(String which) throws IOException {
        FileTree.copy(which.equals("closed") ? closed : crashed, volume);
        FileTree.delete(file("journal"));
        RepairPlan plan = plan();
        assertThat(plan.opens()).isFalse();
        RepairReport report = repairAsAdvised(plan, RepairAction.CUT_JOURNAL);
        if (which.equals("closed")) {
            assertThat(report.done().loses()).startsWith("nothing");
            assertSoundWith(all());
        } else {
            assertThat(report.done().loses()).startsWith("all changes since the checkpoint");
            assertSoundWith(Set.of("a", "b", "a-then"));
        }
    }

    @Test
    void severalThingsAtOnce() throws IOException {
        FileTree.copy(closed, volume);
        FileTree.delete(file("journal"));
        for (long at : DamagedFiles.pages(file("metadata.dat"), PageLayout.KIND_COUNTS, 0)) {
            DamagedFiles.flip(file("metadata.dat"), at + 200);
        }
        DamagedFiles.write(file("superblock"), newestSlot() == 0 ? 65_536 : 0, new byte[4096]);
        RepairPlan plan = plan();
        repairAsAdvised(plan, RepairAction.CUT_JOURNAL, RepairAction.REBUILD_COUNTS);
        assertSoundWith(all());
    }

    private int newestSlot() throws IOException {
        ByteBuffer slots =
                ByteBuffer.wrap(Files.readAllBytes(file("superblock"))).order(ByteOrder.LITTLE_ENDIAN);
        return slots.getLong(32) > slots.getLong(65_536 + 32) ? 0 : 1;
    }

    @Test
    void misuseIsRefused() throws IOException {
        FileTree.copy(closed, volume);
        assertThatThrownBy(() -> LiveDedup.repair(volume, Set.of())).isInstanceOf(InvalidArgumentException.class);
        try (Volume open = LiveDedup.open(volume, OPTIONS)) {
            assertThat(open.isOpen()).isTrue();
            assertThatThrownBy(() -> LiveDedup.repair(volume, EnumSet.of(RepairAction.REBUILD_INDEX)))
                    .isInstanceOf(VolumeLockedException.class);
            assertThatThrownBy(() -> LiveDedup.planRepair(volume)).isInstanceOf(VolumeLockedException.class);
        }
        Files.write(file("superblock"), new byte[69_632]);
        assertThatThrownBy(() -> LiveDedup.planRepair(volume)).isInstanceOf(LiveDedupException.class);
        assertThatThrownBy(() -> LiveDedup.planRepair(volume.resolve("absent"))).isInstanceOf(LiveDedupException.class);
        assertThat(Arrays.asList(RepairAction.values())).hasSize(4);
    }
}
