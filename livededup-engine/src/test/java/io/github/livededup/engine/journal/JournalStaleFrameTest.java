package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.JournalLayout;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Frames that are valid and must not count, and frames that do not count and prove damage. */
class JournalStaleFrameTest {
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(2, 9 * 4096)
            .withFrameBytes(4096);
    private static final String FIRST = "journal/000000.log";
    private static final int PAGE = 4096;
    private static final int PAGES_PER_SEGMENT = 8;

    private final MemoryDirectory directory = new MemoryDirectory();

    @Test
    void aLeftOverCommitDoesNotContinueWhatAnotherSessionWroteInFrontOfIt() throws IOException {
        // Page 0: batch 1. Page 1 is lost by a power cut, page 2, with a mark, survives it: a commit whose force never
        // ended.
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            commit(journal, 1);
            commit(journal, 2);
        }
        ByteBuffer lost = page(1);
        seal(lost, 1, 1, 1);
        ByteBuffer survivor = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        fill(survivor, 66);
        seal(survivor, 2, 2, 1);
        write(2, survivor);
        clear(1);
        long end;
        try (Journal journal = open(0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
            end = journal.sequence();
            assertThat(end).isEqualTo(PAGE);
            // The new session's frames end exactly where the survivor starts, or would without its first frame.
            commit(journal, 3);
        }
        try (Journal journal = open(0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L, 3L);
        }
        // Even right behind the frame of the new session it is not taken: its sequence is of the old one.
        write(3, moved(survivor, 3, 3));
        try (Journal journal = open(0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L, 3L);
        }
    }

    @Test
    void aFrameWithAnySequenceButTheNextOrTheFirstOfASessionEndsTheLog() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            commit(journal, 1);
        }
        long ringPages = 2 * PAGES_PER_SEGMENT;
        for (long rounds = 0; rounds < 4; rounds++) {
            for (long previous = 0; previous < 3; previous++) {
                ByteBuffer frame = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
                fill(frame, 2);
                seal(frame, 1 + rounds * ringPages, previous, 0);
                write(1, frame);
                try (Journal journal = open(0)) {
                    assertThat(TestBatches.replayed(journal)).hasSize(rounds < 2 && previous == 1 ? 2 : 1);
                }
            }
        }
    }

    @Test
    void aSessionThatWroteNothingLeavesNoTrace() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            commit(journal, 1);
        }
        MemoryDirectory before = directory.copy();
        open(0).close();
        for (int page = 0; page < 8; page++) {
            assertThat(page(page)).isEqualTo(page(before, page));
        }
    }

    @Test
    void damageInTheMiddleOfWhatWasCommittedIsCorruption() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            for (int i = 0; i < 12; i++) {
                commit(journal, i);
            }
        }
        // The last frame of a segment, too: the next segment's first is not taken for the one behind the frame before.
        for (int page = 0; page < 11; page++) {
            MemoryDirectory damaged = directory.copy();
            clear(damaged, page);
            assertThatThrownBy(() -> Journal.open(damaged, OPTIONS, 0))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("committed records are lost");
        }
    }

    @Test
    void damageToTheVeryLastCommitIsTakenForATornOneUnlessSomethingWasWrittenBehindIt() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            commit(journal, 1);
            commit(journal, 2);
        }
        MemoryDirectory undecided = directory.copy();
        clear(undecided, 1);
        try (Journal journal = Journal.open(undecided, OPTIONS, 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
        }
        try (Journal journal = open(0)) {
            // The session's first frame says that all before it is durable.
            journal.append(TestBatches.of(3, 1, 1));
        }
        clear(1);
        assertThatThrownBy(() -> open(0)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aStartThatWasReleasedAndOverwrittenIsCorruption() throws IOException {
        long start;
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            for (int i = 0; i < 40; i++) {
                if (!journal.hasRoom(TestBatches.of(i, 1, 1))) {
                    journal.release(journal.sequence());
                }
                commit(journal, i);
            }
            start = journal.sequence();
        }
        // What falling back to an older superblock, whose successor was damaged, would ask for.
        assertThatThrownBy(() -> open(0)).isInstanceOf(CorruptionException.class);
        try (Journal journal = open(start)) {
            assertThat(TestBatches.replayed(journal)).isEmpty();
        }
    }

    @Test
    void aCleanStartIsTrustedOnlyIfNothingFollowsIt() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            commit(journal, 1);
        }
        try (Journal journal = Journal.open(directory, OPTIONS.withCleanStart(true), 0)) {
            assertThat(TestBatches.replayed(journal)).containsExactly(1L);
        }
    }

    private void commit(Journal journal, long number) throws IOException {
        journal.append(TestBatches.of(number, 1, 1));
        journal.commit(IoAction.NONE);
    }

    private Journal open(long start) throws IOException {
        return Journal.open(directory, OPTIONS, start);
    }

    private static void fill(ByteBuffer page, long number) {
        JournalBatch batch = TestBatches.of(number, 1, 1);
        page.put(64, batch.bytes(), 0, batch.lengthBytes());
        page.putInt(64, JournalLayout.endOfBatch(page.getInt(64)));
        page.putInt(4, batch.lengthBytes());
    }

    private static void seal(ByteBuffer page, long atPage, long previousPage, long durablePage) {
        JournalLayout.sealFrame(
                page,
                page.getInt(4),
                atPage * PAGE,
                previousPage * PAGE,
                durablePage * PAGE,
                TestBatches.VOLUME.getLeastSignificantBits(),
                true);
    }

    private static ByteBuffer moved(ByteBuffer page, long atPage, long previousPage) {
        ByteBuffer copy = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(page.clear()).flip();
        seal(copy, atPage, previousPage, 1);
        return copy;
    }

    private ByteBuffer page(int number) throws IOException {
        return page(directory, number);
    }

    private static ByteBuffer page(MemoryDirectory directory, int number) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        try (VolumeFile file = directory.open(FIRST, OpenMode.READ)) {
            file.read(page, JournalLayout.SEGMENT_HEADER_BYTES + (long) number * PAGE);
        }
        return page.flip();
    }

    private void clear(int page) throws IOException {
        clear(directory, page);
    }

    private static void clear(MemoryDirectory directory, int page) throws IOException {
        write(directory, page, ByteBuffer.allocate(PAGE));
    }

    private void write(int page, ByteBuffer bytes) throws IOException {
        write(directory, page, bytes.clear());
    }

    private static void write(MemoryDirectory directory, int page, ByteBuffer bytes) throws IOException {
        String name = "journal/00000" + page / PAGES_PER_SEGMENT + ".log";
        try (VolumeFile file = directory.open(name, OpenMode.WRITE)) {
            file.write(bytes, JournalLayout.SEGMENT_HEADER_BYTES + (long) page % PAGES_PER_SEGMENT * PAGE);
        }
    }
}
