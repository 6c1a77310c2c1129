package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Renames an image. */
@Command(name = "rename", description = "Rename an image or snapshot.")
final class RenameCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "IMAGE", description = "Its name.")
    private String image = "";

    @Parameters(index = "2", paramLabel = "NAME", description = "Its new name.")
    private String name = "";

    RenameCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        try (Volume volume = cli.open(directory)) {
            volume.images().rename(image, name);
            volume.commit();
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("from", image);
        map.put("name", name);
        cli.output().result(List.of("renamed " + image + " to " + name), map);
        return ExitCode.OK;
    }
}
