package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Power cuts after every write and around every force, with every (or many a) choice of sectors that survived; after each,
 * replay must give whole batches: all that were acknowledged, and of the others a prefix of what was appended.
 */
class JournalCrashTest {
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(3, 5 * 4096)
            .withFrameBytes(512);

    /** What a journal must hold: of the batches since its start, at least the acknowledged, at most all. */
    private static final class History {
        private long start;
        private final List<Long> batches = new ArrayList<>();
        private int acknowledged;
        private long next;

        History(long firstNumber) {
            next = firstNumber;
        }

        /** Continues from what was recovered; what comes later has other numbers than all before. */
        History(History before, List<Long> recovered, long firstNumber) {
            start = before.start;
            batches.addAll(recovered);
            next = firstNumber;
        }

        List<Long> check(Journal journal) throws IOException {
            List<Long> replayed = TestBatches.replayed(journal);
            assertThat(replayed.size()).isBetween(acknowledged, batches.size());
            assertThat(replayed).isEqualTo(batches.subList(0, replayed.size()));
            return replayed;
        }

        private JournalBatch nextBatch(Random random) {
            int records = 1 + random.nextInt(3);
            return TestBatches.of(next, records, random.nextInt(random.nextInt(4) == 0 ? 300 : 60));
        }

        void append(Journal journal, Random random) throws IOException {
            JournalBatch batch = nextBatch(random);
            if (!journal.hasRoom(batch)) {
                commit(journal);
                // The checkpoint's superblock is durable here.
                start = journal.sequence();
                batches.clear();
                acknowledged = 0;
                journal.release(start);
            }
            batches.add(next++);
            journal.append(batch);
        }

        void commit(Journal journal) throws IOException {
            int covered = batches.size();
            journal.commit(IoAction.NONE);
            acknowledged = Math.max(acknowledged, covered);
        }

        void run(Journal journal, Random random, int steps) throws IOException {
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(3) > 0) {
                    append(journal, random);
                } else if (random.nextInt(4) == 0) {
                    // Others append while data is forced.
                    int covered = batches.size();
                    journal.commit(() -> {
                        JournalBatch batch = nextBatch(random);
                        if (journal.hasRoom(batch)) {
                            batches.add(next++);
                            journal.append(batch);
                        }
                    });
                    acknowledged = Math.max(acknowledged, covered);
                } else {
                    commit(journal);
                }
            }
        }
    }

    @Test
    void everyPowerCutLeavesACommittedPrefix() throws IOException {
        int states = 0;
        for (long seed = 1; seed <= 6; seed++) {
            states += run(seed, 60, 200, 0);
        }
        System.out.println("crash states: " + states);
        assertThat(states).isGreaterThan(5_000);
    }

    @Test
    void aSecondSessionNeverBringsBackFramesOfTheFirst() throws IOException {
        int states = 0;
        for (long seed = 100; seed <= 103; seed++) {
            states += run(seed, 40, 12, 8);
        }
        System.out.println("crash states of two sessions: " + states);
        assertThat(states).isGreaterThan(5_000);
    }

    @Test
    void allChoicesOfSectorsOfFewWrites() throws IOException {
        int states = 0;
        for (long seed = 200; seed <= 204; seed++) {
            states += run(seed, 8, 5_000, 0);
        }
        System.out.println("crash states, exhaustive: " + states);
        assertThat(states).isGreaterThan(1_000);
    }

    private static int run(long seed, int steps, int perChange, int depth) throws IOException {
        try {
            return runSeeded(seed, steps, perChange, depth);
        } catch (Throwable e) {
            e.addSuppressed(new AssertionError("seed " + seed));
            throw e;
        }
    }

    private static int runSeeded(long seed, int steps, int perChange, int depth) throws IOException {
        MemoryDirectory created = new MemoryDirectory();
        Journal.create(created, OPTIONS).close();
        CrashDisk disk = CrashDisk.of(created);
        History history = new History(0);
        Random random = new Random(seed);
        Random cuts = new Random(~seed);
        int[] states = {0};
        disk.onChange(live -> {
            disk.crash(cuts, perChange, state -> {
                states[0]++;
                try (Journal journal = Journal.open(state, OPTIONS, history.start)) {
                    List<Long> recovered = history.check(journal);
                    if (depth > 0) {
                        states[0] += secondSession(CrashDisk.of(state), history, recovered, cuts, depth, true);
                    }
                }
            });
            if (depth > 0) {
                CrashDisk killed = disk.kill();
                List<Long> recovered;
                try (Journal journal = Journal.open(killed, OPTIONS, history.start)) {
                    recovered = history.check(journal);
                }
                states[0] += secondSession(killed, history, recovered, cuts, depth, false);
            }
        });
        try (Journal journal = Journal.open(disk, OPTIONS, 0)) {
            history.run(journal, random, steps);
            history.commit(journal);
        }
        try (Journal journal = Journal.open(disk, OPTIONS, history.start)) {
            assertThat(history.check(journal)).isEqualTo(history.batches);
        }
        return states[0];
    }

    /** After a power cut all that was recovered is durable; after a kill, only what the first session acknowledged. */
    private static int secondSession(
            CrashDisk disk, History first, List<Long> recovered, Random random, int depth, boolean isDurable)
            throws IOException {
        History history = new History(first, recovered, 1_000_000);
        history.acknowledged = isDurable ? recovered.size() : first.acknowledged;
        int[] states = {0};
        disk.onChange(live -> states[0] += disk.crash(random, depth, state -> {
            try (Journal journal = Journal.open(state, OPTIONS, history.start)) {
                history.check(journal);
            }
        }));
        try (Journal journal = Journal.open(disk, OPTIONS, first.start)) {
            for (int i = 0; i < 3; i++) {
                history.append(journal, random);
                history.append(journal, random);
                if (i != 1) {
                    history.commit(journal);
                }
            }
        }
        return states[0];
    }
}
