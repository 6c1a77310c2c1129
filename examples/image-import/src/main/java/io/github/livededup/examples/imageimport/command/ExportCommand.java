package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ExportResult;
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

/** Writes an image to a file, sparse where it has holes. */
@Command(name = "export", description = "Write an image to a file, sparse where it has holes.")
final class ExportCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "NAME", description = "The image's name.")
    private String name = "";

    @Parameters(index = "2", paramLabel = "FILE", description = "The file to write.")
    private Path file = Path.of("");

    @Option(
            names = {"-f", "--force"},
            description = "Replace the file if it exists, or what is on a block device.")
    private boolean force;

    @Option(names = "--sync", description = "force the file to the disk before it is moved into place")
    private boolean sync;

    ExportCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        TargetFile.checkDevice(file, force);
        ExportResult result;
        try (Volume volume = cli.openReadOnly(directory);
                ProgressDisplay display = ProgressDisplay.open(
                        cli.output(), "export", volume.images().info(name).sizeBytes())) {
            TransferOptions options = new TransferOptions(display, cli.cancellation(), force).withDurable(sync);
            result = volume.images().exportFile(name, file, options);
        }
        cli.output().result(List.of(line(result)), toMap(result));
        return ExitCode.OK;
    }

    private String line(ExportResult result) {
        return "exported " + name + " to " + file + ": " + Sizes.format(result.logicalBytes()) + ", "
                + Sizes.format(result.dataBytes()) + " data, " + Sizes.time(result.elapsed()) + ", "
                + Sizes.megabytesPerSecond(result.dataBytes(), result.elapsed()) + " MB/s";
    }

    private Map<String, @Nullable Object> toMap(ExportResult result) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", result.name());
        map.put("file", file.toString());
        map.put("logicalBytes", result.logicalBytes());
        map.put("dataBytes", result.dataBytes());
        map.put("seconds", result.elapsed().toNanos() / 1e9);
        return map;
    }
}
