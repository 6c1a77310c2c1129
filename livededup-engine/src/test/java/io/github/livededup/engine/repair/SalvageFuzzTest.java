package io.github.livededup.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.CorruptionException;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.LiveDedupException;
import io.github.livededup.NotFoundException;
import io.github.livededup.SalvageOptions;
import io.github.livededup.SalvageReport;
import io.github.livededup.SalvageReport.LostRange;
import io.github.livededup.SalvageReport.SalvagedImage;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many places damaged at once, anywhere: what is salvaged is right, or it is refused. */
class SalvageFuzzTest extends SalvageCase {
    /** Many places at once, anywhere: every salvaged byte outside the lost ranges is right, or it is refused. */
    @ParameterizedTest
    @ValueSource(strings = {"closed", "crashed"})
    void anyDamage(String which, @TempDir Path folder) throws IOException {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        String[] names = {"superblock", "metadata.dat", "metadata.dat", "blocks.dat", "journal/000000.log"};
        int salvaged = 0;
        for (int round = 0; round < 12; round++) {
            volume = folder.resolve("volume-" + round);
            target = folder.resolve("target-" + round);
            use(which.equals("closed") ? closed : crashed);
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                Path damaged = file(names[random.nextInt(names.length)]);
                byte[] garbage = new byte[1 + random.nextInt(random.nextBoolean() ? 8 : 5_000)];
                random.nextBytes(garbage);
                long position = (long) (random.nextDouble() * Files.size(damaged));
                DamagedFiles.write(damaged, position, Arrays.copyOf(garbage, (int)
                        Math.min(garbage.length, Files.size(damaged) - position)));
            }
            try {
                assertOnlyRightBytes(which, "seed " + seed + " round " + round);
                salvaged++;
            } catch (LiveDedupException refused) {
                assertThat(refused)
                        .as("seed %d", seed)
                        .isInstanceOfAny(CorruptionException.class, NotFoundException.class);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + round, e);
            }
            FileTree.delete(volume);
        }
        assertThat(salvaged).as("seed %d", seed).isPositive();
    }

    private void assertOnlyRightBytes(String which, String what) throws IOException {
        SalvageReport report = LiveDedup.salvage(volume, target, SalvageOptions.defaults());
        try (Volume fresh = LiveDedup.open(target, VolumeOptions.builder().build())) {
            for (SalvagedImage image : report.images()) {
                byte[] expected = contents.get(image.name());
                // With the newest checkpoint or changes in the journal lost, an image may be an earlier one. A problem
                // says so, unless it is the very last commit, which looks like one that was never finished.
                boolean mayBeEarlier = report.problemCount() > 0 || which.equals("crashed");
                if (expected == null || (mayBeEarlier && image.sizeBytes() != expected.length)) {
                    assertThat(mayBeEarlier || image.name().equals("sparse"))
                            .as(what)
                            .isTrue();
                    continue;
                }
                byte[] actual;
                try (Image opened = fresh.images().openReadOnly(image.newName())) {
                    actual = TestData.readAll(opened);
                }
                for (LostRange range : image.lostRanges()) {
                    int from = (int) range.offsetBytes();
                    int to = (int) (range.offsetBytes() + range.lengthBytes());
                    System.arraycopy(expected, from, actual, from, to - from);
                }
                if (!mayBeEarlier || image.name().equals("a-then")) {
                    assertThat(Arrays.mismatch(actual, expected))
                            .as("%s of the %s volume, %s", image.name(), which, what)
                            .isEqualTo(-1);
                }
            }
            assertThat(fresh.verify(VerifyOptions.of(VerifyLevel.FINGERPRINTS)).isClean())
                    .isTrue();
        }
    }
}
