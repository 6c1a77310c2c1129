package io.github.livededup.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is known of a size, while others change it. */
class KnownSizeTest {
    private final KnownSize size = new KnownSize();

    @Test
    void itIsLearnedAndChanged() {
        long unknown = size.look();
        assertThat(unknown).isNegative();
        size.learned(unknown, 0);
        assertThat(size.look()).isZero();
        size.change(10);
        assertThat(size.look()).isEqualTo(10);
    }

    @Test
    void whatWasLearnedBeforeAChangeIsNotTaken() {
        long unknown = size.look();
        size.change(20);
        size.learned(unknown, 10);
        assertThat(size.look()).isEqualTo(20);
    }

    @Test
    void norIfASecondChangeFailedSince() {
        long unknown = size.look();
        size.change(20);
        size.forget();
        size.learned(unknown, 10);
        assertThat(size.look()).isNegative();
        size.learned(size.look(), 20);
        assertThat(size.look()).isEqualTo(20);
    }
}
