package io.github.livededup.examples.fusemount.cli;

import io.github.livededup.examples.fusemount.fs.LiveFileSystem;
import io.github.livededup.examples.fusemount.metrics.Metrics;
import io.github.livededup.examples.fusemount.metrics.MetricsFile;
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
    private final Metrics metrics;
    private final LiveFileSystem files;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "fuse-metrics");
        thread.setDaemon(true);
        return thread;
    });

    /** Begins at once; fails if the file cannot be written. */
    static MetricsWriter start(Path path, int intervalSeconds, Metrics metrics, LiveFileSystem files)
            throws IOException {
        MetricsWriter writer = new MetricsWriter(path, metrics, files);
        writer.write();
        Future<?> unused = writer.timer.scheduleWithFixedDelay(
                writer::writeQuietly, intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        return writer;
    }

    private MetricsWriter(Path path, Metrics metrics, LiveFileSystem files) {
        file = new MetricsFile(path);
        this.metrics = metrics;
        this.files = files;
    }

    private void write() throws IOException {
        Map<String, Object> figures = metrics.toMap();
        figures.put("openFiles", (long) files.openHandles());
        file.write(figures);
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
