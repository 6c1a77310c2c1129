package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.engine.badinput.Specimen.Outcome;
import io.github.livededup.engine.contract.FileTree;
import io.github.livededup.engine.util.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits flipped at random: never wrong bytes, never an error of another kind. */
@TestInstance(Lifecycle.PER_CLASS)
class FlippedBitsTest {
    private static final int FLIPS = Integer.getInteger("livededup.test.flips", 25);

    private final long seed = Seeds.seed();
    private Specimen specimen;

    @BeforeAll
    void makeSpecimen(@TempDir Path folder) throws IOException {
        specimen = new Specimen(folder);
    }

    /** The journal's last commit is lost with its mark, which looks like one that was never finished. */
    @ParameterizedTest
    @ValueSource(strings = {"superblock", "metadata.dat", "blocks.dat", "journal/000000.log"})
    void areNoticedOrHarmless(String file, @TempDir Path folder) throws IOException {
        flipEverywhere(file, specimen.closed, folder, EnumSet.of(Outcome.EARLIER));
        boolean isJournal = file.startsWith("journal");
        flipEverywhere(
                file,
                specimen.crashed,
                folder,
                isJournal ? EnumSet.noneOf(Outcome.class) : EnumSet.of(Outcome.EARLIER));
    }

    private void flipEverywhere(String name, Path original, Path folder, Set<Outcome> forbidden) throws IOException {
        Random random = new Random(seed);
        Path copy = folder.resolve("volume-" + original.getFileName());
        FileTree.copy(original, copy);
        Path file = copy.resolve(name);
        byte[] before = Files.readAllBytes(file);
        Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
        for (int i = 0; i < FLIPS; i++) {
            long position = anyUsedPosition(before, random);
            int bits = 1 << random.nextInt(8);
            Damage.flip(file, position, bits);
            String what = "%s of the %s volume, byte %d, bits %02x, seed %d"
                    .formatted(name, original.getFileName(), position, bits, seed);
            try {
                Outcome outcome = specimen.examine(copy);
                assertThat(outcome).as(what).isNotIn(forbidden);
                outcomes.add(outcome);
            } catch (IOException | RuntimeException e) {
                throw new AssertionError(what, e);
            }
            // Opening may have written: start afresh.
            FileTree.delete(copy);
            FileTree.copy(original, copy);
        }
        if (name.equals("blocks.dat")) {
            assertThat(outcomes).contains(Outcome.REPORTED);
        }
    }

    /** A place that is not in a long run of zeros, where nothing is. */
    private static long anyUsedPosition(byte[] bytes, Random random) {
        int position = random.nextInt(bytes.length);
        for (int tries = 0; tries < 1000 && bytes[position] == 0; tries++) {
            position = random.nextInt(bytes.length);
        }
        return position;
    }
}
