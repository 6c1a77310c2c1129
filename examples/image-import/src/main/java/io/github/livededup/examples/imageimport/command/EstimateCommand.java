package io.github.livededup.examples.imageimport.command;

import io.github.livededup.SavingsEstimate;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells what files would save, and stores nothing. */
@Command(name = "estimate", description = "Tell what storing files would save; stores nothing.")
final class EstimateCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Image files, taken as one collection.")
    private List<Path> files = List.of();

    EstimateCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        List<ImportSource> sources = new ArrayList<>();
        for (Path file : files) {
            sources.add(ImportSource.of(file, ImageNames.of(file)));
        }
        List<SavingsEstimate> estimates;
        try (ProgressDisplay display =
                ProgressDisplay.open(cli.output(), "estimate", ImportSource.totalBytes(sources))) {
            estimates = cli.volumes().estimate(files, display, cli.cancellation());
        }
        cli.output().result(table(estimates).lines(), toMap(estimates));
        return ExitCode.OK;
    }

    private static Table table(List<SavingsEstimate> estimates) {
        Table table = new Table("block size", "logical", "zero", "unique", "stored", "saved by dedup", "with LZ4");
        for (SavingsEstimate estimate : estimates) {
            table.add(
                    Sizes.binary(estimate.blockSizeBytes()),
                    Sizes.format(estimate.logicalBytes()),
                    Sizes.format(Math.max(0, estimate.logicalBytes() - estimate.nonZeroBytes())),
                    Sizes.format(estimate.uniqueBytes()),
                    Sizes.format(estimate.storedBytes()),
                    Sizes.percent(estimate.deduplicationSaving()),
                    Sizes.percent(estimate.totalSaving()));
        }
        return table;
    }

    private static Map<String, @Nullable Object> toMap(List<SavingsEstimate> estimates) {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (SavingsEstimate estimate : estimates) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            map.put("blockSize", estimate.blockSizeBytes());
            map.put("logicalBytes", estimate.logicalBytes());
            map.put("nonZeroBytes", estimate.nonZeroBytes());
            map.put("uniqueBytes", estimate.uniqueBytes());
            map.put("storedBytes", estimate.storedBytes());
            map.put("deduplicationSaving", estimate.deduplicationSaving());
            map.put("totalSaving", estimate.totalSaving());
            list.add(map);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("estimates", list);
        return map;
    }
}
