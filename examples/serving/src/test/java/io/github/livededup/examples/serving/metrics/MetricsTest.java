package io.github.livededup.examples.serving.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted, and how it is told. */
class MetricsTest {
    private static final int NEVER_SECONDS = 100_000;

    @TempDir
    Path directory;

    @Test
    void quantilesAreBoundsToWithinAFactorOfTwo() {
        LatencyHistogram histogram = new LatencyHistogram();
        assertThat(histogram.quantileMicros(0.5)).isZero();
        for (int i = 1; i <= 100; i++) {
            histogram.record(i * 1_000_000L);
        }
        assertThat(histogram.quantileMicros(0.5)).isBetween(50_000.0, 100_000.0);
        assertThat(histogram.quantileMicros(0.01)).isBetween(1_000.0, 2_000.0);
        assertThat(histogram.quantileMicros(1)).isEqualTo(100_000.0);
        assertThat(histogram.meanMicros(100)).isEqualTo(50_500.0);
        histogram.record(0);
        assertThat(histogram.maxMicros()).isEqualTo(100_000.0);
    }

    @Test
    void theFileHoldsOneObjectAndIsReplaced() throws IOException {
        Path file = directory.resolve("metrics.json");
        OperationMetrics metrics = new OperationMetrics();
        MetricsFile writer = new MetricsFile(file);
        Map<String, Object> figures = new LinkedHashMap<>();
        writer.write(figures);
        metrics.record(100, 2000, false);
        metrics.record(50, 2000, true);
        figures.put("read", metrics.toMap());

        writer.write(figures);

        assertThat(Files.readString(file))
                .contains("\"requests\" : 2", "\"errors\" : 1", "\"bytes\" : 100", "\"meanMicros\" : 2.0")
                .endsWith("}\n");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theFileIsWrittenAtTheStartAndAtTheEnd() throws IOException {
        Path file = directory.resolve("metrics.json");
        AtomicLong asked = new AtomicLong();
        try (MetricsWriter writer =
                MetricsWriter.start(file, NEVER_SECONDS, () -> Map.of("asked", asked.incrementAndGet()))) {
            assertThat(Files.readString(file)).contains("\"asked\" : 1");
        }
        assertThat(Files.readString(file)).contains("\"asked\" : 2");
    }

    @Test
    void aFileThatCannotBeWrittenIsAFailureAtTheStart() {
        Path file = directory.resolve("nothing").resolve("metrics.json");
        assertThatThrownBy(() -> MetricsWriter.start(file, NEVER_SECONDS, Map::of))
                .isInstanceOf(IOException.class);
    }
}
