package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Fragmentation;
import io.github.livededup.ImageInfo;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Sizes;
import io.github.livededup.examples.imageimport.console.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells how scattered an image lies, or every image and the volume. */
@Command(name = "frag", description = "Tell how scattered images lie in the volume.")
final class FragmentationCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", arity = "0..1", paramLabel = "IMAGE", description = "The image's name; default all.")
    private @Nullable String image;

    FragmentationCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        Table table = new Table("image", "mapped", "extents", "extents/GiB", "sequential");
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("images", list);
        try (Volume volume = cli.openReadOnly(directory)) {
            for (String name : names(volume)) {
                Fragmentation each = volume.images().fragmentation(name);
                addRow(table, name, each);
                Map<String, @Nullable Object> entry = new LinkedHashMap<>();
                entry.put("name", name);
                entry.putAll(toMap(each));
                list.add(entry);
            }
            if (image == null) {
                Fragmentation total = volume.fragmentation();
                addRow(table.rule(), "volume", total);
                map.put("total", toMap(total));
            }
        }
        cli.output().result(table.lines(), map);
        return ExitCode.OK;
    }

    private List<String> names(Volume volume) throws IOException {
        return image == null
                ? volume.images().list().stream().map(ImageInfo::name).toList()
                : List.of(image);
    }

    private static void addRow(Table table, String name, Fragmentation figures) {
        table.add(
                name,
                Sizes.format(figures.mappedBytes()),
                Long.toString(figures.physicalExtents()),
                String.format(Locale.ROOT, "%.0f", figures.extentsPerGib()),
                Sizes.percent(figures.sequentialShare()));
    }

    private static Map<String, @Nullable Object> toMap(Fragmentation figures) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("mappedBytes", figures.mappedBytes());
        map.put("mappedBlocks", figures.mappedBlocks());
        map.put("physicalExtents", figures.physicalExtents());
        map.put("extentsPerGib", figures.extentsPerGib());
        map.put("sequentialShare", figures.sequentialShare());
        return map;
    }
}
