package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStatistics;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the images. */
@Command(name = "list", description = "List the images of a volume.")
final class ListCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Option(
            names = {"-l", "--long"},
            description = "Also walk every image's map: exclusive and stored bytes, extents.")
    private boolean detailed;

    ListCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        Table table = detailed
                ? new Table(
                        "image",
                        "kind",
                        "logical",
                        "mapped",
                        "exclusive",
                        "stored",
                        "data extents",
                        "physical extents",
                        "origin")
                : new Table("image", "kind", "logical", "mapped", "created", "origin");
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        try (Volume volume = cli.openReadOnly(directory)) {
            for (ImageInfo info : volume.images().list()) {
                Map<String, @Nullable Object> map = ImageFigures.toMap(info, volume.blockSizeBytes());
                if (detailed) {
                    ImageStatistics statistics = volume.images().statistics(info.name());
                    addStatistics(map, statistics);
                    addDetailedRow(table, info, statistics);
                } else {
                    addRow(table, info, volume.blockSizeBytes());
                }
                list.add(map);
            }
        }
        cli.output().result(table.isEmpty() ? List.of("no images") : table.lines(), list);
        return ExitCode.OK;
    }

    private static void addStatistics(Map<String, @Nullable Object> map, ImageStatistics statistics) {
        map.put("exclusiveBytes", statistics.exclusiveBytes());
        map.put("compressedBytes", statistics.compressedBytes());
        map.put("distinctBlocks", statistics.distinctBlocks());
        map.put("dataExtents", statistics.dataExtents());
        map.put("physicalExtents", statistics.physicalExtents());
    }

    private static void addRow(Table table, ImageInfo info, int blockSizeBytes) {
        table.add(
                info.name(),
                ImageFigures.kind(info),
                Sizes.format(info.sizeBytes()),
                Sizes.format(info.mappedBlocks() * blockSizeBytes),
                info.created().truncatedTo(ChronoUnit.SECONDS).toString(),
                ImageFigures.origin(info));
    }

    private static void addDetailedRow(Table table, ImageInfo info, ImageStatistics statistics) {
        table.add(
                info.name(),
                ImageFigures.kind(info),
                Sizes.format(statistics.logicalBytes()),
                Sizes.format(statistics.mappedBytes()),
                Sizes.format(statistics.exclusiveBytes()),
                Sizes.format(statistics.compressedBytes()),
                Long.toString(statistics.dataExtents()),
                Long.toString(statistics.physicalExtents()),
                ImageFigures.origin(info));
    }
}
