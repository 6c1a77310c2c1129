package io.github.livededup.examples.nbdserver.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the metrics go. */
final class MetricsOptions {
    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "Keep figures of connections and requests in this file, as JSON.")
    @Nullable
    Path file;

    @Option(
            names = "--metrics-interval",
            paramLabel = "SECONDS",
            description = "How often the file is replaced; default 10. It also is when the server stops.")
    int intervalSeconds = 10;
}
