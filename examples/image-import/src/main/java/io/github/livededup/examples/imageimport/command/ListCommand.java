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
import java.util.LinkedHashMap;
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
                ? new Table("image", "logical", "mapped", "exclusive", "stored", "data extents", "physical extents")
                : new Table("image", "logical", "mapped", "created");
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        try (Volume volume = cli.openReadOnly(directory)) {
            for (ImageInfo info : volume.images().list()) {
                long mapped = info.mappedBlocks() * volume.blockSizeBytes();
                Map<String, @Nullable Object> map = infoMap(info, mapped);
                if (detailed) {
                    ImageStatistics statistics = volume.images().statistics(info.name());
                    addStatistics(map, statistics);
                    addDetailedRow(table, info.name(), statistics);
                } else {
                    String created =
                            info.created().truncatedTo(ChronoUnit.SECONDS).toString();
                    table.add(info.name(), Sizes.format(info.sizeBytes()), Sizes.format(mapped), created);
                }
                list.add(map);
            }
        }
        cli.output().result(table.isEmpty() ? List.of("no images") : table.lines(), list);
        return ExitCode.OK;
    }

    private static Map<String, @Nullable Object> infoMap(ImageInfo info, long mappedBytes) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", info.name());
        map.put("logicalBytes", info.sizeBytes());
        map.put("mappedBytes", mappedBytes);
        map.put("created", info.created());
        map.put("modified", info.modified());
        return map;
    }

    private static void addStatistics(Map<String, @Nullable Object> map, ImageStatistics statistics) {
        map.put("exclusiveBytes", statistics.exclusiveBytes());
        map.put("compressedBytes", statistics.compressedBytes());
        map.put("distinctBlocks", statistics.distinctBlocks());
        map.put("dataExtents", statistics.dataExtents());
        map.put("physicalExtents", statistics.physicalExtents());
    }

    private static void addDetailedRow(Table table, String name, ImageStatistics statistics) {
        table.add(
                name,
                Sizes.format(statistics.logicalBytes()),
                Sizes.format(statistics.mappedBytes()),
                Sizes.format(statistics.exclusiveBytes()),
                Sizes.format(statistics.compressedBytes()),
                Long.toString(statistics.dataExtents()),
                Long.toString(statistics.physicalExtents()));
    }
}
