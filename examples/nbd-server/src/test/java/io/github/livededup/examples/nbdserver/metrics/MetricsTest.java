package io.github.livededup.examples.nbdserver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.nbdserver.protocol.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted, and how it is told. */
class MetricsTest {
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
    void theFileHoldsOneObjectAndIsReplaced(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("metrics.json");
        Metrics metrics = new Metrics();
        MetricsFile writer = new MetricsFile(file);
        writer.write(metrics.toMap());
        metrics.connectionAccepted();
        metrics.request(Command.READ, 100, 2000, false);
        metrics.request(Command.READ, 50, 2000, true);
        metrics.request(Command.DISCONNECT, 0, 0, false);

        writer.write(metrics.toMap());

        assertThat(Files.readString(file))
                .contains("\"accepted\" : 1", "\"open\" : 1", "\"requests\" : 2", "\"errors\" : 1", "\"bytes\" : 100")
                .contains("\"meanMicros\" : 2.0")
                .endsWith("}\n");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(((Map<?, ?>) metrics.toMap().get("requests")).containsKey("write_zeroes"))
                .isTrue();
    }
}
