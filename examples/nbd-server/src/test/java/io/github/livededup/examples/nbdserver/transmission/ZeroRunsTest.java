package io.github.livededup.examples.nbdserver.transmission;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Extent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Runs of zeros in what was read. */
class ZeroRunsTest {
    private static final int BLOCK = 4096;

    private final ZeroRuns runs = new ZeroRuns(BLOCK);

    @Test
    void whatIsAllZeroIsOneHoleHoweverShort() {
        assertThat(runs.split(ByteBuffer.allocate(10), 5, false)).containsExactly(new Extent(5, 10, false));
        assertThat(runs.split(ByteBuffer.allocate(1 << 20), 5, true)).containsExactly(new Extent(5, 1 << 20, false));
    }

    @Test
    void aShortHoleBetweenDataIsSent() {
        ByteBuffer data = ByteBuffer.allocate(10 * BLOCK);
        data.put(0, (byte) 1).put(4 * BLOCK, (byte) 1).put(9 * BLOCK, (byte) 1);

        assertThat(runs.split(data, 0, false))
                .containsExactly(
                        new Extent(0, 5 * BLOCK, true),
                        new Extent(5 * BLOCK, 4 * BLOCK, false),
                        new Extent(9 * BLOCK, BLOCK, true));
    }

    @Test
    void onePieceIsDataIfAByteOfItIs() {
        ByteBuffer data = ByteBuffer.allocate(100 * BLOCK).put(99 * BLOCK, (byte) 1);

        assertThat(runs.split(data, 0, true)).containsExactly(new Extent(0, 100 * BLOCK, true));
    }

    @RepeatedTest(50)
    void runsCoverEverythingInOrderAndHolesAreZero(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        ByteBuffer data = ByteBuffer.allocate(1 + random.nextInt(60 * BLOCK));
        for (int i = random.nextInt(12); i > 0; i--) {
            data.put(random.nextInt(data.capacity()), (byte) 1);
        }
        long offset = random.nextInt(3 * BLOCK);
        data.position(random.nextInt(data.capacity()));

        List<Extent> found = runs.split(data, offset, false);

        long position = offset;
        for (Extent run : found) {
            assertThat(run.positionBytes()).isEqualTo(position);
            for (long i = position; i < run.endBytes() && !run.isData(); i++) {
                assertThat(data.get(data.position() + (int) (i - offset))).isZero();
            }
            position = run.endBytes();
        }
        assertThat(position - offset).isEqualTo(data.remaining());
        for (int i = 1; i < found.size(); i++) {
            assertThat(found.get(i).isData()).isNotEqualTo(found.get(i - 1).isData());
        }
    }
}
