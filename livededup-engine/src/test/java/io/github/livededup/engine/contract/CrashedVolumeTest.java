package io.github.livededup.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Durability;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations with the volume's files copied in between, as they are while it is open: what a kill would leave. After
 * a commit everything must be in the copy; before one, the copy must be consistent
 * (and complete where every call is durable).
 */
class CrashedVolumeTest {
    private static final int CRASHES = Integer.getInteger("livededup.test.crashes", 6);
    private static final int OPERATIONS_BETWEEN = 60;

    @TempDir
    Path temporary;

    static Stream<Configuration> engines() {
        return Configuration.engines().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    void isRecoveredToItsLastCommit(Configuration configuration) throws IOException {
        long seed = Seeds.seed();
        boolean isAlwaysDurable = configuration.options().durability() == Durability.EVERY_CALL;
        int crash = 0;
        try (TwinVolume twins = new TwinVolume(configuration, temporary)) {
            RandomOperations random = new RandomOperations(twins, seed);
            for (; crash < CRASHES; crash++) {
                for (int i = 0; i < OPERATIONS_BETWEEN; i++) {
                    random.step();
                }
                twins.examineCrash(temporary.resolve("uncommitted"), isAlwaysDurable);
                twins.real.commit();
                twins.examineCrash(temporary.resolve("committed"), true);
            }
            twins.compareEverything();
            assertThat(twins.real.isOpen()).isTrue();
        } catch (IOException | RuntimeException | AssertionError e) {
            throw new AssertionError(configuration + ", seed " + seed + ", crash " + crash + ": " + e.getMessage(), e);
        }
    }
}
