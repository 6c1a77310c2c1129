package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
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

/** What snapshot and clone share: an image is given a second name, which takes neither time nor space. */
abstract class CopyCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "IMAGE", description = "The name of an image or snapshot.")
    private String image = "";

    @Parameters(index = "2", paramLabel = "NAME", description = "The new name.")
    private String name = "";

    private CopyCommand(Cli cli) {
        this.cli = cli;
    }

    /** Makes the copy. */
    abstract ImageInfo copy(ImageStore images, String from, String to) throws IOException;

    /** What was done, as the line for people begins. */
    abstract String verb();

    @Override
    public Integer call() throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        try (Volume volume = cli.open(directory)) {
            ImageInfo info = copy(volume.images(), image, name);
            volume.commit();
            map.putAll(ImageFigures.toMap(info, volume.blockSizeBytes()));
        }
        cli.output().result(List.of(verb() + " " + image + " as " + name), map);
        return ExitCode.OK;
    }

    /** Takes a snapshot. */
    @Command(name = "snapshot", description = "Take a read-only snapshot of an image.")
    static final class Snapshot extends CopyCommand {
        Snapshot(Cli cli) {
            super(cli);
        }

        @Override
        ImageInfo copy(ImageStore images, String from, String to) throws IOException {
            return images.snapshot(from, to);
        }

        @Override
        String verb() {
            return "snapshot of";
        }
    }

    /** Makes a clone. */
    @Command(name = "clone", description = "Make a writable clone of an image or snapshot.")
    static final class Clone extends CopyCommand {
        Clone(Cli cli) {
            super(cli);
        }

        @Override
        ImageInfo copy(ImageStore images, String from, String to) throws IOException {
            return images.clone(from, to);
        }

        @Override
        String verb() {
            return "cloned";
        }
    }
}
