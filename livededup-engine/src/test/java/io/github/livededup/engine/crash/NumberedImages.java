package io.github.livededup.engine.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Image;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.MemoryProvider;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.crashkit.PowerCuts;
import io.github.livededup.engine.io.memory.MemoryDirectory;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Images whose names tell what they hold, and whether they are there in what a power cut left. */
final class NumberedImages {
    private final VolumeOptions options;
    /** What was examined already, with what was to be there. */
    private final Set<Long> examined = new HashSet<>();

    NumberedImages(VolumeOptions options) {
        this.options = options;
    }

    /** Creates an image of as many blocks, none of which another image has. */
    static String create(Volume volume, int first, int count) throws IOException {
        String name = first + "+" + count;
        CrashWorkloads.create(volume, name, CrashWorkloads.odd(first, count));
        return name;
    }

    static void assertThere(Volume volume, Collection<String> names, String what) throws IOException {
        for (String name : names) {
            String[] numbers = name.split("\\+");
            long[] seeds = CrashWorkloads.odd(Long.parseLong(numbers[0]), Integer.parseInt(numbers[1]));
            try (Image image = volume.images().openReadOnly(name)) {
                assertThat(TestData.readAll(image))
                        .as(what + ": image " + name)
                        .isEqualTo(TestData.blocks(volume.blockSizeBytes(), seeds));
            }
        }
    }

    /** Examines what a power cut leaves if all that was not forced is lost; and also, if asked for, if all or some of it is kept. */
    void assertSurvive(PowerCuts cuts, Collection<String> names, boolean more, String what) throws IOException {
        assertSurvive(cuts.nothingElse(), names, what + ", nothing else");
        if (more) {
            assertSurvive(cuts.everything(), names, what + ", everything");
            assertSurvive(cuts.any(new Random(cuts.at())), names, what + ", by chance");
        }
    }

    private void assertSurvive(MemoryDirectory state, Collection<String> names, String what) {
        if (!examined.add(state.digest() * 31 + names.hashCode())) {
            return;
        }
        try (Volume volume = MemoryProvider.open(state, options)) {
            assertThat(volume.verify(VerifyOptions.of(VerifyLevel.CHECKSUMS)).problems())
                    .as(what)
                    .isEmpty();
            assertThere(volume, names, what);
        } catch (IOException | RuntimeException e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    /** The states that differed. */
    int examined() {
        return examined.size();
    }
}
