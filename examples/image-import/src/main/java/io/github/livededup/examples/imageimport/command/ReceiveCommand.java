package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ImportResult;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an image from a stream of send. */
@Command(
        name = "receive",
        description = "Make an image from a stream that send wrote.",
        footer = {"", "FILE may be - for the standard input."})
final class ReceiveCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "IMAGE", description = "The new image's name.")
    private String image = "";

    @Parameters(index = "2", paramLabel = "FILE", description = "The stream.")
    private Path file = Path.of("");

    @Option(
            names = "--base",
            paramLabel = "NAME",
            description = "The base that the stream was made with, by its name here.")
    private @Nullable String base;

    ReceiveCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        ImportSource source = ImportSource.of(file, image);
        ImportResult result;
        int blockSizeBytes;
        try (Volume volume = cli.open(directory);
                ProgressDisplay display = ProgressDisplay.open(cli.output(), "receive", -1)) {
            blockSizeBytes = volume.blockSizeBytes();
            TransferOptions options =
                    TransferOptions.defaults().withListener(display).withCancellation(cli.cancellation());
            result = InputChannels.read(
                    source, cli.interruption(), channel -> volume.images().importDelta(base, image, channel, options));
        }
        cli.output().result(List.of(line(result, blockSizeBytes)), toMap(result, blockSizeBytes));
        return ExitCode.OK;
    }

    private String line(ImportResult result, long blockSizeBytes) {
        return "received " + image + (base == null ? "" : " since " + base) + ": "
                + Sizes.format(result.logicalBytes()) + ", " + Sizes.format(result.newBlocks() * blockSizeBytes)
                + " new, " + Sizes.format(result.storedBytes()) + " stored in " + Sizes.time(result.elapsed());
    }

    private Map<String, @Nullable Object> toMap(ImportResult result, long blockSizeBytes) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("base", base);
        map.put("file", file.toString());
        map.putAll(ImportReport.resultMap(result, blockSizeBytes));
        return map;
    }
}
