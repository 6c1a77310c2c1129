package io.github.livededup.examples.nbdserver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.livededup.examples.nbdserver.protocol.Command;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What is counted, and under which names. */
class MetricsTest {
    @Test
    void connectionsAndRequestsAreCounted() {
        Metrics metrics = new Metrics();
        metrics.connectionAccepted();
        metrics.request(Command.READ, 100, 2000, false);
        metrics.request(Command.READ, 50, 2000, true);
        metrics.request(Command.DISCONNECT, 0, 0, false);

        assertThat(metrics.toMap()).containsOnlyKeys("uptimeSeconds", "connections", "requests");
        assertThat(metrics.toMap().get("connections"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("accepted", 1L)
                .containsEntry("open", 1L);
        Map<?, ?> requests = (Map<?, ?>) metrics.toMap().get("requests");
        assertThat(requests.containsKey("write_zeroes")).isTrue();
        assertThat(requests.containsKey("disconnect")).isFalse();
        assertThat(requests.get("read"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("requests", 2L)
                .containsEntry("errors", 1L)
                .containsEntry("bytes", 100L)
                .containsEntry("meanMicros", 2.0);
    }
}
