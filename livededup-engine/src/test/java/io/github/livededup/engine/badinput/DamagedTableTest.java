package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CorruptionException;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.VolumeStatistics;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.fuzz.MetadataPages;
import io.github.livededup.engine.fuzz.VolumeBytes;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A block whose table entry, or whose group's header, is damaged is lost to readers, and no more than that: it can be written over, discarded and
 * deleted, and a journal that tells of it can be replayed.
 */
class DamagedTableTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 600;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .durability(Durability.EXPLICIT)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();

    private final MemoryDirectory directory = new MemoryDirectory();

    /** What is damaged of the first sealed group. */
    private enum Damaged {
        ENTRY {
            @Override
            void damage(VolumeBytes volume, GroupPlace group) {
                flip(volume, group.entry(7) + 3);
            }
        },
        /** A page of the disk that reads as zeros. */
        PAGE_OF_ENTRIES {
            @Override
            void damage(VolumeBytes volume, GroupPlace group) {
                volume.write("blocks.dat", (group.table() + 4095) & -4096, new byte[4096]);
            }
        },
        HEADER {
            @Override
            void damage(VolumeBytes volume, GroupPlace group) {
                flip(volume, group.start() + 20);
            }
        };

        abstract void damage(VolumeBytes volume, GroupPlace group);

        private static void flip(VolumeBytes volume, long position) {
            byte[] one = volume.read("blocks.dat", position, 1);
            one[0] ^= 4;
            volume.write("blocks.dat", position, one);
        }

        void damage(MemoryDirectory directory) {
            VolumeBytes volume = new VolumeBytes(directory);
            damage(volume, GroupPlace.firstSealed(volume));
        }
    }

    @BeforeEach
    void create() throws IOException {
        try (Volume volume = MemoryProvider.create(directory, OPTIONS);
                Image image = volume.images().create("image", (long) BLOCKS * BLOCK)) {
            image.write(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 1, BLOCKS)), 0);
        }
    }

    private Volume open() throws IOException {
        return MemoryProvider.open(directory, OPTIONS);
    }

    @ParameterizedTest
    @EnumSource
    void allCanBeWrittenOver(Damaged damaged) throws IOException {
        damaged.damage(directory);
        byte[] bytes = TestData.distinctBlocks(BLOCK, 10_000, BLOCKS);
        try (Volume volume = open();
                Image image = volume.images().open("image")) {
            assertThatThrownBy(() -> TestData.readAll(image)).isInstanceOf(CorruptionException.class);
            image.write(ByteBuffer.wrap(bytes), 0);
            image.flush();
        }
        try (Volume volume = open();
                Image image = volume.images().open("image")) {
            assertThat(TestData.readAll(image)).isEqualTo(bytes);
            VolumeStatistics statistics = volume.statistics();
            assertThat(statistics.uniqueBlocks()).isEqualTo(BLOCKS);
        }
    }

    @ParameterizedTest
    @EnumSource
    void allCanBeDiscardedAndNothingIsCountedThen(Damaged damaged) throws IOException {
        damaged.damage(directory);
        try (Volume volume = open();
                Image image = volume.images().open("image")) {
            image.discard(0, image.sizeBytes());
            image.flush();
            assertNothingLives(volume);
        }
        try (Volume volume = open()) {
            assertNothingLives(volume);
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.METADATA)).problems())
                    .noneMatch(problem -> problem.message().contains("live b"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theImageCanBeDeletedAndOthersAreWritten(Damaged damaged) throws IOException {
        damaged.damage(directory);
        try (Volume volume = open()) {
            volume.images().delete("image");
            assertNothingLives(volume);
            byte[] bytes = TestData.distinctBlocks(BLOCK, 20_000, 3);
            try (Image other = volume.images().create("other", bytes.length)) {
                other.write(ByteBuffer.wrap(bytes), 0);
                volume.commit();
                assertThat(TestData.readAll(other)).isEqualTo(bytes);
            }
        }
    }

    private static void assertNothingLives(Volume volume) throws IOException {
        VolumeStatistics statistics = volume.statistics();
        assertThat(statistics.uniqueBlocks()).isZero();
        assertThat(statistics.storedBytes()).isZero();
    }

    /** The damage comes between the commit and the crash, so that replay meets it. */
    @ParameterizedTest
    @EnumSource
    void aJournalThatTellsOfItsDeathIsReplayed(Damaged damaged) throws IOException {
        MemoryDirectory crashed;
        try (Volume volume = open();
                Image image = volume.images().open("image")) {
            image.discard(0, image.sizeBytes());
            image.flush();
            crashed = directory.copy();
        }
        damaged.damage(crashed);
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS)) {
            assertNothingLives(volume);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImportThatWasCutShortIsDeletedAtOpening(Damaged damaged) throws IOException {
        MemoryDirectory crashed = cutImport();
        damaged.damage(crashed);
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS)) {
            assertNothingLives(volume);
        }
    }

    @Test
    void ifItsMapIsDamagedTheVolumeOpensAllTheSame() throws IOException {
        MemoryDirectory crashed = cutImport();
        VolumeBytes bytes = new VolumeBytes(crashed);
        for (MetadataPages.Found page : MetadataPages.of(bytes)) {
            if (page.kind() == MetadataPages.MAP) {
                bytes.write("metadata.dat", page.position() + 1_000, new byte[] {1, 2, 3, 4});
            }
        }
        byte[] block = TestData.block(BLOCK, 5);
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS);
                Image other = volume.images().create("other", BLOCK)) {
            other.write(ByteBuffer.wrap(block), 0);
            volume.commit();
            assertThat(TestData.readAll(other)).isEqualTo(block);
        }
    }

    private MemoryDirectory cutImport() throws IOException {
        try (Volume volume = open()) {
            return CutImport.of(volume, directory, 4 * BLOCKS);
        }
    }
}
