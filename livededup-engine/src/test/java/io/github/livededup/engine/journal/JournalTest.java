package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JournalTest {
    private static final JournalOptions SMALL = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(3, 8 * 4096)
            .withFrameBytes(4096);

    private final MemoryDirectory directory = new MemoryDirectory();
    private final JournalOptions options = SMALL;

    @Test
    void aNewJournalHoldsNothing() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            assertThat(journal.sequence()).isZero();
            assertThat(TestBatches.replayed(journal)).isEmpty();
            assertThat(journal.needsCheckpoint()).isFalse();
            assertThat(journal.sizeBytes()).isEqualTo(3 * 8 * 4096);
        }
        try (Journal journal = open(0)) {
            assertThat(journal.sequence()).isZero();
            assertThat(TestBatches.replayed(journal)).isEmpty();
        }
    }

    @Test
    void committedBatchesAreReplayedInOrderAndOthersAreNot() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            long first = journal.append(TestBatches.of(1, 2, 10));
            long second = journal.append(TestBatches.of(2, 1, 0));
            assertThat(second).isGreaterThan(first);
            assertThat(journal.sequence()).isLessThan(first);
            journal.commit(IoAction.NONE);
            assertThat(journal.sequence()).isGreaterThanOrEqualTo(second);
            journal.append(TestBatches.of(3, 1, 10));
        }
        try (Journal journal = open(0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L, 2L);
            assertThat(TestBatches.replayed(journal)).containsExactly(1L, 2L);
        }
    }

    @Test
    void aBatchLongerThanAFrameIsSplitAndReplayedWhole() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 30, 400));
            journal.commit(IoAction.NONE);
            journal.append(TestBatches.of(2, 40, 333));
        }
        try (Journal journal = open(0)) {
            // The second one was written in part, without a mark.
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
        }
    }

    @Test
    void batchesOfManySessionsFollowEachOther() throws IOException {
        Journal.create(directory, options).close();
        List<Long> expected = new ArrayList<>();
        for (long session = 0; session < 6; session++) {
            try (Journal journal = open(0)) {
                assertThat(TestBatches.replayed(journal)).isEqualTo(expected);
                journal.append(TestBatches.of(session, 1, 20));
                journal.commit(IoAction.NONE);
                expected.add(session);
                journal.append(TestBatches.of(1000 + session, 20, 400));
            }
        }
    }

    @Test
    void openingWithoutAppendingChangesNothing() throws IOException {
        long sequence;
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(IoAction.NONE);
            sequence = journal.sequence();
        }
        for (int i = 0; i < 100; i++) {
            try (Journal journal = open(0)) {
                journal.commit(IoAction.NONE);
                assertThat(journal.sequence()).isEqualTo(sequence);
            }
        }
    }

    @Test
    void theRingIsUsedAgainAfterRelease() throws IOException {
        long start = 0;
        Journal.create(directory, options).close();
        List<Long> expected = new ArrayList<>();
        Journal journal = open(start);
        for (long number = 0; number < 400; number++) {
            JournalBatch batch = TestBatches.of(number, 1 + (int) (number % 7), (int) (number * 37 % 700));
            if (!journal.hasRoom(batch)) {
                Journal full = journal;
                assertThatThrownBy(() -> full.append(batch)).isInstanceOf(JournalFullException.class);
                journal.commit(IoAction.NONE);
                start = journal.sequence();
                journal.release(start);
                expected.clear();
            }
            journal.append(batch);
            expected.add(number);
            if (number % 3 == 0) {
                journal.commit(IoAction.NONE);
            }
            if (number % 50 == 49) {
                journal.commit(IoAction.NONE);
                journal.close();
                journal = open(start);
                assertThat(TestBatches.replayed(journal)).isEqualTo(expected);
            }
        }
        journal.close();
    }

    @Test
    void aFullJournalRefusesAppendBeforeAnythingChangesAndCanBeCommitted() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            long number = 0;
            while (journal.hasRoom(TestBatches.of(number, 1, 500))) {
                journal.append(TestBatches.of(number++, 1, 500));
            }
            JournalBatch refused = TestBatches.of(number, 1, 500);
            long free = journal.freeBytes();
            assertThatThrownBy(() -> journal.append(refused)).isInstanceOf(JournalFullException.class);
            assertThat(journal.freeBytes()).isEqualTo(free);
            assertThat(journal.needsCheckpoint()).isTrue();
            journal.commit(IoAction.NONE);
            journal.release(journal.sequence());
            assertThat(journal.needsCheckpoint()).isFalse();
            journal.append(refused);
            journal.commit(IoAction.NONE);
        }
    }

    @Test
    void everyCommitOfAFullJournalFits() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            long number = 0;
            // Small commits waste most of a page each.
            while (journal.hasRoom(TestBatches.of(number, 1, 0))) {
                journal.append(TestBatches.of(number++, 1, 0));
                journal.commit(IoAction.NONE);
            }
            assertThat(number).isGreaterThan(10);
        }
        try (Journal journal = open(0)) {
            assertThat(TestBatches.replayed(journal)).hasSizeGreaterThan(10);
            assertThatThrownBy(() -> journal.append(TestBatches.of(1, 1, 0))).isInstanceOf(JournalFullException.class);
            journal.release(journal.sequence());
            journal.append(TestBatches.of(1, 1, 0));
            journal.commit(IoAction.NONE);
        }
    }

    @Test
    void batchesThatNeverFitAreIllegal() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            assertThatIllegalArgumentException().isThrownBy(() -> journal.append(TestBatches.of(1, 1, 4096)));
            assertThatIllegalArgumentException().isThrownBy(() -> journal.append(TestBatches.of(1, 100, 1000)));
            JournalBatch open = new JournalBatch().begin(1);
            assertThatIllegalArgumentException().isThrownBy(() -> journal.append(open));
            journal.append(TestBatches.of(1, 1, 3000));
            journal.commit(IoAction.NONE);
            assertThat(journal.append(new JournalBatch())).isEqualTo(journal.sequence());
        }
    }

    @Test
    void aCommitWithNothingNewForcesNothing() throws IOException {
        AtomicInteger forced = new AtomicInteger();
        try (Journal journal = Journal.create(directory, options)) {
            journal.commit(forced::incrementAndGet);
            assertThat(forced).hasValue(0);
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(forced::incrementAndGet);
            journal.commit(forced::incrementAndGet);
            assertThat(forced).hasValue(1);
            assertThat(journal.commits()).isEqualTo(1);
        }
    }

    @Test
    void dataIsForcedBeforeTheMarkIsWritten() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(() -> {
                try (Journal crashed = Journal.open(directory.copy(), options, 0)) {
                    assertThat(TestBatches.replayed(crashed)).isEmpty();
                }
            });
        }
    }

    @Test
    void whatIsAppendedWhileDataIsForcedIsNotCoveredByTheMark() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            // More than a frame, so that some of it is spilled before the mark is written.
            journal.commit(() -> journal.append(TestBatches.of(2, 30, 400)));
            try (Journal crashed = Journal.open(directory.copy(), options, 0)) {
                assertThat(TestBatches.replayed(crashed)).containsExactly(1L);
            }
            journal.commit(IoAction.NONE);
            try (Journal crashed = Journal.open(directory.copy(), options, 0)) {
                assertThat(TestBatches.replayed(crashed)).containsExactly(1L, 2L);
            }
        }
    }

    @Test
    void readOnlyReplaysAndNothingElse() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(IoAction.NONE);
        }
        try (Journal journal = Journal.open(directory, options.withReadOnly(true), 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
            assertThatThrownBy(() -> journal.append(TestBatches.of(2, 1, 1))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aClosedJournalRefuses() throws IOException {
        Journal journal = Journal.create(directory, options);
        journal.close();
        journal.close();
        assertThatThrownBy(() -> journal.append(TestBatches.of(1, 1, 1))).isInstanceOf(VolumeFailedException.class);
        assertThatThrownBy(() -> journal.commit(IoAction.NONE)).isInstanceOf(VolumeFailedException.class);
    }

    @Test
    void replayIsRefusedOnceItsStartIsReleased() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(IoAction.NONE);
            assertThatIllegalArgumentException().isThrownBy(() -> journal.release(journal.sequence() + 4096));
            journal.release(journal.sequence());
            assertThatIllegalArgumentException().isThrownBy(() -> journal.release(0));
            assertThatThrownBy(() -> journal.replay((type, body) -> {})).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void segmentsAreCheckedOnOpen() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(IoAction.NONE);
        }
        assertThatThrownBy(() -> Journal.open(directory, JournalOptions.defaults(new UUID(1, 2)), 0))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("volume");
        assertThatThrownBy(() -> open(4095)).isInstanceOf(CorruptionException.class);

        MemoryDirectory missing = directory.copy();
        missing.delete("journal/000002.log");
        assertThatThrownBy(() -> Journal.open(missing, options, 0)).isInstanceOf(CorruptionException.class);

        MemoryDirectory cut = directory.copy();
        try (VolumeFile file = cut.open("journal/000002.log", OpenMode.WRITE)) {
            file.resize(5 * 4096);
        }
        assertThatThrownBy(() -> Journal.open(cut, options, 0)).isInstanceOf(CorruptionException.class);

        MemoryDirectory newer = directory.copy();
        try (VolumeFile file = newer.open("journal/000001.log", OpenMode.WRITE)) {
            ByteBuffer version = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            file.write(version.putInt(2).putInt(~2).flip(), 8);
        }
        assertThatThrownBy(() -> Journal.open(newer, options, 0)).isInstanceOf(UnsupportedFormatException.class);
    }

    @Test
    void damagedHeadersAreMendedAsLongAsOneIsIntact() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            journal.append(TestBatches.of(1, 1, 1));
            journal.commit(IoAction.NONE);
        }
        scribble("journal/000000.log", 0, 4096);
        scribble("journal/000001.log", 100, 1);
        try (Journal journal = Journal.open(directory, options.withReadOnly(true), 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
        }
        open(0).close();
        scribble("journal/000002.log", 0, 4096);
        open(0).close();
        for (int i = 0; i < 3; i++) {
            scribble("journal/00000" + i + ".log", 0, 16);
        }
        assertThatThrownBy(() -> open(0)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aFrameOfAHugeLengthOrAnotherVolumeEndsTheLog() throws IOException {
        Journal.create(directory, options).close();
        for (int length : new int[] {Integer.MAX_VALUE, -1, 7 * 4096, JournalLayout.MAX_FRAME_BYTES}) {
            ByteBuffer frame = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            JournalLayout.sealFrame(frame, 0, 0, 0, 0, TestBatches.VOLUME.getLeastSignificantBits(), true);
            frame.putInt(4, length);
            write("journal/000000.log", 4096, frame);
            try (Journal journal = open(0)) {
                assertThat(TestBatches.replayed(journal)).isEmpty();
            }
        }
        ByteBuffer foreign = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        JournalLayout.sealFrame(foreign, 0, 0, 0, 4096, 77, true);
        write("journal/000000.log", 4096, foreign);
        try (Journal journal = open(0)) {
            assertThat(journal.sequence()).isZero();
        }
    }

    @Test
    void recordsThatContradictTheirFramingAreCorruption() throws IOException {
        Journal.create(directory, options).close();
        ByteBuffer frame = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(64, JournalLayout.endOfBatch(JournalLayout.recordHeader(1, 5)));
        JournalLayout.sealFrame(frame, 8, 0, 0, 0, TestBatches.VOLUME.getLeastSignificantBits(), true);
        write("journal/000000.log", 4096, frame);
        try (Journal journal = open(0)) {
            assertThatThrownBy(() -> journal.replay((type, body) -> {})).isInstanceOf(CorruptionException.class);
        }
        frame.putInt(64, JournalLayout.recordHeader(1, 4));
        JournalLayout.sealFrame(frame, 8, 0, 0, 0, TestBatches.VOLUME.getLeastSignificantBits(), true);
        write("journal/000000.log", 4096, frame.clear());
        try (Journal journal = open(0)) {
            assertThatThrownBy(() -> journal.replay((type, body) -> {}))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("cut off");
        }
    }

    @Test
    void recordsWithoutBodiesAreReplayedAndCutOnesAreNot() throws IOException {
        try (Journal journal = Journal.create(directory, options)) {
            JournalBatch batch = new JournalBatch();
            batch.begin(7).end();
            journal.append(batch);
            journal.commit(IoAction.NONE);
        }
        List<String> visited = new ArrayList<>();
        JournalVisitor visitor = (type, body) -> visited.add(type + ":" + body.remaining());
        try (Journal journal = open(0)) {
            journal.replay(visitor);
        }
        assertThat(visited).containsExactly("7:0");
        ByteBuffer frame = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(64, JournalLayout.recordHeader(7, 5));
        JournalLayout.sealFrame(frame, 7, 0, 0, 0, TestBatches.VOLUME.getLeastSignificantBits(), true);
        write("journal/000000.log", 4096, frame);
        try (Journal journal = open(0)) {
            assertThatThrownBy(() -> journal.replay(visitor))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("record: actual=5 expected=3 bytes or less");
        }
        for (int bytes = 1; bytes < 4; bytes++) {
            JournalLayout.sealFrame(frame.clear(), bytes, 0, 0, 0, TestBatches.VOLUME.getLeastSignificantBits(), true);
            write("journal/000000.log", 4096, frame.clear());
            try (Journal journal = open(0)) {
                assertThatThrownBy(() -> journal.replay(visitor)).isInstanceOf(CorruptionException.class);
            }
        }
        assertThat(visited).hasSize(1);
    }

    private Journal open(long start) throws IOException {
        return Journal.open(directory, options, start);
    }

    private void scribble(String name, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            bytes.put((byte) 0x5a);
        }
        write(name, at, bytes.flip());
    }

    private void write(String name, long at, ByteBuffer bytes) throws IOException {
        try (VolumeFile file = directory.open(name, OpenMode.WRITE)) {
            file.write(bytes, at);
        }
    }
}
