package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.VerifyLevel;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on the engine and the model side by side, compared after every step.
 *
 * <p>A failure prints the seed: run it again with {@code -Dlivededup.test.seed=…}. The slow run takes {@code
 * -Dlivededup.test.operations=…} operations a configuration.
 */
class RandomVolumeTest {
    private static final int OPERATIONS = 3_000;
    private static final int SLOW_OPERATIONS = 100_000;
    private static final int VERIFY_EVERY = 500;

    @TempDir
    Path temporary;

    static Stream<Configuration> engines() {
        return Configuration.engines().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void doesAsTheModelDoes(Configuration configuration) throws IOException {
        run(configuration, OPERATIONS);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void doesAsTheModelDoesForLong(Configuration configuration) throws IOException {
        run(configuration, Integer.getInteger("livededup.test.operations", SLOW_OPERATIONS));
    }

    private void run(Configuration configuration, int operations) throws IOException {
        long seed = Seeds.seed();
        String run = configuration + ", seed " + seed;
        int done = 0;
        try (TwinVolume twins = new TwinVolume(configuration, temporary)) {
            RandomOperations random = new RandomOperations(twins, seed);
            for (; done < operations; done++) {
                random.step();
                if (done % VERIFY_EVERY == 0) {
                    twins.verify(VerifyLevel.METADATA);
                }
            }
            twins.compareEverything();
            twins.verify(VerifyLevel.FINGERPRINTS);
            twins.reopen();
            twins.compareEverything();
            assertThat(random.kindsDone()).as("kinds of operations").isEqualTo(RandomOperations.KINDS);
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(run + ", operation " + done + ": " + e.getMessage(), e);
        }
    }
}
