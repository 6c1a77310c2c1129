package io.github.livededup.examples.fusemount.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the metrics go. */
final class MetricsOptions {
    @Option(names = "--metrics", paramLabel = "FILE", description = "Keep figures of calls in this file, as JSON.")
    @Nullable
    Path file;

    @Option(
            names = "--metrics-interval",
            paramLabel = "SECONDS",
            description = "How often the file is replaced; default 10. It also is when it stops.")
    int intervalSeconds = 10;
}
