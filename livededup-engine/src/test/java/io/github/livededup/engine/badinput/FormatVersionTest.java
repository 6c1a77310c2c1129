package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.LiveDedupException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.Volume;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Volumes of another version of the format; offsets as the format document gives them. */
class FormatVersionTest extends EngineCase {
    private static final int SLOT_BYTES = 4096;
    private static final int[] SLOTS = {0, 65536};
    private static final int VERSION_OFFSET = 8;
    private static final int VERSION_CHECK_OFFSET = 12;
    private static final int INCOMPATIBLE_OFFSET = 52;
    private static final int CRC_OFFSET = SLOT_BYTES - 4;

    private interface Change {
        void to(ByteBuffer slot);
    }

    private void changeSuperblock(Change change) throws IOException {
        Path file = directory.resolve("superblock");
        byte[] bytes = Files.readAllBytes(file);
        for (int slot : SLOTS) {
            change.to(ByteBuffer.wrap(bytes, slot, SLOT_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN));
        }
        Files.write(file, bytes);
    }

    private static void setVersion(ByteBuffer slot, int version) {
        slot.putInt(VERSION_OFFSET, version).putInt(VERSION_CHECK_OFFSET, ~version);
        sign(slot);
    }

    private static void sign(ByteBuffer slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot.slice(0, CRC_OFFSET));
        slot.putInt(CRC_OFFSET, (int) crc.getValue());
    }

    private void fill() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", TestData.block(BLOCK, 1));
        }
    }

    @Test
    void aNewerVolumeNeedsANewerLibrary() throws IOException {
        fill();
        changeSuperblock(slot -> setVersion(slot, 3));
        assertThatThrownBy(this::open).isInstanceOfSatisfying(UnsupportedFormatException.class, thrown -> {
            assertThat(thrown.actualVersion()).isEqualTo(3);
            assertThat(thrown.isTooNew()).isTrue();
            assertThat(thrown.resource()).contains("superblock");
        });
        changeSuperblock(slot -> setVersion(slot, 2));
        try (Volume volume = open()) {
            assertThat(readImage(volume, "a")).isEqualTo(TestData.block(BLOCK, 1));
        }
    }

    @Test
    void aNewerVolumeMayLookDifferentBehindItsVersion() throws IOException {
        fill();
        changeSuperblock(slot -> {
            slot.position(16).put(TestData.random(SLOT_BYTES - 16, 5));
            slot.putInt(VERSION_OFFSET, 7).putInt(VERSION_CHECK_OFFSET, ~7);
        });
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        UnsupportedFormatException.class,
                        thrown -> assertThat(thrown.actualVersion()).isEqualTo(7));
    }

    @Test
    void anOlderVolumeIsToldApart() throws IOException {
        fill();
        changeSuperblock(slot -> setVersion(slot, 1));
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        UnsupportedFormatException.class,
                        thrown -> assertThat(thrown.isTooNew()).isFalse());
    }

    @Test
    void unknownFeaturesThatMatterAreRefused() throws IOException {
        fill();
        changeSuperblock(slot -> {
            slot.putInt(INCOMPATIBLE_OFFSET, 1 << 9);
            sign(slot);
        });
        assertThatThrownBy(this::open).isInstanceOf(LiveDedupException.class).hasMessageContaining("superblock");
    }
}
