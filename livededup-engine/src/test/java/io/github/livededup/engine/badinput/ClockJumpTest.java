package io.github.livededup.engine.badinput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.livededup.BackgroundCompaction;
import io.github.livededup.CompactionOptions;
import io.github.livededup.Image;
import io.github.livededup.LiveDedup;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.engine.contract.EngineCase;
import io.github.livededup.engine.contract.TestData;
import io.github.livededup.engine.util.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Year;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The system's clock jumps by decades while a volume is written to, back before 1970 too: nothing hangs, no time is refused when it
 * is read again. The clock is that of a JVM under libfaketime; skipped where that is not installed.
 */
class ClockJumpTest extends EngineCase {
    /** From now; the third lies before 1970. */
    private static final List<String> JUMPS = List.of("+0d", "+10000d", "-30000d", "+30000d", "-1d", "+0d");

    private static Path library() throws IOException {
        try (Stream<Path> found =
                Files.find(Path.of("/usr/lib"), 3, (path, attributes) -> path.endsWith("libfaketimeMT.so.1"))) {
            return found.findFirst().orElse(null);
        }
    }

    @Test
    void doesNotMatter() throws Exception {
        Path library = library();
        assumeThat(library)
                .as("libfaketime (package faketime) is not installed")
                .isNotNull();
        Path clock = Files.writeString(temporary.resolve("clock"), JUMPS.get(0));
        String output = ChildJvm.run(
                Map.of(
                        "LD_PRELOAD",
                        library.toString(),
                        "FAKETIME_TIMESTAMP_FILE",
                        clock.toString(),
                        "FAKETIME_NO_CACHE",
                        "1",
                        "DONT_FAKE_MONOTONIC",
                        "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1"),
                Child.class,
                directory.toString(),
                clock.toString());
        assertThat(output).endsWith("exit=0");
        assertThat(output.lines().filter(line -> line.startsWith("year ")).distinct())
                .as("the clock did jump")
                .hasSizeGreaterThan(2);
        try (Volume volume = LiveDedup.open(directory, OPTIONS)) {
            assertThat(volume.images().list()).hasSize(JUMPS.size());
            for (int i = 0; i < JUMPS.size(); i++) {
                assertThat(readImage(volume, "image-" + i)).isEqualTo(TestData.distinctBlocks(BLOCK, 1000L * i, 300));
            }
            assertUsable(volume);
        }
    }

    /** Writes, commits in the background, compacts, verifies and opens again, at each time. */
    static final class Child {
        private static final VolumeOptions EAGER = OPTIONS.toBuilder()
                .commitInterval(Duration.ofMillis(10))
                .backgroundCompaction(BackgroundCompaction.defaults())
                .build();

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            Path clock = Path.of(arguments[1]);
            LiveDedup.create(directory, EAGER).close();
            for (int i = 0; i < JUMPS.size(); i++) {
                try (Volume volume = LiveDedup.open(directory, EAGER)) {
                    Files.writeString(clock, JUMPS.get(i)); // with the volume open
                    System.out.println("year " + Year.now());
                    byte[] bytes = TestData.distinctBlocks(BLOCK, 1000L * i, 300);
                    try (Image image = volume.images().create("image-" + i, bytes.length)) {
                        image.write(ByteBuffer.wrap(bytes), 0);
                        image.flush();
                    }
                    volume.images().snapshot("image-" + i, "snapshot");
                    volume.images().delete("snapshot");
                    volume.compact(CompactionOptions.defaults());
                    if (!volume.verify(
                                    VerifyOptions.of(VerifyLevel.FINGERPRINTS).withMaxDuration(Duration.ofMinutes(5)))
                            .isClean()) {
                        throw new IllegalStateException("problems");
                    }
                }
            }
        }
    }
}
