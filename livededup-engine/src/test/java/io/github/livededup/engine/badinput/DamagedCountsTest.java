package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CorruptionException;
import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.fuzz.MetadataPages;
import io.github.livededup.engine.fuzz.VolumeBytes;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A damaged page of counts refuses the changes that need it, each by itself; the volume goes on with all others. */
class DamagedCountsTest {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 600;
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .durability(Durability.EXPLICIT)
            .writeBufferBytes(0)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();

    private final MemoryDirectory directory = new MemoryDirectory();
    private long address;

    @BeforeEach
    void create() throws IOException {
        try (Volume volume = MemoryProvider.create(directory, OPTIONS);
                Image image = volume.images().create("image", (long) BLOCKS * BLOCK)) {
            image.write(ByteBuffer.wrap(TestData.distinctBlocks(BLOCK, 1, BLOCKS)), 0);
            address = volume.blocks()
                    .put(ByteBuffer.wrap(TestData.block(BLOCK, 9_000)))
                    .address();
            volume.images().clone("image", "clone");
        }
    }

    private Volume open() throws IOException {
        return MemoryProvider.open(directory, OPTIONS);
    }

    /** Damages the first leaf of a kind, that of the first group where each group has its own. */
    private static void damage(MemoryDirectory volume, int kind) {
        VolumeBytes bytes = new VolumeBytes(volume);
        MetadataPages.Found page = MetadataPages.first(MetadataPages.of(bytes), kind, 0);
        byte[] one = bytes.read("metadata.dat", page.position() + 40, 1);
        one[0] ^= 1;
        bytes.write("metadata.dat", page.position() + 40, one);
    }

    private static void assertRefusedAsDamaged(ThrowingCallable... changes) {
        for (ThrowingCallable change : changes) {
            assertThatThrownBy(change).isInstanceOf(CorruptionException.class);
        }
    }

    private static void assertOthersAreWritten(Volume volume) throws IOException {
        byte[] bytes = TestData.distinctBlocks(BLOCK, 20_000, 3);
        try (Image other = volume.images().create("other", bytes.length)) {
            other.write(ByteBuffer.wrap(bytes), 0);
            volume.commit();
            assertThat(TestData.readAll(other)).isEqualTo(bytes);
        }
    }

    @Test
    void countsOfBlocks() throws IOException {
        try (Volume volume = open()) {
            volume.images().delete("clone");
        }
        damage(directory, MetadataPages.COUNTS);
        try (Volume volume = open();
                Image image = volume.images().open("image")) {
            assertRefusedAsDamaged(
                    () -> image.write(ByteBuffer.wrap(TestData.block(BLOCK, 10_000)), 0),
                    () -> image.discard(0, 4L * BLOCK),
                    () -> image.resize(0),
                    () -> volume.images().delete("image"));
            volume.blocks().release(address); // of another group
            assertOthersAreWritten(volume);
        }
    }

    @Test
    void countsOfCallers() throws IOException {
        damage(directory, MetadataPages.EXTERNAL);
        try (Volume volume = open()) {
            assertRefusedAsDamaged(
                    () -> volume.blocks().release(address),
                    () -> volume.blocks().retain(address),
                    () -> volume.blocks().put(ByteBuffer.wrap(TestData.block(BLOCK, 9_000))));
            assertOthersAreWritten(volume);
        }
    }

    @Test
    void countsOfSharedPages() throws IOException {
        damage(directory, MetadataPages.SHARED);
        try (Volume volume = open();
                Image image = volume.images().open("image")) {
            assertRefusedAsDamaged(
                    () -> image.write(ByteBuffer.wrap(TestData.block(BLOCK, 10_000)), 0),
                    () -> volume.images().clone("image", "another"),
                    () -> volume.images().snapshot("clone", "another"),
                    () -> volume.images().delete("clone"));
            assertThat(TestData.readAll(image)).isEqualTo(TestData.distinctBlocks(BLOCK, 1, BLOCKS));
            assertThat(volume.blocks()
                            .put(ByteBuffer.wrap(TestData.block(BLOCK, 30_000)))
                            .isNew())
                    .isTrue();
            volume.commit();
        }
    }

    /** The opening would delete what the import left, and cannot. */
    @Test
    void countsOfWhatAnImportLeft() throws IOException {
        MemoryDirectory crashed;
        try (Volume volume = open()) {
            crashed = CutImport.of(volume, directory, 4 * BLOCKS);
        }
        damage(crashed, MetadataPages.COUNTS);
        try (Volume volume = MemoryProvider.open(crashed, OPTIONS)) {
            assertOthersAreWritten(volume);
        }
    }
}
