package io.github.livededup.engine.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.disk.DiskDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal on a real disk, in its default size. */
class JournalDiskTest {
    private static final JournalOptions OPTIONS = JournalOptions.defaults(TestBatches.VOLUME);

    @TempDir
    private Path folder;

    @Test
    void commitsAreReplayedFromDisk() throws IOException {
        try (VolumeDirectory directory = DiskDirectory.createLocked(folder.resolve("volume"))) {
            try (Journal journal = Journal.create(directory, OPTIONS)) {
                journal.append(TestBatches.of(1, 10_000, 500));
                journal.commit(IoAction.NONE);
                journal.append(TestBatches.of(2, 1, 1));
                journal.commit(IoAction.NONE);
                journal.append(TestBatches.of(3, 10_000, 500));
                assertThat(journal.sizeBytes()).isEqualTo(64 << 20);
            }
            for (long session = 0; session < 2; session++) {
                try (Journal journal = Journal.open(directory, OPTIONS, 0)) {
                    assertThat(TestBatches.replayed(journal)).hasSize(2 + (int) session);
                    journal.append(TestBatches.of(4 + session, 100, 100));
                    journal.commit(IoAction.NONE);
                }
            }
            try (Journal journal = Journal.open(directory, OPTIONS.withReadOnly(true), 0)) {
                assertThat(TestBatches.replayed(journal)).containsExactly(1L, 2L, 4L, 5L);
            }
        }
    }

    @Test
    void theFlightRecorderSeesCommits() throws IOException {
        Path file = folder.resolve("commit.jfr");
        try (Recording recording = new Recording();
                VolumeDirectory directory = DiskDirectory.createLocked(folder.resolve("volume"))) {
            recording.enable("livededup.Commit");
            recording.start();
            try (Journal journal = Journal.create(directory, OPTIONS.withSegments(2, 1 << 20))) {
                JournalBatch batch = TestBatches.of(1, 3, 100);
                journal.append(batch);
                journal.append(batch);
                journal.commit(IoAction.NONE);
                journal.commit(IoAction.NONE);
                recording.stop();
                recording.dump(file);
                List<RecordedEvent> events = RecordingFile.readAllEvents(file);
                assertThat(events).hasSize(1);
                assertThat(events.get(0).getLong("batches")).isEqualTo(2);
                assertThat(events.get(0).getLong("bytes")).isEqualTo(2L * batch.lengthBytes());
                assertThat(events.get(0).getLong("journalForceNanos")).isPositive();
            }
        }
    }
}
