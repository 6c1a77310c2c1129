package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Committed batches that are lost: told, and accepted if that is asked for. */
class JournalLossTest {
    private static final int PAGE = 4096;
    private static final int RING = 16 * PAGE;
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(2, 9 * PAGE)
            .withFrameBytes(PAGE);

    private final JournalOptions accepting = OPTIONS.withAcceptLoss(true);
    private final FaultyDirectory directory = new FaultyDirectory(new MemoryDirectory());

    @AfterEach
    void everyFileIsClosed() {
        assertThat(directory.openFiles()).isZero();
    }

    private static void commit(Journal journal, long number) throws IOException {
        journal.append(TestBatches.of(number, 1, 1));
        journal.commit(IoAction.NONE);
    }

    /** Commits so many batches, a page each. */
    private void commitMany(int pages) throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            for (int page = 0; page < pages; page++) {
                commit(journal, page);
            }
        }
    }

    private void flip(int page, int at) throws IOException {
        directory.rot("journal/00000" + page / 8 + ".log", PAGE + (long) page % 8 * PAGE + at, 3);
    }

    private Journal open(JournalOptions options, long start) throws IOException {
        return Journal.open(directory, options, start);
    }

    @Test
    void isToldWithWhereTheLogEndsAndWhereItShould() throws IOException {
        commitMany(10);
        flip(4, 70);
        // The frame of page 5 was sealed when page 4 had been forced.
        assertThatThrownBy(() -> open(OPTIONS, 0))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("the log ends at: actual=" + 4 * PAGE + " expected=" + 5 * PAGE
                        + " or more, as frame " + 5 * PAGE + " tells");
        assertThat(directory.openFiles()).isZero();
        directory.on(FileOperation.CLOSE).nth(0).then(Fault.error());
        assertThatThrownBy(() -> open(OPTIONS, 0))
                .isInstanceOf(CorruptionException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThatThrownBy(() -> open(OPTIONS.withCleanStart(true), 0))
                .as("something follows the start")
                .isInstanceOf(CorruptionException.class);
    }

    @Test
    void oneBitOfTheLastCommitEndsTheLogBeforeIt() throws IOException {
        commitMany(3);
        flip(2, 80);
        try (Journal journal = open(OPTIONS, 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(0L, 1L);
            assertThat(journal.loss()).isNull();
        }
    }

    @Test
    void isNotLookedForWhereNothingFollowsACleanStart() throws IOException {
        commitMany(5);
        flip(0, 70);
        assertThatThrownBy(() -> open(OPTIONS, 0)).isInstanceOf(CorruptionException.class);
        try (Journal journal = open(OPTIONS.withCleanStart(true), 0)) {
            assertThat(TestBatches.replayed(journal)).isEmpty();
            assertThat(journal.loss()).isNull();
        }
    }

    @Test
    void thatIsAcceptedLetsTheJournalGoOnBeyondAllThatIsInIt() throws IOException {
        commitMany(10);
        flip(4, 70);
        long end;
        long last;
        try (Journal journal = open(accepting, 0)) {
            assertThat(journal.loss()).contains("committed records are lost");
            assertThat(TestBatches.replayed(journal)).containsExactly(0L, 1L, 2L, 3L);
            end = journal.sequence();
            assertThat(end % RING).as("the same place of the ring").isEqualTo(4 * PAGE);
            assertThat(end).as("a whole ring beyond frame 9").isEqualTo(4 * PAGE + 2 * RING);
            commit(journal, 100);
        }
        // A checkpoint starts there.
        try (Journal journal = open(OPTIONS, end)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(100L);
            assertThat(journal.loss()).isNull();
            commit(journal, 101);
            last = journal.sequence();
        }
        try (Journal journal = open(accepting, end)) {
            assertThat(journal.loss()).as("there is none").isNull();
            assertThat(TestBatches.replayed(journal)).containsExactly(100L, 101L);
            assertThat(journal.sequence()).isEqualTo(last);
        }
    }

    @Test
    void isAcceptedFarBehindAFrameOfALaterRound() throws IOException {
        long start = 0;
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            for (int i = 0; i < 60; i++) {
                if (!journal.hasRoom(TestBatches.of(i, 1, 1))) {
                    start = journal.sequence();
                    journal.release(start);
                }
                commit(journal, i);
            }
        }
        // From a checkpoint long ago nothing is left: its first frames were overwritten.
        try (Journal journal = open(accepting, 0)) {
            assertThat(TestBatches.replayed(journal)).isEmpty();
            assertThat(journal.sequence() % RING).isZero();
            assertThat(journal.sequence()).isGreaterThan(60L * PAGE + RING).isLessThanOrEqualTo(60L * PAGE + 2L * RING);
        }
        assertThat(start).isPositive();
    }

    @Test
    void isProvedByAFrameThatStartsBetweenPages() throws IOException {
        MemoryDirectory crashed;
        MemoryDirectory memory = new MemoryDirectory();
        JournalOptions options = OPTIONS.withFrameBytes(512);
        try (Journal journal = Journal.create(memory, options)) {
            commit(journal, 1);
            journal.append(TestBatches.of(2, 9, 100)); // Spills frames, of which only the first starts on a page.
            crashed = memory.copy();
        }
        // A power cut loses the first frame of what was not committed and keeps another; then what was committed rots.
        try (VolumeFile file = crashed.open("journal/000000.log", OpenMode.WRITE)) {
            file.write(ByteBuffer.allocate(64), 2 * PAGE);
        }
        try (Journal journal = Journal.open(crashed, options, 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
        }
        try (VolumeFile file = crashed.open("journal/000000.log", OpenMode.WRITE)) {
            file.write(ByteBuffer.allocate(1), PAGE + 64);
        }
        assertThatThrownBy(() -> Journal.open(crashed, options, 0))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("the log ends at: actual=0 expected=" + PAGE + " or more");
        try (Journal journal = Journal.open(crashed, options.withAcceptLoss(true), 0)) {
            assertThat(journal.loss()).isNotNull();
            assertThat(journal.sequence()).isGreaterThan(RING);
        }
    }

    @Test
    void isProvedByAFrameWhereverOneMayStart() throws IOException {
        int room = (1 << 18) + 2 * PAGE;
        JournalOptions options = OPTIONS.withSegments(2, PAGE + room);
        for (int at : new int[] {0, 8, PAGE - 8, (1 << 18) - 64, (1 << 18) - 56, (1 << 18) - 8, 1 << 18, room - 64}) {
            for (int segment = 0; segment < 2; segment++) {
                MemoryDirectory memory = new MemoryDirectory();
                Journal.create(memory, options).close();
                long sequence = 2L * room + segment * room + at;
                put(memory, segment, at, sequence, sequence - 1);
                assertThatThrownBy(() -> Journal.open(memory, options, 0))
                        .as("frame at %d of segment %d", at, segment)
                        .isInstanceOf(CorruptionException.class);
                try (Journal journal = Journal.open(memory, options.withAcceptLoss(true), 0)) {
                    assertThat(journal.sequence()).isGreaterThan(sequence + 2 * room);
                }
            }
        }
    }

    @Test
    void isNotProvedByAFrameOutOfPlaceNorByOneOfAnEarlierTime() throws IOException {
        for (int at : new int[] {4, 8, PAGE, PAGE + 200, 3 * PAGE - 40}) {
            MemoryDirectory memory = new MemoryDirectory();
            Journal.create(memory, OPTIONS).close();
            put(memory, 1, at, RING + 8L * PAGE + at + 8, RING);
            put(memory, 1, at + 64, 8L * PAGE + at + 64, 0);
            try (Journal journal = Journal.open(memory, OPTIONS, 0)) {
                assertThat(journal.sequence()).isZero();
            }
        }
    }

    private static void put(MemoryDirectory directory, int segment, int at, long sequence, long durable)
            throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        JournalLayout.sealFrame(
                frame, 0, sequence, durable, durable, TestBatches.VOLUME.getLeastSignificantBits(), true);
        try (VolumeFile file = directory.open("journal/00000" + segment + ".log", OpenMode.WRITE)) {
            file.write(frame, PAGE + at);
        }
    }

    @Test
    void aFrameSkipsNoWholeSegment() throws IOException {
        Journal.create(directory, OPTIONS).close();
        ByteBuffer frame = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        JournalLayout.sealFrame(frame, 0, 8 * PAGE, 0, 0, TestBatches.VOLUME.getLeastSignificantBits(), true);
        try (VolumeFile file = directory.open("journal/000001.log", OpenMode.WRITE)) {
            file.write(frame, PAGE);
        }
        try (Journal journal = open(OPTIONS, 0)) {
            assertThat(journal.sequence()).isZero();
        }
    }

    @Test
    void aSessionsFirstFrameTellsThatAllBeforeItIsDurable() throws IOException {
        commitMany(3);
        try (Journal journal = open(OPTIONS, 0)) {
            assertThat(journal.sequence()).isEqualTo(3 * PAGE);
            journal.append(TestBatches.of(7, 1, 1));
            assertThat(journal.sequence()).as("behind the empty frame").isEqualTo(3 * PAGE + RING + PAGE);
            journal.append(TestBatches.of(8, 1, 1));
            assertThat(journal.sequence()).isEqualTo(3 * PAGE + RING + PAGE);
        }
    }

    @Test
    void noFrameIsLookedForWhereNoneHasRoom() throws IOException {
        commitMany(2);
        try (JournalSegments segments = JournalSegments.open(directory, OPTIONS)) {
            JournalReader reader = new JournalReader(segments, TestBatches.VOLUME.getLeastSignificantBits(), 0);
            assertThat(reader.readAt(PAGE)).isTrue();
            assertThat(reader.sequence()).isEqualTo(PAGE);
            assertThat(reader.durable()).isEqualTo(PAGE);
            assertThat(reader.readAt(8 * PAGE - 63)).isFalse();
            assertThat(reader.readAt(8 * PAGE - 8)).isFalse();
        }
    }
}
