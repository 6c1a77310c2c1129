package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.RandomOperations.Scale;
import io.github.livededup.engine.crashkit.PowerCuts;
import io.github.livededup.engine.crashkit.RecordedDirectory;
import io.github.livededup.engine.crashkit.model.ObservedVolume;
import io.github.livededup.engine.crashkit.model.VolumeHistory;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All changes of a volume's files are recorded while random operations go on, and a crash is made after each of them: the
 * process killed, and the power cut, with whatever luck left of what was not forced. Each time the volume must open, verify,
 * leak nothing, and hold what {@link VolumeHistory} allows.
 *
 * <p>{@code -Dlivededup.test.seed=…} repeats a run, {@code -Dlivededup.test.crashes=…} sets how many power cuts are made
 * at each point, {@code -Dlivededup.test.seconds=…} the time of the slow run.
 */
class CrashPointTest {
    private static final int OPERATIONS_BEFORE = 250;
    private static final int OPERATIONS = 60;
    private static final int POWER_CUTS = Integer.getInteger("livededup.test.crashes", 2);
    private static final int AGAIN_EVERY = 37;
    private static final int BATCH = 100;
    /** In the midst of a long write, one point of so many is taken. */
    private static final int WITHIN_ONE_IN = 10;

    private static final int SECONDS = Integer.getInteger("livededup.test.seconds", 120);
    private static final Scale SCALE = new Scale(5, 12, 10, 2, 7, false, 3);

    /** Kept, so that its level is. */
    private static final Logger RECOVERIES = Logger.getLogger("io.github.livededup.engine.VolumeOpener");

    @TempDir
    Path temporary;

    /** What a crash left, and the states between which it came. */
    private record Crash(int cut, MemoryDirectory files, int durable, int last, boolean isAgain) {}

    private final List<Crash> crashes = new ArrayList<>();
    private int states;

    @BeforeAll
    static void quiet() {
        RECOVERIES.setLevel(Level.WARNING);
    }

    @AfterAll
    static void loud() {
        RECOVERIES.setLevel(null);
    }

    static Stream<Configuration> engines() {
        return Stream.of(
                engine("explicit", small()),
                engine("no-write-buffer", small().writeBufferBytes(0)),
                engine("every-call", small().durability(Durability.EVERY_CALL)),
                // Groups of so few blocks that they are sealed, die and are compacted.
                engine(
                        "raw-XXH3-32K",
                        small().blockSizeBytes(32 << 10)
                                .compression(Compression.NONE)
                                .fingerprint(FingerprintAlgorithm.XXH3_128)));
    }

    private static Configuration engine(String name, VolumeOptions.Builder options) {
        return new Configuration(name, new MemoryProvider(), options.build());
    }

    private static VolumeOptions.Builder small() {
        return VolumeOptions.builder()
                .groupSizeBytes(1 << 20)
                .maxPhysicalBytes(128 << 20)
                .memoryBudgetBytes(VolumeOptions.MIN_MEMORY_BUDGET_BYTES)
                .durability(Durability.EXPLICIT)
                .backgroundCompaction(BackgroundCompaction.OFF)
                .workerThreads(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void anyCrashLeavesAStateThatWasPassed(Configuration configuration) throws IOException {
        run(configuration, Seeds.seed());
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void anyCrashLeavesAStateThatWasPassedForLong(Configuration configuration) throws IOException {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        long seed = Seeds.seed();
        while (System.nanoTime() < end) {
            // The directories of a run are its own.
            run(new Configuration(configuration.name(), new MemoryProvider(), configuration.options()), seed++);
        }
    }

    private void run(Configuration configuration, long seed) throws IOException {
        long started = System.nanoTime();
        states = 0;
        try (TwinVolume twins = new TwinVolume(configuration, temporary)) {
            RandomOperations operations = new RandomOperations(twins, seed, SCALE);
            for (int i = 0; i < OPERATIONS_BEFORE; i++) {
                operations.step();
            }
            RecordedDirectory recorded = twins.record();
            long compactedBefore = operations.compacted();
            for (int i = 0; i < OPERATIONS; i++) {
                operations.step();
            }
            VolumeHistory history = twins.history;
            twins.close();
            PowerCuts cuts = new PowerCuts(recorded);
            Random random = new Random(seed);
            for (int cut = 0; cut <= recorded.changes(); cut++) {
                if (recorded.isWithinWrite(cut) && random.nextInt(WITHIN_ONE_IN) > 0) {
                    continue;
                }
                cuts.advance(cut);
                addCrashes(cuts, history, random);
                if (crashes.size() >= BATCH || cut == recorded.changes()) {
                    examineAll(configuration, history);
                }
            }
            System.out.printf(
                    "%s, seed %d: %d states, %d changes, %d groups rewritten or freed meanwhile, %.1f s%n",
                    configuration,
                    seed,
                    states,
                    recorded.changes(),
                    operations.compacted() - compactedBefore,
                    (System.nanoTime() - started) / 1e9);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(configuration + ", -Dlivededup.test.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private void addCrashes(PowerCuts cuts, VolumeHistory history, Random random) throws IOException {
        add(cuts, cuts.everything(), history);
        if (cuts.pending() > 0) {
            add(cuts, cuts.nothingElse(), history);
            for (int i = 0; i < POWER_CUTS; i++) {
                add(cuts, cuts.any(random), history);
                int one = random.nextInt(cuts.pending());
                add(cuts, random.nextBoolean() ? cuts.allBut(one) : cuts.only(one), history);
            }
        }
    }

    private void add(PowerCuts cuts, MemoryDirectory state, VolumeHistory history) {
        int done = history.reachedBefore(cuts.at());
        int durable = history.durable(done);
        int last = Math.max(done, history.reachedAfter(cuts.at()));
        crashes.add(new Crash(cuts.at(), state, durable, last, ++states % AGAIN_EVERY == 0));
    }

    private void examineAll(Configuration configuration, VolumeHistory history) {
        Optional<AssertionError> failure = crashes.parallelStream()
                .map(crash -> examine(configuration, history, crash))
                .flatMap(Optional::stream)
                .findFirst();
        crashes.clear();
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static Optional<AssertionError> examine(Configuration configuration, VolumeHistory history, Crash crash) {
        try {
            open(configuration, history, crash, crash.isAgain ? VerifyLevel.FINGERPRINTS : VerifyLevel.METADATA);
            if (crash.isAgain) {
                // What was made of it stays.
                open(configuration, history, crash, VerifyLevel.METADATA);
            }
            return Optional.empty();
        } catch (IOException | RuntimeException | AssertionError e) {
            return Optional.of(new AssertionError("after change " + crash.cut + ": " + e.getMessage(), e));
        }
    }

    private static void open(Configuration configuration, VolumeHistory history, Crash crash, VerifyLevel level)
            throws IOException {
        try (Volume volume = MemoryProvider.open(crash.files, configuration.options())) {
            assertThat(volume.verify(VerifyOptions.of(level)).problems()).isEmpty();
            ObservedVolume observed = new ObservedVolume(volume, history.addresses(crash.durable, crash.last));
            observed.assertNothingLeaked();
            history.explain(observed, crash.durable, crash.last);
        }
    }
}
