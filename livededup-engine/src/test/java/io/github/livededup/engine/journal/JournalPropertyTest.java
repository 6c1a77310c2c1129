package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.RandomCases;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Any sequence of appends, commits, checkpoints and restarts, in any geometry, against a list. */
class JournalPropertyTest {
    private static final int MAX_STEPS = 150;

    private record Step(int kind, int records, int bodyBytes) {
        /** Of 22 steps 12 append, 6 commit, 1 is a checkpoint, 2 restart and 1 restarts by way of a read-only one. */
        static Step any(SplittableRandom random) {
            int draw = random.nextInt(22);
            int kind = draw < 12 ? 0 : draw < 18 ? 1 : draw < 19 ? 2 : draw < 21 ? 3 : 4;
            return new Step(kind, RandomCases.between(random, 1, 12), RandomCases.between(random, 0, 160));
        }
    }

    private static JournalOptions geometry(SplittableRandom random) {
        int segments = RandomCases.between(random, 2, 5);
        int pages = RandomCases.between(random, 7, 20);
        return JournalOptions.defaults(TestBatches.VOLUME)
                .withSegments(segments, pages * 4096)
                .withFrameBytes(RandomCases.between(random, 256, 9000));
    }

    @Test
    void holdsWhatTheModelHolds() {
        RandomCases.forEach(250, JournalPropertyTest::compareWithList);
    }

    private static void compareWithList(SplittableRandom random) throws IOException {
        JournalOptions options = geometry(random);
        int steps = RandomCases.between(random, 0, MAX_STEPS);
        MemoryDirectory directory = new MemoryDirectory();
        List<Long> committed = new ArrayList<>();
        List<Long> appended = new ArrayList<>();
        JournalBatch batch = new JournalBatch();
        long number = 0;
        long start = 0;
        Journal journal = Journal.create(directory, options);
        for (int i = 0; i < steps; i++) {
            Step step = Step.any(random);
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
