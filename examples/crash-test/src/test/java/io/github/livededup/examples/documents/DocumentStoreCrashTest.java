package io.github.livededup.examples.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.crashkit.CrashKit;
import io.github.livededup.engine.crashkit.CrashRecording;
import io.github.livededup.engine.crashkit.CrashSummary;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FileOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A document is saved whole or not at all, wherever the process is killed or the power cut. */
class DocumentStoreCrashTest {
    /** Small groups and a small journal make the states small, and the test fast. */
    private static final VolumeOptions OPTIONS = VolumeOptions.builder()
            .groupSizeBytes(1 << 20)
            .maxPhysicalBytes(64 << 20)
            .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
            .durability(Durability.EXPLICIT)
            .build();

    private static final byte[] OLD = content(1, 10_000);
    private static final byte[] NEW = content(2, 14_000);

    private static byte[] content(int seed, int lengthBytes) {
        byte[] content = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            content[i] = (byte) (seed + i / 100);
        }
        return content;
    }

    private static CrashKit kit(String name) {
        return CrashKit.with(OPTIONS)
                .named(name)
                .replayedBy("mvn -pl examples/crash-test -am verify")
                .prepare(volume -> new DocumentStore(volume).save("letter", OLD));
    }

    @Test
    void aDocumentIsSavedWholeOrNotAtAll() throws Exception {
        CrashRecording recording = kit("save").record(volume -> {
            DocumentStore store = new DocumentStore(volume);
            store.save("letter", NEW);
            store.save("note", OLD);
        });

        CrashSummary summary = recording.exhaustive(8).samples(12).forEachState((volume, state) -> {
            DocumentStore store = new DocumentStore(volume);
            byte[] letter = store.load("letter");
            assertThat(letter).isIn(OLD, NEW);
            // Saved in this order, so never the second without the first.
            if (store.exists("note")) {
                assertThat(store.load("note")).isEqualTo(OLD);
                assertThat(letter).isEqualTo(NEW);
            }
            // What save() returned from is durable.
            if (state.cut() == state.changes()) {
                assertThat(store.exists("note")).isTrue();
            }
            // The store works on.
            store.save("note", NEW);
            assertThat(volume.images().list()).hasSize(2);
        });

        System.out.println(summary);
        assertThat(summary.distinct()).isGreaterThan(500);
    }

    @Test
    void aFailingDiskLosesNothingThatWasSaved() throws Exception {
        for (int number = 0; number < 12; number++) {
            int nth = number;
            CrashRecording recording = kit("failing-" + nth)
                    .onDisk(disk -> disk.on(FileOperation.FORCE).nth(nth).then(Fault.error()))
                    .record(volume -> new DocumentStore(volume).save("letter", NEW));
            assertThat(recording.failure()).isPresent();
            recording
                    .exhaustive(4)
                    .samples(4)
                    .forEachState((volume, state) ->
                            assertThat(new DocumentStore(volume).load("letter")).isIn(OLD, NEW));
        }
    }

    /** The test is worth something: it fails for what looks as good. */
    @Test
    void deletingFirstIsCaught() throws Exception {
        CrashRecording recording = kit("delete-first").record(DocumentStoreCrashTest::saveDeletingFirst);
        assertThatThrownBy(() -> recording.forEachState((volume, state) ->
                        assertThat(new DocumentStore(volume).exists("letter")).isTrue()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("repeat with: mvn -pl examples/crash-test");
    }

    private static void saveDeletingFirst(Volume volume) throws IOException {
        try (Image draft = volume.images().create("letter.draft", NEW.length)) {
            draft.write(ByteBuffer.wrap(NEW), 0);
            draft.flush();
        }
        volume.images().delete("letter");
        volume.commit();
        volume.images().rename("letter.draft", "letter");
        volume.commit();
    }
}
