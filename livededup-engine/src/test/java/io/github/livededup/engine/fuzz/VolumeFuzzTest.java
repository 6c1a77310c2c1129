package io.github.livededup.engine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.fuzz.Examination.Outcome;
import io.github.livededup.engine.fuzz.Examination.Result;
import io.github.livededup.engine.util.RandomCases;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whole volumes damaged at random: a typed exception or right bytes, in bounded time and memory. More cases with {@code
 * -Dlivededup.fuzz.cases}; the one that fails names its seed.
 */
class VolumeFuzzTest {
    private static final int CASES = Integer.getInteger("livededup.fuzz.cases", 600);

    @Test
    void neverAWrongByteNorAnotherException() throws IOException {
        MemorySpecimen specimen = new MemorySpecimen();
        List<VolumeBytes> others = List.of(specimen.stale, specimen.foreign, specimen.closed, specimen.crashed);
        Mutator ofClosed = new Mutator(specimen.closed, others);
        Mutator ofCrashed = new Mutator(specimen.crashed, others);
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        RandomCases.forEach(CASES, random -> {
            boolean isCrashed = random.nextBoolean();
            VolumeBytes copy = (isCrashed ? specimen.crashed : specimen.closed).copy();
            Mutator.Done done = (isCrashed ? ofCrashed : ofClosed).mutate(copy, random);
            Result result = isCrashed
                    ? Examination.ofCrashed(specimen, copy, done.isForged())
                    : Examination.ofClosed(specimen, copy, done.isForged());
            String what = done + ": " + result.outcome() + " " + result.detail();
            if (!result.outcome().isAllowed) {
                throw new AssertionError(what, result.cause());
            }
            if (result.outcome() == Outcome.EARLIER) {
                assertThat(done.isJournal() || done.isForged()).as(what).isTrue();
            }
            outcomes.merge(result.outcome(), 1, Integer::sum);
        });
        System.out.println("volume fuzz: " + CASES + " cases, " + outcomes);
        assertThat(outcomes).containsKeys(Outcome.REFUSED, Outcome.REPORTED, Outcome.INTACT);
    }
}
