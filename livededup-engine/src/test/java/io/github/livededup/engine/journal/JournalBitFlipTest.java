package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.CorruptionException;
import io.github.livededup.UnsupportedFormatException;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One bit of a journal is flipped, at every byte: replay gives right batches or says that some are lost. */
class JournalBitFlipTest {
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME)
            .withSegments(2, 6 * 4096)
            .withFrameBytes(512);

    private final Logger log = Logger.getLogger(JournalSegments.class.getName());

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        log.setLevel(null);
    }

    @Test
    void noBitFlipGivesWrongRecords() throws IOException {
        MemoryDirectory directory = new MemoryDirectory();
        try (Journal journal = Journal.create(directory, OPTIONS)) {
            journal.append(TestBatches.of(1, 3, 100));
            journal.append(TestBatches.of(2, 1, 10));
            journal.commit(IoAction.NONE);
            journal.append(TestBatches.of(3, 9, 100));
            journal.commit(IoAction.NONE);
        }
        try (Journal journal = Journal.open(directory, OPTIONS, 0)) {
            journal.append(TestBatches.of(4, 1, 100));
            journal.commit(IoAction.NONE);
        }
        List<Long> all = List.of(1L, 2L, 3L, 4L);
        int lost = 0;
        int intact = 0;
        for (String name : List.of("journal/000000.log", "journal/000001.log")) {
            for (int at = 0; at < 6 * 4096; at++) {
                MemoryDirectory damaged = directory.copy();
                flip(damaged, name, at, at % 8);
                try (Journal journal = Journal.open(damaged, OPTIONS, 0)) {
                    List<Long> replayed = TestBatches.replayed(journal);
                    // Only the last commit may be missing without a word.
                    assertThat(replayed).as("%s, byte %d", name, at).isIn(all, all.subList(0, 3));
                    intact++;
                } catch (CorruptionException e) {
                    lost++;
                } catch (UnsupportedFormatException e) {
                    throw new AssertionError("a flipped bit is no newer version: byte " + at, e);
                }
            }
        }
        assertThat(lost).isGreaterThan(1_000);
        assertThat(intact).isGreaterThan(1_000);
    }

    private static void flip(MemoryDirectory directory, String name, int at, int bit) throws IOException {
        try (VolumeFile file = directory.open(name, OpenMode.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            file.write(one.put(0, (byte) (one.get(0) ^ 1 << bit)).flip(), at);
        }
    }
}
