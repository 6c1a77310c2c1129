package io.github.livededup.examples.nbdserver.cli;

import io.github.livededup.examples.nbdserver.metrics.MetricsFile;
import io.github.livededup.examples.nbdserver.server.NbdServer;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Replaces the metrics file every few seconds, and at the end. */
final class MetricsWriter implements Closeable {
    private static final Logger LOG = System.getLogger(MetricsWriter.class.getName());

    private final MetricsFile file;
    private final NbdServer server;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nbd-metrics");
        thread.setDaemon(true);
        return thread;
    });

    /** Begins at once; fails if the file cannot be written. */
    static MetricsWriter start(Path path, int intervalSeconds, NbdServer server) throws IOException {
        MetricsWriter writer = new MetricsWriter(path, server);
        writer.write();
        Future<?> unused = writer.timer.scheduleWithFixedDelay(
                writer::writeQuietly, intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        return writer;
    }

    private MetricsWriter(Path path, NbdServer server) {
        file = new MetricsFile(path);
        this.server = server;
    }

    private void write() throws IOException {
        Map<String, Object> metrics = server.metrics().toMap();
        metrics.put("bytesInFlight", (long) server.bytesInFlight());
        file.write(metrics);
    }

    private void writeQuietly() {
        try {
            write();
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the metrics file cannot be written", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        writeQuietly();
    }
}
