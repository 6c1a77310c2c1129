package io.github.livededup.examples.nbdserver.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who takes too long, by a clock that the test moves. */
class StallClockTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PIECE_BYTES = 64 << 10;

    private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(100); // it may overflow
    private final StallClock clock = new StallClock(() -> nanos);

    private void pass(double seconds) {
        nanos += (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    /** Waits until the other side takes a piece; false if it was too late. */
    private boolean takesPieceAfter(double seconds) {
        clock.start();
        pass(seconds);
        boolean inTime = !clock.isOver(LIMIT);
        clock.stop(PIECE_BYTES);
        return inTime;
    }

    @Test
    void whoMovesNothingIsLateWhenTheLimitIsOver() {
        assertThat(clock.isOver(LIMIT)).isFalse();
        clock.start();
        pass(60);
        assertThat(clock.isOver(LIMIT)).isFalse();
        pass(0.001);
        assertThat(clock.isOver(LIMIT)).isTrue();
        clock.stop(0);
        assertThat(clock.isOver(LIMIT)).isFalse();
    }

    @Test
    void aPieceNowAndThenIsNotEnough() {
        int pieces = 0;
        while (pieces < 100 && takesPieceAfter(20)) {
            pieces++;
        }
        assertThat(pieces).isEqualTo(3);
    }

    @Test
    void whoIsFastEnoughIsNeverLate() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(takesPieceAfter(0.25)).isTrue();
        }
    }

    @Test
    void bytesMakeGoodForAPause() {
        assertThat(takesPieceAfter(59)).isTrue();
        for (int i = 0; i < 59 * 4; i++) {
            assertThat(takesPieceAfter(0)).isTrue();
        }
        assertThat(takesPieceAfter(59)).isTrue();
        assertThat(takesPieceAfter(59)).isFalse();
    }

    @Test
    void timeInWhichNobodyWaitsMakesGoodForAPause() {
        assertThat(takesPieceAfter(59)).isTrue();
        pass(59);
        assertThat(takesPieceAfter(59)).isTrue();
        pass(10);
        assertThat(takesPieceAfter(59)).isFalse();
    }
}
