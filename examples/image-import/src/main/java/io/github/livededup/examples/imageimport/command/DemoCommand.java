package io.github.livededup.examples.imageimport.command;

import io.github.livededup.SourceException;
import io.github.livededup.VolumeOptions;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Output;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.UsageException;
import io.github.livededup.examples.imageimport.demo.DemoImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes real images of the JDK and the local Maven repository, imports them, exports them and compares. */
@Command(
        name = "demo",
        description =
                "Make images of the JDK's and the local Maven repository's files (two versions each), import them,"
                        + " tell what was saved, export them and compare them byte by byte.")
final class DemoCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            description = "Where images and volume go and stay: absent or empty. Without it, a temporary directory that"
                    + " is deleted at the end.")
    private @Nullable Path directory;

    @Option(
            names = "--limit",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "The most bytes of files in an image; default 512M.")
    private long limit = 512L << 20;

    @Option(
            names = "--maven-repo",
            paramLabel = "DIR",
            description = "The local Maven repository; default -Dmaven.repo.local, else ~/.m2/repository.")
    private Path repository = DemoImages.localRepository();

    @Mixin
    private final VolumeSettings settings = new VolumeSettings();

    DemoCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        VolumeOptions options = settings.toOptions();
        if (limit < 1) {
            throw new UsageException("--limit: actual=" + limit + " expected=at least 1");
        }
        if (directory != null) {
            Files.createDirectories(directory);
            requireEmpty(directory);
            return run(directory, options);
        }
        Path temporary = Files.createTempDirectory("livededup-demo");
        try {
            return run(temporary, options);
        } finally {
            delete(temporary);
        }
    }

    private int run(Path place, VolumeOptions options) throws IOException, InterruptedException {
        List<Path> images = makeImages(Files.createDirectory(place.resolve("images")));
        if (images.isEmpty()) {
            throw new SourceException(System.getProperty("java.home"), "no files to make images of");
        }
        DemoReport report = new DemoRun(cli, place, options).run(images);
        Output output = cli.output();
        output.result(report.lines(), report.toMap());
        if (directory != null) {
            output.note("images and volume are kept in " + directory);
        }
        return report.isGood() ? ExitCode.OK : ExitCode.DAMAGED;
    }

    private List<Path> makeImages(Path target) throws IOException {
        Consumer<Path> log = image -> cli.output().line("made " + image.getFileName() + ": " + sizeOf(image));
        DemoImages maker = new DemoImages(limit, cli.cancellation()::isCancelled);
        List<Path> images = new ArrayList<>(maker.make("jdk", Path.of(System.getProperty("java.home")), target, log));
        List<Path> repositoryImages = maker.make("maven", repository, target, log);
        if (repositoryImages.isEmpty()) {
            cli.output().note("no local Maven repository at " + repository + ": images of the JDK only");
        }
        images.addAll(repositoryImages);
        return images;
    }

    private static String sizeOf(Path image) {
        try {
            return Sizes.format(Files.size(image));
        } catch (IOException e) {
            return "size unknown";
        }
    }

    private static void requireEmpty(Path place) throws IOException {
        try (Stream<Path> entries = Files.list(place)) {
            if (entries.findAny().isPresent()) {
                throw new UsageException(place + ": not empty; name a directory that is absent or empty");
            }
        }
    }

    private static void delete(Path tree) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(tree)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
