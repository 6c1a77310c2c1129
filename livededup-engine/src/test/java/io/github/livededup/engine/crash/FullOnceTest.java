package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Compression;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.crashkit.PowerCuts;
import io.github.livededup.engine.crashkit.QuietEngine;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk that is full once, whatever it is asked for: file systems that reserve late, or copy what is overwritten, say so at any write,
 * force or hole. The volume goes on if it does, or refuses changes; what it had acknowledged is there, at once and after a power cut at any later point.
 */
@Tag("exhaustive")
class FullOnceTest {
    private static final VolumeOptions OPTIONS = CrashWorkloads.OVERWRITE.options().toBuilder()
            .blockSizeBytes(64 << 10)
            .compression(Compression.NONE)
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();
    /** The power cuts tried after each failure. */
    private static final int CUTS = 4;

    @RegisterExtension
    private final QuietEngine quiet = new QuietEngine();

    private final NumberedImages images = new NumberedImages(OPTIONS);

    /** What a volume was asked for while the disk was full once. */
    private static final class Session {
        private final RecordedDirectory recorded;
        private final List<String> made = new ArrayList<>();
        /** What was there when a commit had returned, by the changes made until then. */
        private final TreeMap<Integer, List<String>> committed = new TreeMap<>();

        private boolean failed;

        Session(RecordedDirectory recorded, String kept) {
            this.recorded = recorded;
            made.add(kept);
            committed.put(0, List.copyOf(made));
        }

        /** Creates images, commits, deletes and compacts, three times. */
        void run(List<String> dying) throws IOException {
            try (Volume volume = MemoryProvider.open(recorded, OPTIONS)) {
                for (int round = 0; round < 3; round++) {
                    for (int i = 0; i < 6; i++) {
                        int first = 1001 + 100 * round + 10 * i;
                        step(() -> made.add(NumberedImages.create(volume, first, 3)));
                    }
                    step(() -> commit(volume));
                    String name = dying.get(Math.min(round, 1));
                    step(() -> volume.images().delete(name));
                    step(() -> volume.compact(CompactionOptions.defaults().withMinDeadShare(0.05)));
                }
                step(() -> commit(volume));
                if (!failed) {
                    NumberedImages.assertThere(volume, made, "open");
                }
            } catch (VolumeFullException | VolumeFailedException e) {
                // Opening or closing found the disk full.
            }
        }

        private void commit(Volume volume) throws IOException {
            volume.commit();
            committed.put(recorded.changes(), List.copyOf(made));
        }

        /** Goes on after a full disk, and after what that left undone. */
        private void step(Step step) throws IOException {
            try {
                step.run();
            } catch (VolumeFailedException e) {
                failed = true;
            } catch (VolumeFullException | NotFoundException | AlreadyExistsException e) {
                // The next step may go well.
            }
        }
    }

    /** A change that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "FORCE", "PUNCH", "RESIZE", "ALLOCATE", "MAP"})
    void whatWasAcknowledgedIsThere(FileOperation operation) throws IOException {
        MemoryDirectory start = new MemoryDirectory();
        String kept;
        List<String> dying = new ArrayList<>();
        try (Volume volume = MemoryProvider.create(start, OPTIONS)) {
            kept = NumberedImages.create(volume, 1, 5);
            dying.add(NumberedImages.create(volume, 101, 14));
            dying.add(NumberedImages.create(volume, 201, 9));
        }
        int number = 0;
        int times = 0;
        int refusing = 0;
        for (; ; number += step(operation)) {
            FaultyDirectory disk = new FaultyDirectory(start.copy());
            disk.on(operation)
                    .ofAny(name -> !name.startsWith("index"))
                    .nth(number)
                    .then(Fault.diskFull());
            RecordedDirectory recorded = new RecordedDirectory(start, copy -> disk);
            Session session = new Session(recorded, kept);
            session.run(dying);
            if (disk.struck() == 0) {
                break;
            }
            times++;
            refusing += session.failed ? 1 : 0;
            cut(session, operation + " " + number + " found it full");
        }
        System.out.printf(
                "full %s: %d times, after %d no changes, %d states%n", operation, times, refusing, images.examined());
        assertThat(times).isGreaterThan(4);
    }

    /** Of the many writes, which are much alike, some are tried. */
    private static int step(FileOperation operation) {
        return operation == FileOperation.WRITE ? 5 : operation == FileOperation.ALLOCATE ? 3 : 1;
    }

    private void cut(Session session, String what) throws IOException {
        int changes = session.recorded.changes();
        PowerCuts cuts = new PowerCuts(session.recorded);
        for (int i = 1; i <= CUTS; i++) {
            int point = changes * i / CUTS;
            cuts.advance(point);
            images.assertSurvive(
                    cuts,
                    session.committed.floorEntry(point).getValue(),
                    true,
                    what + ", cut at " + point + " of " + changes);
        }
    }
}
