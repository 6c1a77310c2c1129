package io.github.livededup.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageLayoutTest {
    @Test
    void headerIsWhatTheFormatSays() {
        byte[] page = new byte[PageLayout.PAGE_BYTES];
        PageLayout.writeHeader(page, 0x4D05, 2, 8, 0x12_3456_789AL, 0xABCD_EF01_2345L, 0x0102_0304_0506_0708L);
        PageLayout.seal(page, 508);
        assertThat(Bytes.intAt(page, 0)).isEqualTo(Checksums.crc32c(page, 4, 4092));
        assertThat(Bytes.intAt(page, 4)).isEqualTo(0x0201_4D05);
        assertThat(Bytes.longAt(page, 8)).isEqualTo(0x0102_0304_0506_0708L);
        assertThat(Bytes.longAt(page, 16)).isEqualTo(0xABCD_EF01_2345L);
        assertThat(Bytes.longAt(page, 24)).isEqualTo(8L << 52 | 508L << 40 | 0x12_3456_789AL);
        assertThat(PageLayout.used(page)).isEqualTo(508);
        long pointer = PagePointer.of(0x12_3456_789AL, 0xABCD_EF01_2345L);
        assertThat(PageLayout.mismatch(page, pointer, 0x4D05, 2, 8, 0x0102_0304_0506_0708L))
                .isNull();
    }

    @Test
    void pointerHoldsNumberAndLowGeneration() {
        long pointer = PagePointer.of(PagePointer.MAX_PAGES - 1, 0xABCD_EF01_2345L);
        assertThat(PagePointer.number(pointer)).isEqualTo(PagePointer.MAX_PAGES - 1);
        assertThat(PagePointer.generationBits(pointer)).isEqualTo(0x01_2345L);
        assertThat(PagePointer.agrees(pointer, 0x77_7701_2345L)).isTrue();
        assertThat(PagePointer.agrees(pointer, 0x77_7701_2346L)).isFalse();
    }

    @Test
    void recordsFillThePage() {
        assertThat(PageLayout.FAN_OUT).isEqualTo(508);
        assertThat(PageLayout.PAYLOAD_BYTES / CatalogueRecord.BYTES).isEqualTo(8);
        assertThat(PageLayout.PAYLOAD_BYTES / GroupRecord.BYTES).isEqualTo(42);
    }
}
