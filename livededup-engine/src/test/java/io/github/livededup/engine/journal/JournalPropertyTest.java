package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Any sequence of appends, commits, checkpoints and restarts, in any geometry, against a list. */
class JournalPropertyTest {
    record Step(int kind, int records, int bodyBytes) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(12, 0), Tuple.of(6, 1), Tuple.of(1, 2), Tuple.of(2, 3), Tuple.of(1, 4)),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(0, 160))
                .as(Step::new);
        return step.list().ofMaxSize(150);
    }

    @Provide
    Arbitrary<JournalOptions> geometries() {
        return Combinators.combine(
                        Arbitraries.integers().between(2, 5),
                        Arbitraries.integers().between(7, 20),
                        Arbitraries.integers().between(256, 9000))
                .as((count, pages, frameBytes) -> JournalOptions.defaults(TestBatches.VOLUME)
                        .withSegments(count, pages * 4096)
                        .withFrameBytes(frameBytes));
    }

    @Property(tries = 300)
    void holdsWhatTheModelHolds(@ForAll("geometries") JournalOptions options, @ForAll("steps") List<Step> steps)
            throws IOException {
        MemoryDirectory directory = new MemoryDirectory();
        List<Long> committed = new ArrayList<>();
        List<Long> appended = new ArrayList<>();
        JournalBatch batch = new JournalBatch();
        long number = 0;
        long start = 0;
        Journal journal = Journal.create(directory, options);
        for (Step step : steps) {
            TestBatches.fill(batch, number, step.records(), step.bodyBytes());
            boolean isFull = step.kind() == 0 && !journal.hasRoom(batch);
            if (step.kind() == 1 || step.kind() == 2 || isFull) {
                journal.commit(IoAction.NONE);
                committed.addAll(appended);
                appended.clear();
            }
            if (step.kind() == 2 || isFull) {
                start = journal.sequence();
                journal.release(start);
                committed.clear();
            }
            if (step.kind() == 0 && journal.hasRoom(batch)) {
                journal.append(batch);
                appended.add(number++);
            }
            if (step.kind() >= 3) {
                journal.close();
                appended.clear();
                journal = Journal.open(directory, options.withReadOnly(step.kind() == 4), start);
                assertThat(TestBatches.replayed(journal)).isEqualTo(committed);
            }
            if (step.kind() == 4) {
                journal.close();
                journal = Journal.open(directory, options, start);
            }
        }
        journal.commit(IoAction.NONE);
        committed.addAll(appended);
        journal.close();
        try (Journal last = Journal.open(directory, options, start)) {
            assertThat(TestBatches.replayed(last)).isEqualTo(committed);
        }
    }
}
