package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Durability;
import io.github.livededup.Extent;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.crashkit.PowerCuts;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.life.Threads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Deleting, discarding and shrinking what has many map pages goes in steps. Each is cut short between any two changes of
 * the files, and the volume opened: a deletion is then finished; of the others, what was not flushed may be half done.
 */
class CutDeletionTest {
    private static final int BLOCK = 4096;
    private static final long STRIDE = 508L * BLOCK;
    private static final int PAGES = 500;
    /** Pages that are read to see what is there. */
    private static final int SAMPLE = 100;

    private static final int CUTS = Integer.getInteger("livededup.test.crashes", 1) * 30;
    /** The image is cloned, so that some of its pages are shared and others its own. */
    private static final int SHARED = 120;

    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(128 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .durability(Durability.EXPLICIT)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();

    private final MemoryProvider provider = new MemoryProvider();
    private final Path path = Path.of("cut");
    private RecordedDirectory recorded;

    /** What gives the pages back. */
    private enum Way {
        DELETE,
        DISCARD,
        SHRINK
    }

    @BeforeEach
    void createVolume() throws IOException {
        try (Volume volume = provider.create(path, OPTIONS)) {
            try (Image image = volume.images().create("huge", PAGES * STRIDE)) {
                write(image, 0, SHARED);
                volume.images().clone("huge", "kept");
                write(image, SHARED, PAGES);
            }
        }
        recorded = provider.record(path);
    }

    private static void write(Image image, int from, int to) throws IOException {
        // Full pages make a step take long enough for a commit to come in between.
        byte[] page = new byte[(int) STRIDE];
        for (int at = 0; at < page.length; at += BLOCK) {
            System.arraycopy(content(PAGES), 0, page, at, BLOCK);
        }
        for (int i = from; i < to; i++) {
            System.arraycopy(content(i), 0, page, 0, BLOCK);
            image.write(ByteBuffer.wrap(page), i * STRIDE);
        }
    }

    private static byte[] content(int page) {
        return TestData.text(BLOCK, page + 1);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCutShortIsFinishedOrHalfDone(Way way) throws Exception {
        try (Volume volume = provider.open(path, OPTIONS)) {
            AtomicBoolean working = new AtomicBoolean(true);
            Threads.run(2, thread -> {
                if (thread == 0) {
                    work(volume, way);
                    working.set(false);
                }
                // A commit after each step, or nearly.
                do {
                    volume.commit();
                } while (working.get());
                return null;
            });
        }
        PowerCuts cuts = new PowerCuts(recorded);
        TreeSet<Long> found = new TreeSet<>();
        Random random = new Random(1);
        int step = Math.max(1, recorded.changes() / CUTS);
        for (int cut = 0; cut <= recorded.changes(); cut += step) {
            cuts.advance(cut);
            found.add(examine(cuts.everything(), way, "killed at change " + cut));
            found.add(examine(cuts.any(random), way, "power cut at change " + cut));
        }
        System.out.println(way + ": " + found.size() + " states between " + found.first() + " and " + found.last()
                + " blocks, " + recorded.changes() + " changes");
        // How many there are in between depends on how the threads run.
        assertThat(found).contains(SHARED + 1L, PAGES + 1L);
    }

    private static void work(Volume volume, Way way) throws IOException {
        if (way == Way.DELETE) {
            assertThat(volume.images().exclusiveBytes("huge")).isPositive();
            volume.images().delete("huge");
            return;
        }
        try (Image image = volume.images().open("huge")) {
            if (way == Way.DISCARD) {
                image.discard(0, PAGES * STRIDE);
            } else {
                image.resize(0);
            }
        }
    }

    /** Opens what a crash left; returns the blocks that live in it before anything is finished. */
    private static long examine(MemoryDirectory files, Way way, String when) throws IOException {
        long blocks;
        List<String> names;
        try (Volume volume =
                MemoryProvider.open(files, OPTIONS.toBuilder().readOnly(true).build())) {
            blocks = volume.statistics().uniqueBlocks();
            names = volume.images().list().stream().map(ImageInfo::name).toList();
        }
        try (Volume volume = MemoryProvider.open(files, OPTIONS)) {
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                    .as(when)
                    .isEmpty();
            assertThat(volume.images().list())
                    .as(when)
                    .extracting(ImageInfo::name)
                    .containsExactlyElementsOf(names);
            examineKept(volume, when);
            if (names.contains("huge")) {
                assertThat(volume.statistics().uniqueBlocks()).as(when).isEqualTo(blocks);
                examineHuge(volume, way, when);
            } else {
                assertThat(way).isEqualTo(Way.DELETE);
                assertThat(volume.statistics().uniqueBlocks()).as(when).isEqualTo(SHARED + 1);
            }
            if (names.contains("huge")) {
                volume.images().delete("huge");
            }
            assertThat(volume.images().exclusiveBytes("kept"))
                    .as(when)
                    .isEqualTo(volume.statistics().storedBytes());
            volume.images().delete("kept");
            assertThat(volume.statistics().uniqueBlocks()).as(when).isZero();
        }
        return blocks;
    }

    private static void examineKept(Volume volume, String when) throws IOException {
        assertThat(volume.images().info("kept").mappedBlocks()).as(when).isEqualTo(SHARED * 508L);
        try (Image image = volume.images().openReadOnly("kept")) {
            for (int i = 0; i < SHARED; i += SHARED / SAMPLE) {
                assertThat(TestData.read(image, i * STRIDE, BLOCK)).as(when).isEqualTo(content(i));
            }
        }
    }

    private static void examineHuge(Volume volume, Way way, String when) throws IOException {
        try (Image image = volume.images().openReadOnly("huge")) {
            if (image.sizeBytes() == 0) {
                assertThat(way).isEqualTo(Way.SHRINK);
                return;
            }
            assertThat(image.sizeBytes()).as(when).isEqualTo(PAGES * STRIDE);
            for (int i = 0; i < PAGES; i++) {
                byte[] bytes = TestData.read(image, i * STRIDE, BLOCK);
                boolean isThere = Arrays.equals(bytes, content(i));
                assertThat(isThere || Arrays.equals(bytes, new byte[BLOCK]))
                        .as(when)
                        .isTrue();
                assertThat(isThere || way != Way.DELETE).as(when).isTrue();
            }
            long dataBytes = image.extents(0, PAGES * STRIDE).stream()
                    .filter(Extent::isData)
                    .mapToLong(Extent::lengthBytes)
                    .sum();
            assertThat(volume.images().info("huge").mappedBlocks()).as(when).isEqualTo(dataBytes / BLOCK);
        }
    }
}
