package io.github.livededup.engine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.fuzz.Examination.Outcome;
import io.github.livededup.engine.fuzz.Examination.Result;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The specimen is what it claims to be, and the examination tells sound from unsound. */
class SpecimenTest {
    private static MemorySpecimen specimen;

    @BeforeAll
    static void make() throws IOException {
        specimen = new MemorySpecimen();
    }

    @Test
    void hasEveryKindOfPage() {
        assertThat(MetadataPages.of(specimen.closed).stream()
                        .map(MetadataPages.Found::kind)
                        .distinct()
                        .sorted()
                        .toList())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void hasEveryTypeOfRecord() {
        assertThat(JournalFrames.of(specimen.crashed).stream()
                        .flatMap(frame -> frame.records().stream())
                        .map(JournalFrames.FoundRecord::type)
                        .distinct()
                        .sorted()
                        .toList())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16);
    }

    @Test
    void isSound() {
        assertThat(Examination.ofClosed(specimen, specimen.closed.copy(), false).outcome())
                .isEqualTo(Outcome.INTACT);
        Result crashed = Examination.ofCrashed(specimen, specimen.crashed.copy(), false);
        assertThat(crashed.outcome()).as(crashed.detail()).isEqualTo(Outcome.INTACT);
    }

    @Test
    void anEarlierStateIsToldApart() {
        assertThat(Examination.ofCrashed(specimen, specimen.closed.copy(), false)
                        .outcome())
                .isEqualTo(Outcome.EARLIER);
        assertThat(Examination.ofClosed(specimen, specimen.stale.copy(), false).outcome())
                .isEqualTo(Outcome.LOST);
    }
}
