package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.util.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events cost nothing where nobody records, and are there once somebody does. */
class FlightRecordingTest {
    private static final String EVENT_CLASS = "jdk.jfr.Event ";
    private static final int SOURCE_BYTES = 3 << 20;
    private static final VolumeOptions SMALL_GROUPS =
            VolumeOptions.builder().groupSizeBytes(1 << 20).build();

    @TempDir
    private Path folder;

    /** Uses a volume, and says which classes the JVM loads for that. */
    static final class Unrecorded {
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            try (Volume volume = LiveDedup.openOrCreate(folder.resolve("volume"), SMALL_GROUPS)) {
                use(volume, folder, "image");
            }
        }
    }

    /** Begins to record when the volume is open and was used already. */
    static final class RecordedLater {
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            try (Recording recording = new Recording()) {
                try (Volume volume = LiveDedup.openOrCreate(folder.resolve("volume"), SMALL_GROUPS)) {
                    use(volume, folder, "before");
                    recording.start();
                    use(volume, folder, "after");
                }
                LiveDedup.open(folder.resolve("volume"), SMALL_GROUPS).close();
                recording.stop();
                recording.dump(folder.resolve("events.jfr"));
            }
        }
    }

    /** Imports, writes, flushes, deletes and compacts. */
    private static void use(Volume volume, Path folder, String name) throws IOException {
        byte[] content = new byte[SOURCE_BYTES];
        new Random(name.hashCode()).nextBytes(content);
        Path source = Files.write(folder.resolve(name), content);
        volume.images().importFile(source, name, TransferOptions.defaults());
        try (Image image = volume.images().open(name)) {
            image.write(ByteBuffer.wrap(new byte[100]), 5);
            image.flush();
        }
        volume.images().delete(name);
        volume.compact(CompactionOptions.defaults());
    }

    @Test
    void withoutARecordingNoEventIsEvenLoaded() throws Exception {
        String output = ChildJvm.run(Unrecorded.class, "-verbose:class", folder.toString());
        assertThat(output).endsWith("exit=0").contains("livededup.engine.journal.Journal ");
        assertThat(output).doesNotContain(EVENT_CLASS);
    }

    @Test
    void aRecordingThatBeginsLaterHasThemAll() throws Exception {
        assertThat(ChildJvm.run(RecordedLater.class, folder.toString())).endsWith("exit=0");
        assertThat(RecordingFile.readAllEvents(folder.resolve("events.jfr")))
                .extracting(event -> event.getEventType().getName())
                .contains(
                        "livededup.Commit",
                        "livededup.Checkpoint",
                        "livededup.Import",
                        "livededup.Compaction",
                        "livededup.Recovery");
        assertThat(RecordingFile.readAllEvents(folder.resolve("events.jfr")))
                .filteredOn(event -> event.getEventType().getName().equals("livededup.Import"))
                .extracting((RecordedEvent event) -> event.getString("image"))
                .containsExactly("after");
    }
}
