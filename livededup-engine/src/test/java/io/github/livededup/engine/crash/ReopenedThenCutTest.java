package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.crashkit.PowerCuts;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    private static final long[] KEPT = CrashWorkloads.odd(1, 9);
    /** Kept, so that its level is. */
    private static final Logger ENGINE = Logger.getLogger("io.github.livededup.engine");

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

    @BeforeEach
    void silence() {
        ENGINE.setLevel(Level.SEVERE);
    }

    @AfterEach
    void speak() {
        ENGINE.setLevel(null);
    }

    @ParameterizedTest
    @EnumSource
    void aSuperblockThatIsInTheCacheOnly(End end) throws IOException {
        MemoryDirectory start = new MemoryDirectory();
        try (Volume volume = MemoryProvider.create(start, OPTIONS)) {
            CrashWorkloads.create(volume, "kept", KEPT);
            CrashWorkloads.create(volume, "other", CrashWorkloads.odd(101, 9));
        }
        Disks disks = new Disks(start);
        Volume first = MemoryProvider.open(disks.above, OPTIONS);
        CrashWorkloads.create(first, "more", CrashWorkloads.odd(201, 30));
        first.images().delete("other");
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
            String what = end + ", cut at " + (point - reopened);
            assertHolds(cuts.nothingElse(), what + ", nothing else");
            assertHolds(cuts.any(new Random(point)), what + ", any");
        }
    }

    private static void assertHolds(MemoryDirectory state, String what) throws IOException {
        try (Volume volume = MemoryProvider.open(state, OPTIONS)) {
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS)).problems())
                    .as(what)
                    .isEmpty();
            assertImage(volume, "kept", KEPT, what);
        } catch (IOException e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    private static void assertImage(Volume volume, String name, long[] seeds, String what) throws IOException {
        try (Image image = volume.images().openReadOnly(name)) {
            assertThat(TestData.readAll(image))
                    .as(what + ": " + name)
                    .isEqualTo(TestData.blocks(volume.blockSizeBytes(), seeds));
        }
    }
}
