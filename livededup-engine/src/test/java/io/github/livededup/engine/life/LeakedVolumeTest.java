package io.github.livededup.engine.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.Durability;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.Volume;
import io.github.livededup.VolumeLockedException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Volumes that nobody closes: in a JVM of their own, as a crash of it is what must not happen. */
@Tag("slow")
class LeakedVolumeTest extends EngineCase {
    @Test
    void keepTheirLockOrGiveItBackWhole() throws Exception {
        String output = ChildJvm.run(Leak.class, withFlags(directory.toString(), "INTERVAL"));
        assertThat(output).contains("exit=0").containsPattern("second opener: (refused|a=1000 blocks, clean)");
        try (Volume volume = open()) {
            assertThat(readImage(volume, "a")).isEqualTo(TestData.distinctBlocks(BLOCK, 1, 1_000));
            assertUsable(volume);
        }
    }

    @Test
    void withoutACommitterTheirLockComesBack() throws Exception {
        String output = ChildJvm.run(Leak.class, withFlags(directory.toString(), "EXPLICIT"));
        assertThat(output).contains("exit=0").containsPattern("second opener: (refused|a=1000 blocks, clean)");
        try (Volume volume = open()) {
            assertThat(names(volume)).contains("a");
            assertClean(volume);
        }
    }

    private static String[] withFlags(String... arguments) {
        String flags = System.getProperty("livededup.test.jvmFlags", "").trim();
        return (flags + " " + String.join(" ", arguments)).trim().split("\\s+");
    }

    /** Leaks a volume with an image handle, collects garbage, and tries to open it again. */
    static final class Leak {
        public static void main(String[] arguments) throws Exception {
            VolumeOptions options = OPTIONS.toBuilder()
                    .durability(Durability.valueOf(arguments[1]))
                    .build();
            Path directory = Path.of(arguments[0]);
            Image handle = leak(directory, options);
            for (int i = 0; i < 30; i++) {
                System.gc();
                Thread.sleep(20);
            }
            System.out.println("second opener: " + openAgain(directory, options));
            // The first volume's handle may be of use no more, but must not bring the JVM down.
            try {
                System.out.println("handle: " + TestData.readAll(handle).length);
            } catch (IOException e) {
                System.out.println("handle: " + e);
            }
            System.exit(0);
        }

        private static Image leak(Path directory, VolumeOptions options) throws IOException {
            for (int i = 0; i < 10; i++) {
                Volume other = LiveDedup.create(directory.resolveSibling("other" + i), options);
                createImage(other, "a", TestData.distinctBlocks(BLOCK, 1, 300));
            }
            Volume volume = LiveDedup.create(directory, options);
            createImage(volume, "a", TestData.distinctBlocks(BLOCK, 1, 1_000));
            volume.commit();
            createImage(LiveDedup.create(directory.resolveSibling("another"), options), "a", new byte[BLOCK]);
            return volume.images().open("a");
        }

        private static String openAgain(Path directory, VolumeOptions options) throws IOException {
            try (Volume volume = LiveDedup.open(directory, options)) {
                assertClean(volume);
                return "a=" + readImage(volume, "a").length / BLOCK + " blocks, clean";
            } catch (VolumeLockedException e) {
                return "refused";
            }
        }
    }
}
