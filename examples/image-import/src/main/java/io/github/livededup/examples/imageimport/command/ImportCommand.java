package io.github.livededup.examples.imageimport.command;

import io.github.livededup.RewritePolicy;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import io.github.livededup.examples.imageimport.console.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports files as images, several at the same time, and creates the volume if it is not there. */
@Command(
        name = "import",
        description = "Import files as images; creates the volume if it is not there.",
        footer = {"", "FILE may be - for the standard input; --name is needed then."})
final class ImportCommand implements Callable<Integer> {
    /** More at the same time than this takes memory and gains nothing: each import uses all cores by itself. */
    private static final int MAX_DEFAULT_JOBS = 4;

    private static final int MAX_JOBS = 64;

    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Image files.")
    private List<Path> files = List.of();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The image's name, for a single FILE; default the file's name without extension.")
    private @Nullable String name;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            description = "Images imported at the same time; default the number of cores, 4 at most.")
    private int jobs = Math.min(MAX_DEFAULT_JOBS, Runtime.getRuntime().availableProcessors());

    @Option(
            names = "--rewrite",
            paramLabel = "POLICY",
            converter = RewriteConverter.class,
            description = "Which duplicates are stored anew, so that images lie together: never (default),"
                    + " newest:PREVIOUS[:SHARE] or run:BLOCKS.")
    private RewritePolicy rewrite = RewritePolicy.never();

    @Option(
            names = "--rewrite-max",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "The most blocks of an image stored anew; default 5%%.")
    private @Nullable Double rewriteMax;

    @Mixin
    private final VolumeSettings settings = new VolumeSettings();

    ImportCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        VolumeOptions options = settings.toOptions();
        if (jobs < 1 || jobs > MAX_JOBS) {
            throw new UsageException("--jobs: actual=" + jobs + " expected=1.." + MAX_JOBS);
        }
        RewritePolicy policy = rewriteMax == null ? rewrite : rewrite.withMaxShare(rewriteMax);
        List<ImportSource> sources = sources();
        boolean creates = isAbsentOrEmpty(directory);
        ImportReport report = null;
        try (Volume volume = creates
                ? cli.volumes().create(directory, options)
                : cli.volumes().open(directory, options)) {
            report = importAll(volume, sources, policy, creates);
        } finally {
            // Each image is committed by itself: should closing fail, what was imported is told all the same.
            if (report != null) {
                cli.output().result(report.lines(), report.toMap());
            }
        }
        return exitCode(report);
    }

    private ImportReport importAll(Volume volume, List<ImportSource> sources, RewritePolicy policy, boolean creates)
            throws IOException, InterruptedException {
        long started = System.nanoTime();
        List<ImportJob.Outcome> outcomes;
        try (ProgressDisplay display = ProgressDisplay.open(cli.output(), "import", ImportSource.totalBytes(sources))) {
            TransferOptions transfer = TransferOptions.defaults()
                    .withListener(display)
                    .withCancellation(cli.cancellation())
                    .withRewrite(policy);
            outcomes = new ImportJob(volume.images(), transfer, cli.interruption()).run(sources, jobs);
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
        return new ImportReport(directory, creates, outcomes, VolumeFigures.of(volume), elapsed);
    }

    private int exitCode(ImportReport report) {
        int code = ExitCode.OK;
        for (ImportJob.Outcome outcome : report.outcomes()) {
            if (outcome.failure() != null) {
                code = Cli.worse(code, cli.reportAndGoOn(outcome.failure()));
            }
        }
        if (report.volumeCreated() && report.imported().isEmpty()) {
            cli.output().note("nothing was imported; the new volume " + directory + " is left, valid and empty");
        }
        return code;
    }

    private List<ImportSource> sources() throws IOException {
        if (name != null && files.size() > 1) {
            throw new UsageException("--name: one FILE only, " + files.size() + " given");
        }
        Set<String> names = new HashSet<>();
        List<ImportSource> sources = new ArrayList<>();
        for (Path file : files) {
            if (file.equals(ImportSource.STANDARD_INPUT) && name == null) {
                throw new UsageException("--name: needed when the image comes from the standard input");
            }
            String imageName = name == null ? ImageNames.of(file) : name;
            if (!names.add(imageName)) {
                throw new UsageException("two files would become image '" + imageName + "': import one with --name");
            }
            sources.add(ImportSource.of(file, imageName));
        }
        return sources;
    }

    private static boolean isAbsentOrEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return !Files.exists(directory);
        }
        try (var entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
