package io.github.livededup.examples.imageimport.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever waits for bytes goes on when the program is interrupted, also if that was before it began to wait. */
class InterruptionTest {
    private final Interruption interruption = new Interruption();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void sourcesAreClosedWhenItIsCancelled() {
        interruption.closeOnCancel(closed::incrementAndGet);
        assertThat(closed).hasValue(0);
        interruption.cancel();
        assertThat(closed).hasValue(1);
    }

    @Test
    void aSourceThatComesTooLateIsClosedAtOnce() {
        interruption.cancel();
        interruption.closeOnCancel(closed::incrementAndGet);
        assertThat(closed).hasValue(1);
    }
}
