package io.github.livededup.engine.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.InvalidArgumentException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.engine.util.Seeds;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The text of a cursor. */
class ScrubCursorTest {
    private static final UUID VOLUME = new UUID(1, 2);

    @Test
    void anyCursorComesBackFromItsText() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            BitSet done = new BitSet();
            for (int i = random.nextInt(20); i > 0; i--) {
                int from = 1 + random.nextInt(random.nextBoolean() ? 100 : (1 << 24) - 1_000);
                done.set(from, from + 1 + random.nextInt(900));
            }
            Map<Integer, Integer> positions = new TreeMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                positions.put(1 + random.nextInt((1 << 24) - 1), random.nextInt(1 << 24));
            }
            ScrubCursor cursor = new ScrubCursor(done, positions);
            String text = cursor.encode(VOLUME, VerifyLevel.CHECKSUMS);
            assertThat(ScrubCursor.decode(text, VOLUME, VerifyLevel.CHECKSUMS))
                    .as("seed %d", seed)
                    .isEqualTo(cursor);
        }
    }

    @Test
    void aLongHistoryIsAShortText() {
        ScrubCursor cursor = ScrubCursor.start();
        cursor.done().set(1, 1_000_000);
        assertThat(cursor.encode(VOLUME, VerifyLevel.CHECKSUMS)).hasSizeLessThan(60);
    }

    @Test
    void noTextMakesAnythingButACursorOrARefusal() {
        Random random = new Random(7);
        String good = ScrubCursor.start().encode(VOLUME, VerifyLevel.CHECKSUMS);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                text.setCharAt(random.nextInt(text.length()), (char) (33 + random.nextInt(90)));
            }
            if (!text.toString().equals(good)) {
                assertThatThrownBy(() -> ScrubCursor.decode(text.toString(), VOLUME, VerifyLevel.CHECKSUMS))
                        .isInstanceOf(InvalidArgumentException.class);
            }
        }
    }
}
