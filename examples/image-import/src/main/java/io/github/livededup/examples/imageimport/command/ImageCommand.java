package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Image;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** What the commands share that change an image in place: it is opened, changed, and made durable. */
abstract class ImageCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "IMAGE", description = "The image's name.")
    private String name = "";

    ImageCommand(Cli cli) {
        this.cli = cli;
    }

    /**
     * Changes the image.
     *
     * @param image the open image, which the caller flushes
     * @param figures receives what programs are told
     * @return what people are told
     */
    abstract String change(Image image, Map<String, @Nullable Object> figures) throws IOException;

    /** Looks at the arguments before the volume is opened. */
    void prepare() throws IOException {}

    String name() {
        return name;
    }

    Cli cli() {
        return cli;
    }

    @Override
    public Integer call() throws IOException {
        prepare();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("name", name);
        String line;
        try (Volume volume = cli.open(directory);
                Image image = volume.images().open(name)) {
            line = change(image, map);
            image.flush();
        }
        cli.output().result(List.of(line), map);
        return ExitCode.OK;
    }
}
