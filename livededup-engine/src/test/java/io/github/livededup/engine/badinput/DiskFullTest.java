package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.PutBatch;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A volume that may take no more than it was allowed. */
class DiskFullTest extends EngineCase {
    private static final long LIMIT_BYTES = 24L << 20;
    private static final VolumeOptions LIMITED =
            OPTIONS.toBuilder().maxPhysicalBytes(LIMIT_BYTES).build();

    private Volume createLimited() throws IOException {
        return LiveDedup.create(directory, LIMITED);
    }

    /** A seed whose block does not compress. */
    private static byte[] noise(long seed) {
        return TestData.random(BLOCK, seed);
    }

    private static byte[] noises(long firstSeed, int count) {
        return TestData.random(count * BLOCK, firstSeed);
    }

    @Test
    void blocksAreRefusedWhenItIsFull() throws IOException {
        List<Long> addresses = new ArrayList<>();
        try (Volume volume = createLimited()) {
            ByteBuffer refused = fill(volume, addresses);
            assertThat(refused.position()).isZero();
            assertThat(addresses).hasSizeBetween((int) (LIMIT_BYTES / 4 / BLOCK), (int) (LIMIT_BYTES / BLOCK));
            // What is there can be read, found again and referenced.
            assertThat(volume.blocks().put(ByteBuffer.wrap(noise(0))).isNew()).isFalse();
            volume.blocks().release(addresses.get(0));
            volume.commit();
            assertBlocks(volume, addresses);
            assertClean(volume);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(addresses.size());
        }
        assertThat(sizeOnDisk()).isLessThanOrEqualTo(LIMIT_BYTES);
        try (Volume volume = LiveDedup.open(directory, LIMITED)) {
            assertBlocks(volume, addresses);
            assertClean(volume);
        }
    }

    /** Puts blocks until it is full; returns the buffer that was refused. */
    private static ByteBuffer fill(Volume volume, List<Long> addresses) throws IOException {
        while (true) {
            ByteBuffer block = ByteBuffer.wrap(noise(addresses.size()));
            try {
                addresses.add(volume.blocks().put(block).address());
            } catch (VolumeFullException e) {
                return block;
            }
        }
    }

    private static void assertBlocks(Volume volume, List<Long> addresses) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(BLOCK);
        for (int i = 0; i < addresses.size(); i++) {
            volume.blocks().get(addresses.get(i), into.clear());
            assertThat(into.array()).isEqualTo(noise(i));
        }
    }

    private long sizeOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void aFullVolumeTakesRoomAgainWhenItMayGrow() throws IOException {
        List<Long> addresses = new ArrayList<>();
        try (Volume volume = createLimited()) {
            fill(volume, addresses);
        }
        try (Volume volume = open()) {
            assertUsable(volume);
            createImage(volume, "a", noises(1_000_000, 2_000));
            assertThat(readImage(volume, "a")).isEqualTo(noises(1_000_000, 2_000));
            assertBlocks(volume, addresses);
        }
    }

    @Test
    void aBatchIsTakenWholeOrNotAtAll() throws IOException {
        int count = 1_024;
        PutBatch batch = new PutBatch(count);
        long stored = 0;
        try (Volume volume = createLimited()) {
            ByteBuffer blocks = null;
            try {
                while (true) {
                    blocks = TestData.direct(noises(stored, count));
                    volume.blocks().putAll(blocks, batch);
                    stored++;
                }
            } catch (VolumeFullException expected) {
                assertThat(blocks.position()).isZero();
            }
            assertThat(stored).isPositive();
            volume.commit();
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(stored * count);
            assertClean(volume);
        }
    }

    @Test
    void aWriteIsRefusedWithItsBuffer() throws IOException {
        byte[] first = noises(1, 500);
        try (Volume volume = createLimited()) {
            try (Image image = volume.images().create("a", 1L << 30)) {
                image.write(ByteBuffer.wrap(first), 0);
                ByteBuffer large = ByteBuffer.wrap(noises(2, 8_000));
                assertThatThrownBy(() -> image.write(large, 1 << 26)).isInstanceOf(VolumeFullException.class);
                assertThat(large.position()).isZero();
                assertThat(TestData.read(image, 0, first.length)).isEqualTo(first);
                // Whole blocks of it may be there, each as it was to be.
                byte[] found = TestData.read(image, 1 << 26, large.capacity());
                for (int at = 0; at < found.length; at += BLOCK) {
                    ByteBuffer block = ByteBuffer.wrap(found, at, BLOCK);
                    assertThat(block.equals(ByteBuffer.wrap(large.array(), at, BLOCK))
                                    || block.equals(ByteBuffer.allocate(BLOCK)))
                            .as("block at %d", at)
                            .isTrue();
                }
                image.discard(1 << 26, large.capacity());
                image.flush();
                assertThat(TestData.read(image, 1 << 26, BLOCK)).isEqualTo(new byte[BLOCK]);
            }
            assertClean(volume);
        }
        try (Volume volume = LiveDedup.open(directory, LIMITED);
                Image image = volume.images().open("a")) {
            assertThat(TestData.read(image, 0, first.length)).isEqualTo(first);
        }
    }

    @Test
    void anImportThatDoesNotFitLeavesNothing() throws IOException {
        Path file = Files.write(temporary.resolve("f"), noises(2, 8_000));
        TransferOptions options = TransferOptions.defaults();
        byte[] first = noises(1, 500);
        try (Volume volume = createLimited()) {
            createImage(volume, "first", first);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> volume.images().importFile(file, "a", options))
                        .isInstanceOf(VolumeFullException.class);
                assertThat(names(volume)).containsExactly("first");
            }
            volume.commit();
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(500);
            assertThat(readImage(volume, "first")).isEqualTo(first);
            // Nothing but duplicates fits still.
            volume.images().importFile(Files.write(temporary.resolve("g"), first), "second", options);
            assertThat(volume.images().delete("second")).isZero();
            assertClean(volume);
        }
        assertThat(sizeOnDisk()).isLessThanOrEqualTo(LIMIT_BYTES);
        try (Volume volume = LiveDedup.open(directory, LIMITED)) {
            assertThat(readImage(volume, "first")).isEqualTo(first);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(500);
        }
    }
}
