package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Compression;
import io.github.livededup.CorruptionException;
import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.format.EntryPlace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A damaged block is repaired by whoever writes the same content. */
class HealTest extends EngineCase {
    /** The first block of a volume lies behind the header of the first group. */
    private static final int FIRST_BLOCK = 64;

    private static final int ENTRY = 48;

    /** Even seeds compress. */
    @ParameterizedTest
    @CsvSource({
        "1, false, false, LZ4_FAST",
        "2, false, false, LZ4_FAST",
        "1, true, false, LZ4_FAST",
        "2, true, false, LZ4_FAST",
        "1, false, true, LZ4_FAST",
        "2, false, true, LZ4_FAST",
        "1, true, true, LZ4_FAST",
        "2, true, true, LZ4_FAST",
        "2, true, true, LZ4_HC",
        "2, false, false, LZ4_HC",
        "2, true, false, NONE",
    })
    void aDuplicateRepairsItsTwin(long seed, boolean isSealed, boolean isVerified, Compression compression)
            throws IOException {
        VolumeOptions options = OPTIONS.toBuilder()
                .verifyDuplicates(isVerified)
                .compression(compression)
                .build();
        byte[] block = TestData.block(BLOCK, seed);
        try (Volume volume = LiveDedup.create(directory, options)) {
            fill(volume, block, isSealed);
            long address = volume.blocks().put(ByteBuffer.wrap(block)).address();
            volume.commit();
            flip(FIRST_BLOCK + 20);
            if (!isVerified) {
                assertThatThrownBy(() -> readImage(volume, "a")).isInstanceOf(CorruptionException.class);
            }
            long unique = volume.statistics().uniqueBlocks();
            createImage(volume, "c", block);
            assertThat(volume.statistics().healedBlocks()).isEqualTo(1);
            assertThat(volume.statistics().uniqueBlocks()).isEqualTo(unique);
            createImage(volume, "d", block);
            assertThat(volume.statistics().healedBlocks()).isEqualTo(1);
            ByteBuffer into = ByteBuffer.allocate(BLOCK);
            volume.blocks().get(address, into);
            assertThat(into.array()).isEqualTo(block);
            assertIntact(volume, block);
        }
        // Another compression: what was repaired is read under any.
        try (Volume volume = open()) {
            assertIntact(volume, block);
        }
    }

    @Test
    void anImportRepairsWhatAScrubFound() throws IOException {
        byte[] content = TestData.distinctBlocks(BLOCK, 1, 600);
        Path file = Files.write(temporary.resolve("file"), content);
        try (Volume volume = create()) {
            volume.images().importFile(file, "a", TransferOptions.defaults());
            for (int position : new int[] {FIRST_BLOCK, FIRST_BLOCK + 10_000, FIRST_BLOCK + 700_000, (1 << 20) + 70}) {
                flip(position);
            }
            VerifyReport report = volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS));
            assertThat(report.problemCount()).isEqualTo(4);
            long used = volume.statistics().storedBytes();
            volume.images().importFile(file, "b", TransferOptions.defaults());
            assertThat(volume.statistics().healedBlocks()).isEqualTo(4);
            assertThat(volume.statistics().storedBytes()).isEqualTo(used);
            assertClean(volume);
        }
        try (Volume volume = open()) {
            assertClean(volume);
            assertThat(readImage(volume, "a")).isEqualTo(content);
        }
    }

    /** An entry whose checksum no stored form has: another copy is stored, once, and found from then on. */
    @Test
    void aBlockThatCannotBeReproducedIsStoredBesideItsTwin() throws IOException {
        byte[] block = TestData.block(BLOCK, 2);
        byte[] content = TestData.blocks(BLOCK, 2, 3);
        try (Volume volume = create()) {
            fill(volume, block, true);
        }
        falsifyChecksum(block);
        try (Volume volume = open()) {
            assertThatThrownBy(() -> readImage(volume, "a")).isInstanceOf(CorruptionException.class);
            long unique = volume.statistics().uniqueBlocks();
            for (String name : new String[] {"c", "d", "e"}) {
                createImage(volume, name, content);
                assertThat(readImage(volume, name)).isEqualTo(content);
                assertThat(volume.statistics().uniqueBlocks()).isEqualTo(unique + 2);
            }
            assertThat(volume.statistics().healedBlocks()).isZero();
            assertThatThrownBy(() -> readImage(volume, "a")).isInstanceOf(CorruptionException.class);
        }
    }

    /** A damaged entry is not found any more, so the block is stored anew. */
    @Test
    void aBlockWithADamagedEntryIsStoredAnew() throws IOException {
        byte[] block = TestData.block(BLOCK, 1);
        try (Volume volume = create()) {
            fill(volume, block, true);
        }
        flip(indexOf(fingerprint(block)) + ENTRY - 10);
        try (Volume volume = open()) {
            createImage(volume, "c", block);
            assertThat(readImage(volume, "c")).isEqualTo(block);
            assertThatThrownBy(() -> readImage(volume, "a")).isInstanceOf(CorruptionException.class);
        }
    }

    /** The block at the start of the first group, in two more images; that group is filled, if it is to be sealed. */
    private static void fill(Volume volume, byte[] block, boolean isSealed) throws IOException {
        byte[] others = TestData.distinctBlocks(BLOCK, 1001, isSealed ? 900 : 10);
        byte[] all = Arrays.copyOf(block, BLOCK + others.length);
        System.arraycopy(others, 0, all, BLOCK, others.length);
        // One import is one stream of blocks, in order.
        volume.images()
                .importChannel(
                        Channels.newChannel(new ByteArrayInputStream(all)), "filler", TransferOptions.defaults());
        createImage(volume, "a", block);
        createImage(volume, "b", block);
        volume.commit();
        assertThat(volume.statistics().blockGroups()).matches(groups -> groups > 1 == isSealed);
    }

    private static void assertIntact(Volume volume, byte[] block) throws IOException {
        for (String name : new String[] {"a", "b", "c", "d"}) {
            assertThat(readImage(volume, name)).isEqualTo(block);
        }
        assertClean(volume);
    }

    private void flip(long position) throws IOException {
        Damage.flip(blocksFile(), position, 0x10);
    }

    private void falsifyChecksum(byte[] block) throws IOException {
        int at = indexOf(fingerprint(block));
        byte[] bytes = Files.readAllBytes(blocksFile());
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long address = EntryPlace.addressAt(file, at, ENTRY - 16, 1 << 20);
        ByteBuffer entry = ByteBuffer.wrap(bytes, at, ENTRY).slice().order(ByteOrder.LITTLE_ENDIAN);
        entry.putInt(ENTRY - 8, entry.getInt(ENTRY - 8) + 1);
        EntryPlace.mend(address, entry, 0, ENTRY - 16);
        Files.write(blocksFile(), bytes);
    }

    private byte[] fingerprint(byte[] block) throws IOException {
        try (Volume volume = LiveDedup.create(temporary.resolve("other"), OPTIONS)) {
            return volume.blocks().fingerprint(ByteBuffer.wrap(block));
        }
    }

    /** Where bytes are in the file of blocks; there must be such. */
    private int indexOf(byte[] wanted) throws IOException {
        byte[] bytes = Files.readAllBytes(blocksFile());
        for (int at = 0; at <= bytes.length - wanted.length; at++) {
            if (ByteBuffer.wrap(bytes, at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    private Path blocksFile() {
        return directory.resolve("blocks.dat");
    }
}
