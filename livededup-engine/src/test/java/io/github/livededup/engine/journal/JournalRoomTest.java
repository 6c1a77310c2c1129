package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much fits: what is promised room finds it, in every geometry, and no room is refused that is there. */
class JournalRoomTest {
    private static final int PAGE = 4096;
    private static final int HEADER = JournalLayout.FRAME_HEADER_BYTES;
    private static final List<JournalOptions> GEOMETRIES = List.of(
            options(40, 2 * PAGE, 4096),
            options(40, 2 * PAGE, 256),
            options(20, 3 * PAGE, 700),
            options(2, 30 * PAGE, 256),
            options(3, 17 * PAGE, 8192));

    private static JournalOptions options(int segments, int segmentBytes, int frameBytes) {
        return JournalOptions.defaults(TestBatches.VOLUME)
                .withSegments(segments, segmentBytes)
                .withFrameBytes(frameBytes);
    }

    /** A batch of some records of a length, headers included, and perhaps a shorter one behind them. */
    private static JournalBatch batch(int records, int recordBytes, int lastBytes) {
        JournalBatch batch = new JournalBatch();
        for (int i = 0; i < records; i++) {
            batch.begin(1)
                    .putBytes(new byte[recordBytes - 4], 0, recordBytes - 4)
                    .end();
        }
        if (lastBytes > 0) {
            batch.begin(2).putBytes(new byte[lastBytes - 4], 0, lastBytes - 4).end();
        }
        return batch;
    }

    private static int longest(JournalOptions options) {
        int room = Math.min(options.frameBytes(), options.segmentBytes() - JournalLayout.SEGMENT_HEADER_BYTES);
        return room - HEADER;
    }

    @Test
    void aBatchAndItsCommitTakeNoMoreThanTheyNeed() throws IOException {
        for (JournalOptions options : GEOMETRIES) {
            int most = longest(options);
            // Two of a little more than half fit nowhere together: most of the room is lost.
            for (int recordBytes : new int[] {4, 12, 100, most / 3 + 5, most / 2 + 5, most - 1, most}) {
                if (recordBytes > most) {
                    continue;
                }
                for (int records = 1; records < 60; records = records * 2 + 1) {
                    assertTakesNoMore(options, batch(records, recordBytes, 0));
                }
            }
        }
    }

    private static void assertTakesNoMore(JournalOptions options, JournalBatch batch) throws IOException {
        try (JournalSegments segments = JournalSegments.create(new MemoryDirectory(), options)) {
            JournalTail tail = new JournalTail(segments, options, 0, 0, true);
            if (!tail.isAcceptable(batch)) {
                return;
            }
            // From each place of the ring at which a commit can end.
            for (int page = 0; page < 9; page++) {
                long from = (long) page * PAGE;
                JournalTail at = new JournalTail(segments, options, from, from, true);
                long needed = at.neededBytes(batch.lengthBytes(), batch.longestRecordBytes());
                at.append(batch, from);
                Frame last = at.cut();
                assertThat(last.end(true) - from)
                        .as("%s: %d bytes, longest record %d", options, batch.lengthBytes(), batch.longestRecordBytes())
                        .isLessThanOrEqualTo(needed);
                assertThat(at.position()).isEqualTo(last.end(true));
            }
        }
    }

    @Test
    void anEmptyJournalTakesEachBatchThatIsNotIllegal() throws IOException {
        for (JournalOptions options : GEOMETRIES) {
            try (JournalSegments segments = JournalSegments.create(new MemoryDirectory(), options)) {
                JournalTail tail = new JournalTail(segments, options, 0, 0, true);
                int recordBytes = Math.min(longest(options), 150);
                int records = 1;
                while (isAcceptedAsThereIsRoom(tail, batch(records + 1, recordBytes, 0))) {
                    records++;
                }
                // Byte by byte over the limit.
                for (int last = 4; last <= recordBytes; last++) {
                    isAcceptedAsThereIsRoom(tail, batch(records, recordBytes, last));
                }
                assertThat(isAcceptedAsThereIsRoom(tail, batch(1, longest(options), 0)))
                        .isTrue();
                assertThat(tail.isAcceptable(batch(1, longest(options) + 1, 0))).isFalse();
            }
        }
    }

    private static boolean isAcceptedAsThereIsRoom(JournalTail empty, JournalBatch batch) {
        boolean isAcceptable = empty.isAcceptable(batch);
        assertThat(isAcceptable).as("%d bytes", batch.lengthBytes()).isEqualTo(empty.hasRoom(batch));
        return isAcceptable;
    }

    @Test
    void roomIsUsedToTheLastByte() throws IOException {
        JournalOptions options = options(2, 9 * PAGE, PAGE);
        int half = (PAGE - HEADER) / 2;
        try (Journal journal = Journal.create(new MemoryDirectory(), options)) {
            assertThat(journal.append(batch(1, half, 0))).isEqualTo(HEADER + half);
            assertThat(journal.append(batch(1, half, 0))).as("a frame").isEqualTo(PAGE);
            journal.commit(IoAction.NONE);
            assertThat(journal.sequence()).isEqualTo(PAGE);
            for (int page = 1; page < 8; page++) {
                journal.append(batch(1, 2 * half, 0));
                journal.commit(IoAction.NONE);
            }
            assertThat(journal.sequence()).as("a segment").isEqualTo(8 * PAGE);
        }
        // The last record takes what is left of the segment, in a frame of its own.
        JournalOptions small = options(40, 2 * PAGE, 256);
        try (Journal journal = Journal.create(new MemoryDirectory(), small)) {
            int records = PAGE / 256;
            assertThat(journal.append(batch(records, 256 - HEADER, 0))).isEqualTo(PAGE);
        }
    }

    @Test
    void aBatchFitsUpToTheLastByteThatIsFree() throws IOException {
        JournalOptions options = options(3, 17 * PAGE, 8192);
        boolean exact = false;
        for (int last = 4; last < 4200 && !exact; last++) {
            try (JournalSegments segments = JournalSegments.create(new MemoryDirectory(), options)) {
                JournalTail tail = new JournalTail(segments, options, 0, 0, true);
                JournalBatch batch = batch(30, 900, last);
                JournalTail full = new JournalTail(
                        segments, options, 0, tail.freeBytes() - tail.neededBytes(batch.lengthBytes(), 900), true);
                exact = full.freeBytes() == full.neededBytes(batch.lengthBytes(), batch.longestRecordBytes());
                assertThat(full.hasRoom(batch)).isTrue();
                assertThat(full.hasRoom(batch(30, 900, last + 1))).isFalse();
            }
        }
        assertThat(exact).isTrue();
    }

    @Test
    void freeBytesFallByWhatIsAppendedAndNeverBelowNothing() throws IOException {
        JournalOptions options = options(2, 9 * PAGE, PAGE);
        try (Journal journal = Journal.create(new MemoryDirectory(), options)) {
            long capacity = 16L * PAGE;
            long free = journal.freeBytes();
            assertThat(free).isBetween(capacity - 4L * PAGE, capacity);
            journal.append(batch(1, 1000, 0));
            assertThat(journal.freeBytes()).isEqualTo(free - HEADER - 1000);
            JournalBatch most = batch((int) free / 1000 + 1, 1000, 0);
            assertThat(most.lengthBytes()).isGreaterThan((int) journal.freeBytes());
            assertThat(journal.hasRoom(most)).isFalse();
            while (journal.hasRoom(batch(1, 4, 0))) {
                journal.append(batch(1, 4, 0));
                journal.commit(IoAction.NONE);
                assertThat(journal.freeBytes()).isNotNegative();
            }
            assertThatThrownBy(() -> journal.append(batch(1, 4, 0))).isInstanceOf(JournalFullException.class);
        }
    }

    @Test
    void aCheckpointIsDueWhenMoreThanHalfIsUsed() throws IOException {
        JournalOptions options = options(2, 9 * PAGE, PAGE);
        try (Journal journal = Journal.create(new MemoryDirectory(), options)) {
            for (int page = 0; page < 8; page++) {
                assertThat(journal.needsCheckpoint()).as("page %d", page).isFalse();
                journal.append(batch(1, 4, 0));
                journal.commit(IoAction.NONE);
            }
            assertThat(journal.needsCheckpoint()).as("just half").isFalse();
            journal.append(batch(1, 4, 0));
            assertThat(journal.needsCheckpoint()).isTrue();
        }
    }

    @Test
    void aSizeIsWithinItsLimits() {
        assertThat(options(2, 2 * PAGE, 256).segmentCount()).isEqualTo(2);
        assertThat(options(256, 2 * PAGE, JournalLayout.MAX_FRAME_BYTES).segmentCount())
                .isEqualTo(256);
        int[][] wrong = {
            {1, 2 * PAGE, 256},
            {257, 2 * PAGE, 256},
            {2, PAGE, 256},
            {2, 2 * PAGE + 1, 256},
            {2, 2 * PAGE, 255},
            {2, 2 * PAGE, JournalLayout.MAX_FRAME_BYTES + 1}
        };
        for (int[] sizes : wrong) {
            assertThatIllegalArgumentException().isThrownBy(() -> options(sizes[0], sizes[1], sizes[2]));
        }
    }

    @Test
    void aRecordIsAtMostAsLongAsItsHeaderCanTell() {
        JournalBatch batch = new JournalBatch();
        int most = JournalLayout.MAX_RECORD_BODY_BYTES;
        batch.begin(1).putBytes(new byte[most], 0, most).end();
        assertThat(batch.lengthBytes()).isEqualTo(most + 4);
    }
}
