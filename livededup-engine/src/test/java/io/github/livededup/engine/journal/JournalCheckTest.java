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
import java.util.Locale;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check of an open journal, and its files: made, mended and closed. */
class JournalCheckTest {
    private static final int PAGE = 4096;
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(3, 9 * PAGE)
            .withFrameBytes(PAGE);
    private static final String LAST = "journal/000002.log";

    private final FaultyDirectory directory = new FaultyDirectory(new MemoryDirectory());
    private final Logger log = Logger.getLogger(JournalSegments.class.getName());

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void everyFileIsClosed() {
        log.setLevel(null);
        assertThat(directory.openFiles()).isZero();
    }

    private static void commit(Journal journal, long number) throws IOException {
        journal.append(TestBatches.of(number, 1, 1));
        journal.commit(IoAction.NONE);
    }

    private void resize(String name, long bytes) throws IOException {
        try (VolumeFile file = directory.open(name, OpenMode.WRITE)) {
            file.resize(bytes);
        }
    }

    @Test
    void allIsWellOfWhatIsDurable() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            assertThat(journal.description()).isEqualTo("memory/journal");
            assertThat(journal.check()).isNull();
            for (int i = 0; i < 5; i++) {
                commit(journal, i);
                assertThat(journal.check()).isNull();
            }
            journal.append(TestBatches.of(9, 1, 1));
            assertThat(journal.check())
                    .as("what is not committed is not missed")
                    .isNull();
        }
    }

    @Test
    void aBrokenChainIsTold() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            for (int i = 0; i < 5; i++) {
                commit(journal, i);
            }
            directory.rot("journal/000000.log", PAGE + 3 * PAGE + 70, 1);
            assertThat(journal.check())
                    .isEqualTo("end of the chain of frames: actual=" + 3 * PAGE + " expected=" + 5 * PAGE);
            journal.release(journal.sequence());
            assertThat(journal.check()).as("it is not needed any more").isNull();
        }
    }

    @Test
    void headersAndSizesAreChecked() throws IOException {
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            directory.rot(LAST, 200, 1);
            assertThat(journal.check()).startsWith("header of memory/" + LAST + ": actual=damaged");
            directory.rot(LAST, 200, 1);
            assertThat(journal.check()).isNull();
            resize(LAST, 9 * PAGE - 1);
            assertThat(journal.check()).contains("size in bytes: actual=" + (9 * PAGE - 1) + " expected=" + 9 * PAGE);
            resize(LAST, 9 * PAGE);
            ByteBuffer foreign = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
            JournalLayout.writeSegmentHeader(foreign, new UUID(7, 8), 2, 3, 9 * PAGE);
            try (VolumeFile file = directory.open(LAST, OpenMode.WRITE)) {
                file.write(foreign, 0);
            }
            assertThat(journal.check()).contains("volume of a journal segment");
        }
    }

    @Test
    void whatIsMadeOrMendedIsForced() throws IOException {
        Journal.create(directory, OPTIONS).close();
        assertThat(directory.count(FileOperation.FORCE)).as("each segment").isEqualTo(3);
        assertThat(directory.count(FileOperation.FORCE_FOLDER))
                .as("their names, and the folder's")
                .isEqualTo(2);
        directory.rot(LAST, 200, 1);
        Journal.open(directory, OPTIONS.withReadOnly(true), 0).close();
        assertThat(directory.count(FileOperation.FORCE)).isEqualTo(3);
        Journal.open(directory, OPTIONS, 0).close();
        assertThat(directory.count(FileOperation.FORCE)).as("the mended one").isEqualTo(4);
        Journal.open(directory, OPTIONS, 0).close();
        assertThat(directory.count(FileOperation.FORCE)).isEqualTo(4);
    }

    @Test
    void creatingOrOpeningThatFailsClosesAllFiles() throws IOException {
        directory.on(FileOperation.FORCE).nth(2).then(Fault.error());
        directory.on(FileOperation.CLOSE).nth(1).then(Fault.error());
        assertThatThrownBy(() -> Journal.create(directory, OPTIONS))
                .hasMessageContaining("injected")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(directory.openFiles()).isZero();
        for (int i = 0; i < 3; i++) {
            directory.delete("journal/00000" + i + ".log");
        }
        directory.heal();
        Journal.create(directory, OPTIONS).close();
        resize(LAST, 9 * PAGE - 1);
        assertThatThrownBy(() -> Journal.open(directory, OPTIONS, 0)).isInstanceOf(CorruptionException.class);
        assertThat(directory.openFiles()).isZero();
    }

    @Test
    void closingClosesAllFilesWhateverFails() throws IOException {
        Journal journal = Journal.create(directory, OPTIONS);
        directory.on(FileOperation.CLOSE).times(2).then(Fault.error());
        assertThatThrownBy(journal::close)
                .hasMessageContaining("000000.log")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(second -> assertThat(second).hasMessageContaining("000001.log")));
        assertThat(directory.openFiles()).isZero();
        journal.close();
    }

    @Test
    void withoutAnyIntactHeaderThereIsNoJournal() throws IOException {
        JournalOptions many = OPTIONS.withSegments(256, 2 * PAGE);
        Journal.create(directory, many).close();
        for (int i = 0; i < 255; i++) {
            directory.rot(String.format(Locale.ROOT, "journal/%06d.log", i), 50, 2);
        }
        Journal.open(directory, many.withReadOnly(true), 0).close();
        directory.rot("journal/000255.log", 50, 2);
        assertThatThrownBy(() -> Journal.open(directory, many, 0))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("intact segment headers: actual=0 expected=1 or more");
    }

    @Test
    void aSegmentThatIsOnlyItsHeaderIsTooShort() throws IOException {
        Journal.create(directory, OPTIONS).close();
        for (int i = 0; i < 3; i++) {
            resize("journal/00000" + i + ".log", PAGE);
        }
        assertThatThrownBy(() -> Journal.open(directory, OPTIONS, 0))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("size in bytes: actual=" + PAGE);
    }
}
