package io.github.livededup.jmh.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakTest {
    private static final int SECONDS = 40;

    @TempDir
    private Path folder;

    /** In a JVM of its own, with a heap and an account of native memory of its own. */
    @Test
    @Tag("slow")
    void aShortRunPasses() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/smaps")), "needs Linux's /proc");
        Path output = folder.resolve("output");
        Path series = folder.resolve("series");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms160m",
                "-Xmx160m",
                "-XX:+AlwaysPreTouch",
                "-XX:NativeMemoryTracking=summary",
                "-cp",
                System.getProperty("java.class.path"),
                Soak.class.getName(),
                "--seconds",
                Integer.toString(SECONDS),
                "--folder",
                folder.toString(),
                "--series",
                series.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        assertThat(output)
                .content()
                .contains("SOAK PASSED", "imports", "reopenings", "scrubs", "deltas")
                .contains(Metric.NATIVE_WITHOUT_HEAP.label(), Metric.ENGINE_MEMORY.label(), "| Java Heap | 160.0")
                .contains(Metric.DISK_AFTER_COMPACTION.label());
        assertThat(Files.readAllLines(series))
                .hasSizeGreaterThan(10)
                .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(1 + Metric.values().length));
    }

    @Test
    void theCommandLineIsRead() {
        assertThat(SoakSettings.parse(
                        new String[] {"--minutes", "2", "--folder", "/x", "--budget-mib", "64", "--series", "/y"}))
                .isEqualTo(new SoakSettings(120, 64 << 20, Path.of("/x"), Path.of("/y")));
        assertThat(SoakSettings.parse(new String[] {"--seconds", "7"}).seconds())
                .isEqualTo(7);
        assertThatThrownBy(() -> SoakSettings.parse(new String[] {"--hours", "2"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--hours");
        assertThatThrownBy(() -> SoakSettings.parse(new String[] {"--seconds"}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aModelIsWhatItsFileIsAndNothingElse() throws IOException {
        ImageModel model = new ImageModel("a", false, new int[300]);
        model.fill(70, 200, 5);
        model.fill(0, 1, 900);
        model.clear(100, 70);
        Path file = folder.resolve("file");
        model.writeTo(file);
        assertThat(Files.size(file)).isEqualTo(300 * 4096);
        model.compareWith(file);
        model.copy("b", true).compareWith(file);
        for (int block : new int[] {0, 1, 99, 120, 299}) {
            ImageModel other = model.copy("c", false);
            other.fill(block, 1, 12_345);
            assertThatThrownBy(() -> other.compareWith(file))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("c: block " + block);
        }
        assertThatThrownBy(() -> new ImageModel("d", false, new int[299]).compareWith(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("size");
    }
}
