package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.IndexBackend;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.RandomOperations.Scale;
import io.github.livededup.engine.crashkit.model.VolumeHistory;
import io.github.livededup.engine.util.Seeds;
import io.github.livededup.spi.VolumeProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Live images in phases: random operations on the engine and the model side by side, then a check of everything: the checker
 * counts all references anew, every image is compared byte for byte. Most phases end with the death of the process, and
 * the next one goes on from what that left, as far as {@link VolumeHistory} allows it; some with a clean close.
 *
 * <p>{@code -Dlivededup.test.seed=…} repeats a run. The slow run takes {@code -Dlivededup.test.operations=…} operations a
 * configuration, or {@code -Dlivededup.test.seconds=…} seconds.
 */
class LiveVolumeTest {
    private static final int OPERATIONS = 2_500;
    private static final long SLOW_OPERATIONS = Long.getLong("livededup.test.operations", 300_000);
    private static final int SLOW_SECONDS = Integer.getInteger("livededup.test.seconds", 3_600);
    private static final int PHASE = 250;
    private static final int MIB = 1 << 20;

    /** Many blocks that come once, so that groups fill and die. */
    private static final Scale FRESH = new Scale(8, 60, 40, 3, 5, true, 1);
    /** More than the limited volume holds. */
    private static final Scale LARGE = new Scale(14, 40, 20, 2, 5, true, 1);

    @TempDir
    Path temporary;

    /** A way to have volumes, and how large things get in it. */
    private record Run(Configuration configuration, Scale scale) {
        @Override
        public String toString() {
            return configuration.name();
        }
    }

    static Stream<Run> runs() {
        return Stream.of(
                run("memory", FRESH, new MemoryProvider(), small()),
                run(
                        "chronicle-no-write-buffer",
                        FRESH,
                        small().indexBackend(IndexBackend.CHRONICLE_MAP).writeBufferBytes(0)),
                run(
                        "XXH3-64K-tiny-write-buffer",
                        FRESH,
                        new MemoryProvider(),
                        small().blockSizeBytes(64 << 10)
                                .fingerprint(FingerprintAlgorithm.XXH3_128)
                                .writeBufferBytes(MIB)),
                run(
                        "raw-8K-every-call",
                        FRESH,
                        small().indexBackend(IndexBackend.BUILT_IN)
                                .blockSizeBytes(8 << 10)
                                .compression(Compression.NONE)
                                .durability(Durability.EVERY_CALL)),
                run(
                        "raw-32K-gets-full",
                        LARGE,
                        new MemoryProvider(),
                        small().blockSizeBytes(32 << 10)
                                .compression(Compression.NONE)
                                .maxPhysicalBytes(18L * MIB)));
    }

    private static Run run(String name, Scale scale, VolumeOptions.Builder options) {
        return run(name, scale, Configuration.engineProvider(), options);
    }

    private static Run run(String name, Scale scale, VolumeProvider provider, VolumeOptions.Builder options) {
        return new Run(new Configuration(name, provider, options.build()), scale);
    }

    /** Nothing may be written while the files are copied, so nothing is by itself. */
    private static VolumeOptions.Builder small() {
        return VolumeOptions.builder()
                .groupSizeBytes(MIB)
                .maxPhysicalBytes(256L * MIB)
                .durability(Durability.EXPLICIT)
                .backgroundCompaction(BackgroundCompaction.OFF);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void doesAsTheModelDoesWhateverHappens(Run run) throws IOException {
        perform(run, OPERATIONS, Long.MAX_VALUE);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void doesAsTheModelDoesForVeryLong(Run run) throws IOException {
        perform(run, SLOW_OPERATIONS, System.nanoTime() + SLOW_SECONDS * 1_000_000_000L);
    }

    private void perform(Run run, long operations, long endNanos) throws IOException {
        long seed = Seeds.seed();
        long started = System.nanoTime();
        long done = 0;
        int phase = 0;
        try (TwinVolume twins = new TwinVolume(run.configuration(), temporary)) {
            RandomOperations random = new RandomOperations(twins, seed, run.scale());
            twins.history = new VolumeHistory(twins.blockSize);
            twins.real.commit();
            twins.did(VolumeHistory.Effect.COMMITTED, null);
            while (done < operations && (endNanos == Long.MAX_VALUE || System.nanoTime() < endNanos)) {
                for (long end = Math.min(operations, done + PHASE); done < end; done++) {
                    random.step();
                }
                endPhase(twins, phase++);
            }
            twins.compareEverything();
            twins.verify(VerifyLevel.FINGERPRINTS);
            double seconds = (System.nanoTime() - started) / 1e9;
            System.out.printf(
                    "%s, seed %d: %d operations, %d refused, %d phases, %d groups rewritten or freed, %.1f s%n",
                    run, seed, done, random.refusals(), phase, random.compacted(), seconds);
            if (done >= OPERATIONS) {
                assertThat(random.kindsDone()).as("kinds of operations").isEqualTo(RandomOperations.KINDS);
                assertThat(random.refusals() > 0)
                        .as("it got full")
                        .isEqualTo(run.scale().equals(LARGE));
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(
                    run + ", -Dlivededup.test.seed=" + seed + ", operation " + done + ": " + e.getMessage(), e);
        }
    }

    private static void endPhase(TwinVolume twins, int phase) throws IOException {
        twins.verify(phase % 3 == 0 ? VerifyLevel.CHECKSUMS : VerifyLevel.METADATA);
        switch (phase % 4) {
            case 0, 2 -> twins.crash();
            case 1 -> twins.reopen();
            default -> {
                // It goes on as it is.
            }
        }
        twins.compareEverything();
        if (phase % 7 == 0) {
            twins.verify(VerifyLevel.FINGERPRINTS);
        }
        if (twins.history != null) {
            twins.history.forgetBeforeCommit();
        }
    }
}
