package io.github.livededup.examples.serving.cli;

import io.github.livededup.examples.serving.metrics.MetricsWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the metrics go. */
public final class MetricsOptions {
    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "Keep figures of what is served in this file, as JSON.")
    private @Nullable Path file;

    @Option(
            names = "--metrics-interval",
            paramLabel = "SECONDS",
            description = "How often the file is replaced; default 10. It also is when the program stops.")
    private int intervalSeconds = 10;

    /** Options of which none is given: no metrics are kept. */
    public MetricsOptions() {}

    /**
     * Looks at the options before anything is done.
     *
     * @throws UsageException if they make no sense
     */
    public void check() {
        if (intervalSeconds < 1) {
            throw new UsageException("--metrics-interval: actual=" + intervalSeconds + " expected=1 or more");
        }
    }

    /**
     * Begins to keep the file, if one is wanted.
     *
     * @param figures asked for each time that the file is replaced
     * @return replaces the file a last time when it is closed
     * @throws IOException if the file cannot be written
     */
    public Closeable start(Supplier<Map<String, Object>> figures) throws IOException {
        return file == null ? () -> {} : MetricsWriter.start(file, intervalSeconds, figures);
    }
}
