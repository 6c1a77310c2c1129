package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ProgressListener;
import io.github.livededup.TransferOptions;
import io.github.livededup.VerifyLevel;
import io.github.livededup.VerifyOptions;
import io.github.livededup.VerifyReport;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import io.github.livededup.examples.imageimport.demo.FileComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The demonstration itself: import, close, open again, export, compare, verify. */
final class DemoRun {
    private static final int MAX_JOBS = 4;

    private final Cli cli;
    private final Path place;
    private final Path directory;
    private final VolumeOptions options;
    private final FileComparison comparison = new FileComparison();

    DemoRun(Cli cli, Path place, VolumeOptions options) {
        this.cli = cli;
        this.place = place;
        directory = place.resolve("volume");
        this.options = options;
    }

    DemoReport run(List<Path> images) throws IOException, InterruptedException {
        List<ImportSource> sources = new ArrayList<>();
        for (Path image : images) {
            sources.add(ImportSource.of(image, ImageNames.of(image)));
        }
        VolumeFigures figures = importAll(sources);
        List<DemoReport.Comparison> comparisons = new ArrayList<>();
        VerifyReport verified;
        try (Volume volume = cli.openReadOnly(directory)) {
            for (ImportSource source : sources) {
                comparisons.add(exportAndCompare(volume, source));
            }
            verified = verify(volume);
        }
        return new DemoReport(comparisons, figures, verified);
    }

    private VolumeFigures importAll(List<ImportSource> sources) throws IOException, InterruptedException {
        ImportReport report;
        try (Volume volume = cli.volumes().create(directory, options);
                ProgressDisplay display =
                        ProgressDisplay.open(cli.output(), "import", ImportSource.totalBytes(sources))) {
            TransferOptions transfer = new TransferOptions(display, cli.cancellation(), false);
            long started = System.nanoTime();
            int jobs = Math.min(MAX_JOBS, Runtime.getRuntime().availableProcessors());
            List<ImportJob.Outcome> outcomes =
                    new ImportJob(volume.images(), transfer, cli.interruption()).run(sources, jobs);
            requireImported(outcomes);
            Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
            report = new ImportReport(directory, true, outcomes, VolumeFigures.of(volume), elapsed);
        }
        report.lines().forEach(cli.output()::line);
        return report.figures();
    }

    private static void requireImported(List<ImportJob.Outcome> outcomes) throws IOException {
        for (ImportJob.Outcome outcome : outcomes) {
            if (outcome.failure() != null) {
                throw new IOException(outcome.failure().getMessage(), outcome.failure());
            }
        }
    }

    private DemoReport.Comparison exportAndCompare(Volume volume, ImportSource source) throws IOException {
        Path exported = place.resolve(source.name() + "-exported.raw");
        TransferOptions transfer = new TransferOptions(ProgressListener.NONE, cli.cancellation(), false);
        volume.images().exportFile(source.name(), exported, transfer);
        long difference = comparison.firstDifference(source.file(), exported);
        cli.output()
                .line("exported " + source.name() + ": "
                        + (difference < 0 ? "identical" : "DIFFERS at byte " + difference));
        if (difference < 0) {
            Files.delete(exported);
        }
        return new DemoReport.Comparison(source.name(), source.sizeBytes(), difference);
    }

    private VerifyReport verify(Volume volume) throws IOException {
        try (ProgressDisplay display = ProgressDisplay.open(cli.output(), "verify", -1)) {
            VerifyOptions deepest = new VerifyOptions(VerifyLevel.FINGERPRINTS, display, cli.cancellation());
            return volume.verify(deepest);
        }
    }
}
