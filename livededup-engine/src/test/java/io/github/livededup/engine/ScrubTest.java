package io.github.livededup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.livededup.CancellationToken;
import io.github.livededup.Image;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.LiveDedup;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeFailedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.Fault;
import io.github.livededup.engine.crashkit.FaultyDirectory;
import io.github.livededup.engine.crashkit.FileOperation;
import io.github.livededup.engine.format.ScrubLayout;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verification in pieces: cursor, rate, time limit, and the order in which groups are checked. No test sleeps. */
class ScrubTest extends EngineCase {
    private static final long RATE = 1 << 20;

    private final FakeClock clock = new FakeClock();

    @BeforeEach
    void fill() throws IOException {
        try (Volume volume = create()) {
            createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 1_500));
            createImage(volume, "b", TestData.distinctBlocks(BLOCK, 3_000, 700));
        }
    }

    private VerifyReport verify(Volume volume, VerifyOptions options) throws IOException {
        return ((EngineVolume) volume).verify(options, clock);
    }

    private static VerifyOptions deepest() {
        return VerifyOptions.of(VerifyLevel.FINGERPRINTS).withThreads(1);
    }

    private static VerifyOptions oneSecond() {
        return deepest().withBytesPerSecond(RATE).withMaxDuration(Duration.ofSeconds(1));
    }

    private Volume openReadOnly() throws IOException {
        return LiveDedup.open(directory, VolumeOptions.builder().readOnly(true).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void runsFromCursorToCursorReadEveryBlockAndGroupOnce(int threads) throws IOException {
        long blocks = 0;
        long groups = 0;
        int runs = 0;
        VerifyReport report;
        VerifyOptions options = oneSecond().withThreads(threads);
        do {
            try (Volume volume = open()) {
                report = verify(volume, options);
                assertThat(report.isClean()).isTrue();
                assertThat(report.cursor().isEmpty()).isEqualTo(report.complete());
                assertThat(report.metadataPages() > 0).isEqualTo(runs == 0);
            }
            blocks += report.blocks();
            groups += report.groups();
            runs++;
            options = report.cursor().map(options::withCursor).orElse(options);
        } while (!report.complete() && runs < 50);
        assertThat(runs).isBetween(4, 49);
        try (Volume volume = open()) {
            assertThat(blocks).isEqualTo(volume.statistics().uniqueBlocks()).isEqualTo(2_200);
            assertThat(groups).isEqualTo(volume.statistics().blockGroups()).isGreaterThan(4);
        }
    }

    @Test
    void aRunStopsAtItsTimeAndHoldsItsRate() throws IOException {
        try (Volume volume = open()) {
            VerifyReport report = verify(volume, oneSecond());
            assertThat(report.complete()).isFalse();
            // One step of 64 blocks may be begun just before the time is up.
            assertThat(report.elapsed())
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(1).plusMillis(300));
            assertThat(report.bytes()).isBetween(RATE * 3 / 4, RATE + 64 * BLOCK);

            VerifyReport whole = verify(volume, deepest().withBytesPerSecond(RATE));
            assertThat(whole.complete()).isTrue();
            double perSecond = whole.bytes() / (whole.elapsed().toNanos() / 1e9);
            assertThat(perSecond).isBetween(RATE * 0.95, RATE * 1.0001);
        }
    }

    @Test
    void everyRunGetsOnHoweverShortItsTime() throws IOException {
        try (Volume volume = open()) {
            VerifyOptions instant = deepest().withBytesPerSecond(1).withMaxDuration(Duration.ofNanos(1));
            int runs = 0;
            long blocks = 0;
            VerifyReport report;
            do {
                report = verify(volume, instant);
                instant = report.cursor().map(instant::withCursor).orElse(instant);
                blocks += report.blocks();
                runs++;
            } while (!report.complete() && runs < 100);
            assertThat(report.complete()).isTrue();
            assertThat(blocks).isEqualTo(2_200);
        }
    }

    @Test
    void whatWasCheckedLongestAgoComesFirstAlsoAfterOpeningAgain() throws IOException {
        try (Volume volume = open()) {
            assertThat(verify(volume, deepest()).complete()).isTrue();
        }
        Map<Integer, Long> first = times();
        assertThat(first.values()).containsOnly(1_000_000L);
        clock.millis = 2_000_000;
        List<Integer> checked = new ArrayList<>();
        // Without a cursor: only the times tell what comes next.
        for (int run = 0; checked.size() < first.size(); run++) {
            clock.millis++;
            try (Volume volume = open()) {
                verify(volume, deepest().withBytesPerSecond(RATE).withMaxDuration(Duration.ofMillis(1_100)));
            }
            for (Map.Entry<Integer, Long> each : times().entrySet()) {
                if (each.getValue() == clock.millis) {
                    assertThat(checked).as("run %d", run).doesNotContain(each.getKey());
                    checked.add(each.getKey());
                }
            }
            assertThat(run).isLessThan(20);
        }
        assertThat(checked).isSorted().hasSameSizeAs(first.keySet());
    }

    @Test
    void aShallowerCheckDoesNotCountForADeeperOne() throws IOException {
        try (Volume volume = open()) {
            verify(volume, deepest());
            clock.millis++;
            verify(volume, VerifyOptions.of(VerifyLevel.CHECKSUMS));
        }
        assertThat(times().values()).containsOnly(1_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"absent", "empty", "damaged", "foreign", "a folder"})
    void theTimesMayBeLost(String how) throws IOException {
        Path scrub = directory.resolve("scrub");
        try (Volume volume = open()) {
            verify(volume, deepest());
        }
        byte[] before = Files.readAllBytes(scrub);
        Files.delete(scrub);
        switch (how) {
            case "absent" -> {}
            case "empty" -> Files.write(scrub, new byte[0]);
            case "a folder" -> Files.createDirectory(scrub);
            case "damaged" -> {
                before[40] ^= 1;
                Files.write(scrub, before);
            }
            default -> {
                before[20] ^= 1;
                Files.write(scrub, before);
            }
        }
        clock.millis++;
        try (Volume volume = open()) {
            VerifyReport report = verify(volume, deepest());
            assertThat(report.complete()).isTrue();
            assertThat(report.isClean()).isTrue();
        }
        if (!how.equals("a folder")) {
            assertThat(times().values()).containsOnly(1_000_001L);
        }
    }

    @Test
    void aVolumeOpenForReadingIsNotTouched() throws IOException {
        try (Volume volume = openReadOnly()) {
            assertThat(verify(volume, deepest()).complete()).isTrue();
            VerifyReport part = verify(volume, oneSecond());
            assertThat(verify(volume, deepest().withCursor(part.cursor().orElseThrow()))
                            .complete())
                    .isTrue();
        }
        assertThat(directory.resolve("scrub")).doesNotExist();
    }

    @Test
    void aCursorOfSomethingElseIsRefused() throws IOException {
        String cursor;
        try (Volume volume = open()) {
            cursor = verify(volume, oneSecond()).cursor().orElseThrow();
            assertThat(cursor).matches("[!-~]+");
            assertRefused(volume, deepest().withCursor("what?"), "cursor: actual=what?");
            assertRefused(volume, deepest().withCursor("LDV1:"), "expected=a whole cursor");
            assertRefused(volume, deepest().withCursor("LDV2" + cursor.substring(4)), "LDV1:");
            for (int at = 5; at < cursor.length(); at++) {
                char other = cursor.charAt(at) == 'A' ? 'Q' : 'A';
                String changed = cursor.substring(0, at) + other + cursor.substring(at + 1);
                assertRefused(volume, deepest().withCursor(changed), "cursor");
            }
            assertRefused(
                    volume,
                    VerifyOptions.of(VerifyLevel.CHECKSUMS).withCursor(cursor),
                    "level of the cursor: actual=FINGERPRINTS expected=CHECKSUMS");
        }
        try (Volume other = LiveDedup.create(temporary.resolve("other"), OPTIONS)) {
            assertRefused(other, deepest().withCursor(cursor), "volume of the cursor");
        }
    }

    private void assertRefused(Volume volume, VerifyOptions options, String message) {
        assertThatThrownBy(() -> verify(volume, options))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void cancellingEndsAWaitForTheRate() throws IOException {
        CancellationToken token = new CancellationToken();
        VerifyOptions slow = deepest()
                .withBytesPerSecond(1)
                .withCancellation(token)
                .withListener(progress -> {
                    if (progress.bytesDone() > 0) {
                        token.cancel();
                    }
                });
        try (Volume volume = open()) {
            assertThatThrownBy(() -> verify(volume, slow)).isInstanceOf(OperationCancelledException.class);
            assertClean(volume);
        }
    }

    @Test
    void aVolumeThatFailedIsVerifiedButNotWritten() throws IOException {
        FaultyDirectory disk = new FaultyDirectory(new MemoryDirectory());
        MemoryProvider provider = new MemoryProvider();
        provider.put(directory, disk);
        Volume volume = provider.create(directory, OPTIONS);
        createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 20));
        volume.commit();
        createImage(volume, "b", TestData.distinctBlocks(BLOCK, 100, 20));
        disk.on(FileOperation.FORCE).then(Fault.error());
        assertThatThrownBy(volume::commit).isInstanceOf(VolumeFailedException.class);
        disk.heal();
        assertThat(verify(volume, deepest()).complete()).isTrue();
        assertThat(disk.exists("scrub")).isFalse();
        assertThat(disk.exists("scrub.new")).isFalse();
        assertThatThrownBy(volume::close).isInstanceOf(VolumeFailedException.class);
    }

    @Test
    void aDiskWithoutRoomForTheTimesDoesNotFailAVerification() throws IOException {
        FaultyDirectory disk = new FaultyDirectory(new MemoryDirectory());
        MemoryProvider provider = new MemoryProvider();
        provider.put(directory, disk);
        try (Volume volume = provider.create(directory, OPTIONS)) {
            createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 20));
            disk.on(FileOperation.WRITE).of("scrub.new").then(Fault.diskFull());
            assertThat(verify(volume, deepest()).complete()).isTrue();
            disk.heal();
            assertThat(disk.exists("scrub")).isFalse();
            createImage(volume, "b", TestData.distinctBlocks(BLOCK, 100, 20));
            assertThat(verify(volume, deepest()).complete()).isTrue();
            assertThat(disk.exists("scrub")).isTrue();
        }
    }

    @Test
    void othersWriteMeanwhile() throws Exception {
        try (Volume volume = open()) {
            AtomicBoolean stop = new AtomicBoolean();
            List<Throwable> failures = new ArrayList<>();
            Thread writer = new Thread(() -> {
                try {
                    for (int seed = 10_000; !stop.get(); seed += 64) {
                        createImage(volume, "w" + seed, TestData.distinctBlocks(BLOCK, seed, 64));
                        try (Image image = volume.images().open("a")) {
                            image.write(ByteBuffer.wrap(TestData.block(BLOCK, seed)), seed % 1_500 * (long) BLOCK);
                        }
                        volume.images().delete("w" + seed);
                    }
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            writer.start();
            try {
                for (int i = 0; i < 5; i++) {
                    VerifyReport report = volume.verify(
                            VerifyOptions.of(VerifyLevel.FINGERPRINTS).withThreads(2));
                    assertThat(report.problems()).isEmpty();
                    assertThat(report.complete()).isTrue();
                }
            } finally {
                stop.set(true);
                writer.join();
            }
            assertThat(failures).isEmpty();
        }
    }

    /** When each group's fingerprints were last checked. */
    private Map<Integer, Long> times() throws IOException {
        ByteBuffer file =
                ByteBuffer.wrap(Files.readAllBytes(directory.resolve("scrub"))).order(ByteOrder.LITTLE_ENDIAN);
        Map<Integer, Long> times = new TreeMap<>();
        for (int i = 0; i < file.getInt(ScrubLayout.GROUPS_OFFSET); i++) {
            int at = ScrubLayout.ENTRIES_OFFSET + i * ScrubLayout.ENTRY_BYTES;
            times.put(
                    file.getInt(at + ScrubLayout.ENTRY_GROUP_OFFSET),
                    file.getLong(at + ScrubLayout.ENTRY_FINGERPRINTS_OFFSET));
        }
        return times;
    }
}
