package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Extent;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells in which ranges two images differ; exits with 0 whether they do or not. */
@Command(name = "diff", description = "Tell in which ranges an image differs from another.")
final class DiffCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "BASE", description = "The image or snapshot to compare with.")
    private String base = "";

    @Parameters(index = "2", paramLabel = "IMAGE", description = "The image or snapshot that is described.")
    private String image = "";

    @Option(
            names = {"-s", "--summary"},
            description = "Leave out the ranges.")
    private boolean summary;

    DiffCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        List<Extent> extents;
        try (Volume volume = cli.openReadOnly(directory)) {
            extents = volume.images().diff(base, image, 0, Long.MAX_VALUE);
        }
        cli.output().result(lines(extents), toMap(extents));
        return ExitCode.OK;
    }

    private List<String> lines(List<Extent> extents) {
        List<String> lines = new ArrayList<>();
        if (!summary && !extents.isEmpty()) {
            Table table = new Table("kind", "position", "length");
            for (Extent extent : extents) {
                table.add(kind(extent), Long.toString(extent.positionBytes()), Long.toString(extent.lengthBytes()));
            }
            lines.addAll(table.lines());
        }
        lines.add(
                extents.isEmpty()
                        ? image + " does not differ from " + base
                        : image + " differs from " + base + " in " + count(extents.size()) + ": "
                                + Sizes.format(total(extents, true)) + " data, "
                                + Sizes.format(total(extents, false)) + " hole");
        return lines;
    }

    private static String kind(Extent extent) {
        return extent.isData() ? "data" : "hole";
    }

    private static String count(int ranges) {
        return ranges == 1 ? "1 range" : ranges + " ranges";
    }

    private static long total(List<Extent> extents, boolean data) {
        return extents.stream()
                .filter(extent -> extent.isData() == data)
                .mapToLong(Extent::lengthBytes)
                .sum();
    }

    private Map<String, @Nullable Object> toMap(List<Extent> extents) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("base", base);
        map.put("name", image);
        map.put("extentCount", extents.size());
        map.put("dataBytes", total(extents, true));
        map.put("holeBytes", total(extents, false));
        if (!summary) {
            List<Map<String, @Nullable Object>> list = new ArrayList<>();
            for (Extent extent : extents) {
                Map<String, @Nullable Object> each = new LinkedHashMap<>();
                each.put("position", extent.positionBytes());
                each.put("length", extent.lengthBytes());
                each.put("kind", kind(extent));
                list.add(each);
            }
            map.put("extents", list);
        }
        return map;
    }
}
