package io.github.livededup.examples.serving.metrics;

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
import java.util.function.Supplier;

/** Replaces the metrics file every few seconds, and at the end. */
public final class MetricsWriter implements Closeable {
    private static final Logger LOG = System.getLogger(MetricsWriter.class.getName());

    private final MetricsFile file;
    private final Supplier<Map<String, Object>> figures;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "metrics");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Begins at once.
     *
     * @param path the file; its directory exists
     * @param intervalSeconds the time between two writes
     * @param figures numbers, texts and maps of them by name, asked for at each write
     * @return the writer, which writes a last time when it is closed
     * @throws IOException if the file cannot be written
     */
    public static MetricsWriter start(Path path, int intervalSeconds, Supplier<Map<String, Object>> figures)
            throws IOException {
        MetricsWriter writer = new MetricsWriter(path, figures);
        writer.write();
        Future<?> unused = writer.timer.scheduleWithFixedDelay(
                writer::writeQuietly, intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        return writer;
    }

    private MetricsWriter(Path path, Supplier<Map<String, Object>> figures) {
        file = new MetricsFile(path);
        this.figures = figures;
    }

    private void write() throws IOException {
        file.write(figures.get());
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
