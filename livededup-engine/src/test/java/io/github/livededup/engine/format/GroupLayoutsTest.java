package io.github.livededup.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Header and footer of a block group. */
class GroupLayoutsTest {
    private static final UUID VOLUME = new UUID(0x0123456789abcdefL, 0xfedcba9876543210L);
    private static final GroupFooter.Table TABLE = new GroupFooter.Table(1000, 48, 500_000, 500_032, 0xcafebabe);

    private final ByteBuffer buffer = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void aHeaderHoldsWhatItNames() {
        GroupHeader.write(buffer, 16, VOLUME, 7, 3, 1 << 27);
        assertThat(new String(buffer.array(), 16, 8, StandardCharsets.US_ASCII)).isEqualTo("LDGROUPH");
        assertThat(header(VOLUME, 7, 3, 1 << 27)).isNull();
        assertThat(header(new UUID(1, 2), 7, 3, 1 << 27)).contains("volume id");
        assertThat(header(VOLUME, 8, 3, 1 << 27)).contains("group: actual=7 expected=8");
        assertThat(header(VOLUME, 7, 4, 1 << 27)).contains("region: actual=3 expected=4");
        assertThat(header(VOLUME, 7, 3, 1 << 26)).contains("size");
    }

    @Test
    void everyDamagedBitOfAHeaderIsFound() {
        GroupHeader.write(buffer, 16, VOLUME, 7, 3, 1 << 27);
        for (int bit = 0; bit < GroupHeader.SIZE_BYTES * 8; bit++) {
            flip(16, bit);
            assertThat(header(VOLUME, 7, 3, 1 << 27)).as("bit %d", bit).isNotNull();
            flip(16, bit);
        }
        assertThat(header(VOLUME, 7, 3, 1 << 27)).isNull();
    }

    @Test
    void aFooterHoldsWhatItNames() {
        GroupFooter.write(buffer, 8, VOLUME, 7, TABLE);
        assertThat(new String(buffer.array(), 8, 8, StandardCharsets.US_ASCII)).isEqualTo("LDGROUPF");
        assertThat(GroupFooter.problem(buffer, 8, VOLUME, 7, TABLE)).isNull();
        assertThat(GroupFooter.problem(buffer, 8, VOLUME, 6, TABLE)).contains("group");
        assertThat(GroupFooter.problem(buffer, 8, new UUID(1, 2), 7, TABLE)).contains("volume id");
        GroupFooter.Table other = new GroupFooter.Table(1001, 48, 500_000, 500_032, 0xcafebabe);
        assertThat(GroupFooter.problem(buffer, 8, VOLUME, 7, other)).contains("slots=1000", "slots=1001");
    }

    @Test
    void everyDamagedBitOfAFooterIsFound() {
        GroupFooter.write(buffer, 8, VOLUME, 7, TABLE);
        for (int bit = 0; bit < GroupFooter.SIZE_BYTES * 8; bit++) {
            flip(8, bit);
            assertThat(GroupFooter.problem(buffer, 8, VOLUME, 7, TABLE))
                    .as("bit %d", bit)
                    .isNotNull();
            flip(8, bit);
        }
    }

    private String header(UUID volumeId, int group, int region, int groupSizeBytes) {
        return GroupHeader.problem(buffer, 16, volumeId, group, region, groupSizeBytes);
    }

    private void flip(int from, int bit) {
        int at = from + bit / 8;
        buffer.put(at, (byte) (buffer.get(at) ^ 1 << bit % 8));
    }
}
