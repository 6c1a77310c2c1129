package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.IndexBackend;
import io.github.livededup.RepairAction;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.CrashStates;
import io.github.livededup.engine.crashkit.CrashSummary;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A repair is cut at every change of a file: what is left is the volume as it was, to be repaired again, or the repaired one.
 * {@code -Dlivededup.test.seed=…} repeats a run.
 */
@Tag("exhaustive")
class RepairCrashTest {
    private static final int BLOCK = 4096;
    private static final Path PATH = Path.of("memory");
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(32 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .indexBackend(IndexBackend.BUILT_IN)
            .durability(Durability.EXPLICIT)
            .build();
    private static final Logger QUIET = Logger.getLogger("io.github.livededup");

    /** What is damaged, and what repairs it. */
    enum Case {
        COUNTS(RepairAction.REBUILD_COUNTS),
        FREE_SPACE(RepairAction.REBUILD_COUNTS),
        NEWEST_CHECKPOINT(RepairAction.USE_OTHER_SUPERBLOCK),
        JOURNAL_FRAME(RepairAction.CUT_JOURNAL),
        NO_JOURNAL(RepairAction.CUT_JOURNAL),
        NOTHING(RepairAction.REBUILD_INDEX);

        final Set<RepairAction> actions;

        Case(RepairAction action) {
            actions = EnumSet.of(action);
        }
    }

    private final Map<String, byte[]> contents = new TreeMap<>();
    private MemoryDirectory crashed;

    @BeforeEach
    void makeVolume() throws IOException {
        QUIET.setLevel(Level.OFF);
        MemoryProvider provider = new MemoryProvider();
        MemoryDirectory directory = new MemoryDirectory();
        provider.put(PATH, directory);
        try (Volume volume = provider.create(PATH, OPTIONS)) {
            create(volume, "a", TestData.distinctBlocks(BLOCK, 1, 300));
            volume.images().snapshot("a", "a-then");
            contents.put("a-then", contents.get("a").clone());
            try (Image image = volume.images().open("a")) {
                image.write(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 700, 20)), 0);
            }
            System.arraycopy(TestData.distinctBlocks(BLOCK, 700, 20), 0, contents.get("a"), 0, 20 * BLOCK);
        }
        try (Volume volume = provider.open(PATH, OPTIONS)) {
            create(volume, "b", TestData.distinctBlocks(BLOCK, 200, 250));
            volume.commit();
            create(volume, "c", TestData.distinctBlocks(BLOCK, 900, 10));
            volume.commit();
            volume.images().delete("a-then");
            contents.remove("a-then");
            volume.commit();
            crashed = directory.copy();
        }
    }

    private void create(Volume volume, String name, byte[] bytes) throws IOException {
        try (Image image = volume.images().create(name, bytes.length)) {
            image.write(ByteBuffer.wrap(bytes), 0);
        }
        contents.put(name, bytes);
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void isCutAnywhere(Case damage) throws IOException {
        long seed = Seeds.seed();
        damage(damage, crashed);
        assertThat(new RepairTrials(crashed.copy()).attempt(damage.actions).helps())
                .as("%s", damage)
                .isTrue();
        RecordedDirectory recorded = new RecordedDirectory(crashed);
        Repairs.repair(recorded, PATH, damage.actions);
        int[] repairedAlready = new int[1];
        CrashSummary summary = CrashStates.each("repair of " + damage, recorded, 5, 3, seed, (state, when) -> {
            repairedAlready[0] += check(damage, state, when + ", seed " + seed) ? 1 : 0;
        });
        System.out.println(summary + ", " + repairedAlready[0] + " repaired already");
        assertThat(repairedAlready[0]).as("%s", damage).isPositive();
    }

    /** Whether the volume is repaired; if not, it is repaired now. */
    private boolean check(Case damage, MemoryDirectory state, String what) throws IOException {
        try {
            boolean isRepaired = new RepairTrials(state)
                    .attempt(EnumSet.noneOf(RepairAction.class))
                    .helps();
            if (!isRepaired) {
                assertThat(damage).isNotEqualTo(Case.NOTHING);
                Repairs.repair(state, PATH, damage.actions);
            }
            try (Volume volume = MemoryProvider.open(state, OPTIONS)) {
                assertThat(volume.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS))
                                .problems())
                        .isEmpty();
                for (var image : volume.images().list()) {
                    try (Image opened = volume.images().openReadOnly(image.name())) {
                        byte[] expected = contents.get(image.name());
                        // A cut journal takes the volume back to an earlier commit, in which there is another image.
                        if (expected != null) {
                            assertThat(TestData.readAll(opened)).isEqualTo(expected);
                        } else {
                            assertThat(damage.actions).contains(RepairAction.CUT_JOURNAL);
                        }
                    }
                }
                if (!damage.actions.contains(RepairAction.CUT_JOURNAL)) {
                    assertThat(volume.images().list())
                            .extracting("name")
                            .containsExactlyInAnyOrderElementsOf(contents.keySet());
                }
            }
            return isRepaired;
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(what + ": " + e.getMessage(), e);
        }
    }

    private static void damage(Case damage, VolumeDirectory directory) throws IOException {
        switch (damage) {
            case COUNTS -> flipPages(directory, PageLayout.KIND_COUNTS, false);
            case FREE_SPACE -> flipPages(directory, PageLayout.KIND_FREE_SPACE, false);
            case NEWEST_CHECKPOINT -> {
                for (int kind = PageLayout.KIND_CATALOGUE; kind <= PageLayout.KIND_RETIRED; kind++) {
                    flipPages(directory, kind, true);
                }
            }
            case JOURNAL_FRAME -> flipFrame(directory);
            case NO_JOURNAL -> {
                for (String name : directory.list("journal")) {
                    directory.delete("journal/" + name);
                }
            }
            case NOTHING -> {}
        }
    }

    private static byte[] read(VolumeDirectory directory, String name) throws IOException {
        try (VolumeFile file = directory.open(name, OpenMode.READ)) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
            file.read(all, 0);
            return all.array();
        }
    }

    private static void flip(VolumeDirectory directory, String name, long position) throws IOException {
        try (VolumeFile file = directory.open(name, OpenMode.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 4));
            file.write(one.clear(), position);
        }
    }

    private static void flipPages(VolumeDirectory directory, int kind, boolean newestOnly) throws IOException {
        byte[] all = read(directory, "metadata.dat");
        long newest = 0;
        for (int at = 0; at + 4096 <= all.length; at += 4096) {
            byte[] page = Arrays.copyOfRange(all, at, at + 4096);
            if (kindOf(page) == PageLayout.KIND_FREE_SPACE) {
                newest = Math.max(newest, PageLayout.generation(page));
            }
        }
        for (int at = 0; at + 4096 <= all.length; at += 4096) {
            byte[] page = Arrays.copyOfRange(all, at, at + 4096);
            if (kindOf(page) == kind && (!newestOnly || PageLayout.generation(page) == newest)) {
                flip(directory, "metadata.dat", at + 300);
            }
        }
    }

    private static int kindOf(byte[] page) {
        return (page[4] & 0xFF) | ((page[5] & 0xFF) << 8);
    }

    /** Damages the last frame but one that was written. */
    private static void flipFrame(VolumeDirectory directory) throws IOException {
        ByteBuffer superblock = ByteBuffer.wrap(read(directory, "superblock")).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer segment =
                ByteBuffer.wrap(read(directory, "journal/000000.log")).order(ByteOrder.LITTLE_ENDIAN);
        TreeMap<Long, Integer> frames = new TreeMap<>();
        for (int at = 4096; at < segment.capacity(); at += 4096) {
            if (JournalLayout.isFrame(segment, at, superblock.getLong(24), segment.capacity() - at)) {
                frames.put(JournalLayout.sequence(segment, at), at);
            }
        }
        flip(
                directory,
                "journal/000000.log",
                frames.lowerEntry(frames.lastKey()).getValue() + 66);
    }
}
