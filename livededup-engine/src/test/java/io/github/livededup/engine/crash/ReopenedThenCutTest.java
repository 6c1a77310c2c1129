package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Compression;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
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
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A volume is opened while some of what was written to it is in the system's cache only, since the process before was killed or a force
 * failed; and then the power fails. What was committed is there, although what the second process read was not durable.
 */
class ReopenedThenCutTest {
    private static final VolumeOptions OPTIONS = CrashWorkloads.OVERWRITE.options().toBuilder()
            .backgroundCompaction(BackgroundCompaction.OFF)
            .build();
    private static final VolumeOptions LARGE_BLOCKS = OPTIONS.toBuilder()
            .blockSizeBytes(64 << 10)
            .compression(Compression.NONE)
            .build();
    private static final List<FileOperation> CHANGES = List.of(
            FileOperation.WRITE,
            FileOperation.FORCE,
            FileOperation.PUNCH,
            FileOperation.ALLOCATE,
            FileOperation.RESIZE);

    @RegisterExtension
    private final QuietEngine quiet = new QuietEngine();

    /** How the first process ends. */
    private enum End {
        /** It is gone; what it wrote and did not force is in the cache, and may still be forced. */
        KILLED,
        /** The disk fails once, and the volume is closed. After a failed force the next one covers nothing of what this one was to. */
        FAILED
    }

    /** A disk that fails below the recorder, or above it, where a killed process is. */
    private static final class Disks {
        private final AtomicReference<FaultyDirectory> below = new AtomicReference<>();
        private final RecordedDirectory recorded;
        private final FaultyDirectory above;

        Disks(MemoryDirectory start) {
            recorded = new RecordedDirectory(start, memory -> {
                below.set(new FaultyDirectory(memory));
                return below.get();
            });
            above = new FaultyDirectory(recorded);
        }

        FaultyDirectory failing(End end) {
            return end == End.KILLED ? above : below.get();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSuperblockThatIsInTheCacheOnly(End end) throws IOException {
        MemoryDirectory start = new MemoryDirectory();
        String kept;
        String dies;
        try (Volume volume = MemoryProvider.create(start, OPTIONS)) {
            kept = NumberedImages.create(volume, 1, 9);
            dies = NumberedImages.create(volume, 101, 9);
        }
        NumberedImages images = new NumberedImages(OPTIONS);
        Disks disks = new Disks(start);
        Volume first = MemoryProvider.open(disks.above, OPTIONS);
        NumberedImages.create(first, 201, 30);
        first.images().delete(dies);
        first.commit();
        disks.failing(end).on(FileOperation.FORCE).of("superblock").nth(0).then(Fault.error());
        assertThatThrownBy(() -> first.compact(CompactionOptions.defaults())).isInstanceOf(VolumeFailedException.class);
        if (end == End.KILLED) {
            disks.above.on(FileOperation.WRITE).then(Fault.error());
            disks.above.on(FileOperation.FORCE).then(Fault.error());
        }
        assertThat(catchThrowable(first::close)).isInstanceOf(IOException.class);
        int reopened = disks.recorded.changes();
        MemoryProvider.open(disks.recorded, OPTIONS).close();
        PowerCuts cuts = new PowerCuts(disks.recorded);
        for (int point = reopened; point <= disks.recorded.changes(); point++) {
            cuts.advance(point);
            images.assertSurvive(cuts, List.of(kept), true, end + ", cut at " + (point - reopened));
        }
    }

    /** Each operation is the last one of a killed process, or fails. */
    @ParameterizedTest
    @EnumSource
    @Tag("exhaustive")
    void afterEachOperation(End end) throws IOException {
        MemoryDirectory start = new MemoryDirectory();
        String kept;
        String dies;
        try (Volume volume = MemoryProvider.create(start, LARGE_BLOCKS)) {
            kept = NumberedImages.create(volume, 1, 5);
            dies = NumberedImages.create(volume, 101, 14);
        }
        NumberedImages images = new NumberedImages(LARGE_BLOCKS);
        int number = 0;
        for (; ; number++) {
            Disks disks = new Disks(start);
            if (!runUntil(disks, end, number, dies)) {
                break;
            }
            disks.below.get().heal();
            int reopened = disks.recorded.changes();
            int committed;
            String made;
            try (Volume second = MemoryProvider.open(disks.recorded, LARGE_BLOCKS)) {
                made = NumberedImages.create(second, 301, 2);
                second.commit();
                committed = disks.recorded.changes();
            }
            PowerCuts cuts = new PowerCuts(disks.recorded);
            for (int point = reopened; point <= disks.recorded.changes(); point++) {
                cuts.advance(point);
                images.assertSurvive(
                        cuts,
                        point < committed ? List.of(kept) : List.of(kept, made),
                        (point + number) % 32 == 0,
                        end + " at operation " + number + ", cut at " + (point - reopened));
            }
        }
        System.out.printf("reopened after %s: %d times, %d states%n", end, number, images.examined());
        assertThat(number).isGreaterThan(30);
    }

    /** The first process; returns whether it came to that operation. */
    private static boolean runUntil(Disks disks, End end, int number, String dies) {
        int[] left = {number};
        for (FileOperation operation : CHANGES) {
            disks.failing(end)
                    .on(operation)
                    .ofAny(name -> !name.startsWith("index") && (left[0]-- == 0 || end == End.KILLED && left[0] < 0))
                    .then(Fault.error());
        }
        try (Volume first = MemoryProvider.open(disks.above, LARGE_BLOCKS)) {
            NumberedImages.create(first, 201, 3);
            first.images().delete(dies);
            first.commit();
            first.compact(CompactionOptions.defaults().withMinDeadShare(0.05));
            NumberedImages.create(first, 221, 2);
        } catch (IOException e) {
            // As it was to be.
        }
        return left[0] < 0;
    }
}
