package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ExportResult;
import io.github.livededup.ProgressListener;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads an image from beginning to end and tells how fast that went; the bytes go nowhere. */
@Command(name = "read", description = "Read an image from beginning to end, and tell the rate; the bytes go nowhere.")
final class ReadCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "IMAGE", description = "The image's name.")
    private String image = "";

    @Option(names = "--times", paramLabel = "N", description = "How often; default once.")
    private int times = 1;

    ReadCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        if (times < 1) {
            throw new UsageException("--times: actual=" + times + " expected=at least 1");
        }
        List<ExportResult> passes = new ArrayList<>();
        TransferOptions options = new TransferOptions(ProgressListener.NONE, cli.cancellation(), false);
        try (Volume volume = cli.openReadOnly(directory);
                NullChannel nowhere = new NullChannel()) {
            for (int i = 0; i < times; i++) {
                passes.add(volume.images().exportChannel(image, nowhere, options));
            }
        }
        cli.output().result(passes.stream().map(this::line).toList(), toMap(passes));
        return ExitCode.OK;
    }

    private String line(ExportResult pass) {
        return "read " + image + ": " + Sizes.format(pass.logicalBytes()) + ", " + Sizes.format(pass.dataBytes())
                + " data, " + Sizes.time(pass.elapsed()) + ", "
                + Sizes.megabytesPerSecond(pass.dataBytes(), pass.elapsed()) + " MB/s";
    }

    private Map<String, @Nullable Object> toMap(List<ExportResult> passes) {
        List<Double> seconds = new ArrayList<>();
        for (ExportResult pass : passes) {
            seconds.add(pass.elapsed().toNanos() / 1e9);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("name", image);
        map.put("logicalBytes", passes.get(0).logicalBytes());
        map.put("dataBytes", passes.get(0).dataBytes());
        map.put("seconds", seconds);
        return map;
    }
}
