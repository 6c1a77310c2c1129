package io.github.livededup.engine.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.LiveDedup;
import io.github.livededup.VolumeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes killed while they recover what the one before left, and processes without memory. {@code
 * -Dlivededup.kill.rounds} sets the rounds.
 */
@Tag("kill")
class RecoveryKillTest {
    private static final int ROUNDS = Integer.getInteger("livededup.kill.rounds", 3);
    private static final long SEED = Long.getLong("livededup.kill.seed", System.nanoTime());

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);

    private FillModel create() throws Exception {
        Path directory = folder.resolve("volume");
        LiveDedup.create(
                        directory,
                        VolumeOptions.builder()
                                .groupSizeBytes(1 << 20)
                                .maxPhysicalBytes(64 << 20)
                                .build())
                .close();
        return new FillModel(directory);
    }

    @Test
    void recoveryIsCutAndBegunAnew() throws Exception {
        FillModel model = create();
        for (int round = 0; round < ROUNDS; round++) {
            // One leaves much to recover; the next two are killed at it.
            int images = 5 + random.nextInt(20);
            int[] seen = {0};
            model.run(List.of("-Xmx256m"), 60, 1_000, line -> line.startsWith("HAVE") && ++seen[0] >= images);
            for (int i = 0; i < 2; i++) {
                int millis = random.nextInt(60);
                model.run(List.of("-Xmx256m"), 60, 1_000, line -> {
                    Thread.sleep(line.equals("OPENING") ? millis : 0);
                    return line.equals("OPENING");
                });
            }
            model.check("round " + round + ", -Dlivededup.kill.seed=" + SEED);
        }
        System.out.println("recovery kills: " + model);
        assertThat(model.images()).isPositive();
    }

    @Test
    void withoutMemoryNothingIsLost() throws Exception {
        FillModel model = create();
        for (String flag : List.of("-XX:MaxDirectMemorySize=1m", "-XX:MaxDirectMemorySize=4m", "-Xmx8m")) {
            int[] seen = {0};
            model.run(List.of(flag, "-XX:+UseSerialGC"), 30, 5, line -> line.startsWith("HAVE") && ++seen[0] >= 60);
            model.check(flag);
            System.out.println("with " + flag + ": " + model + " " + model.refused);
        }
        assertThat(model.memory + model.refused.size())
                .as("some child was out of memory: " + model)
                .isPositive();
    }
}
