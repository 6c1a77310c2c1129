package io.github.livededup.examples.imageimport.command;

import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a volume, all at once or in pieces; exits with 3 if damage is found. */
@Command(name = "verify", description = "Check a volume; exits with 3 if damage is found.")
final class VerifyCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "How deep: structure, metadata, checksums (default) or fingerprints.")
    private VerifyLevel level = VerifyLevel.CHECKSUMS;

    @Option(names = "--threads", paramLabel = "N", description = "Read blocks by so many threads; default one a core.")
    private int threads;

    @Option(
            names = "--rate",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most bytes of blocks read a second; default unlimited.")
    private @Nullable Long rate;

    @Option(
            names = "--max-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Stop reading blocks after this time, such as 90s, 10m, 2h; default never.")
    private @Nullable Duration maxTime;

    @Option(
            names = "--cursor-file",
            paramLabel = "FILE",
            description = "Keep in this file where a run stopped, and go on there; it is removed at the end.")
    private @Nullable Path cursorFile;

    @Option(
            names = "--remember",
            description = "Open the volume for writing and note when each block group was checked;"
                    + " such a run begins with what was checked longest ago.")
    private boolean remember;

    VerifyCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        CursorFile kept = cursorFile == null ? null : new CursorFile(cursorFile);
        VerifyOptions options = options(kept == null ? Optional.empty() : kept.read());
        VerifyReport report;
        try (Volume volume = remember ? cli.open(directory) : cli.openReadOnly(directory);
                ProgressDisplay display = ProgressDisplay.open(cli.output(), "verify", -1)) {
            report = volume.verify(options.withListener(display));
        }
        if (kept != null) {
            kept.write(report.cursor());
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.putAll(VerifyFigures.toMap(report));
        cli.output().result(VerifyFigures.lines(report), map);
        return report.isClean() ? ExitCode.OK : ExitCode.DAMAGED;
    }

    private VerifyOptions options(Optional<String> cursor) {
        VerifyOptions options =
                VerifyOptions.of(level).withCancellation(cli.cancellation()).withThreads(threads);
        if (rate != null) {
            options = options.withBytesPerSecond(rate);
        }
        if (maxTime != null) {
            options = options.withMaxDuration(maxTime);
        }
        return cursor.isEmpty() ? options : options.withCursor(cursor.get());
    }
}
