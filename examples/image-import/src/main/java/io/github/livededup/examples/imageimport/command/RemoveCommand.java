package io.github.livededup.examples.imageimport.command;

import io.github.livededup.ImageStore;
import io.github.livededup.NotFoundException;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Sizes;
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

/**
 * Deletes images, or tells what that would free; those that are not there are reported, the others deleted all the
 * same.
 */
@Command(
        name = "rm",
        description = "Delete images.",
        footer = {"", "--dry-run tells of each image what deleting it alone would free."})
final class RemoveCommand implements Callable<Integer> {
    private final Cli cli;
    private final List<String> lines = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> results = new ArrayList<>();

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "Names of images.")
    private List<String> names = List.of();

    @Option(
            names = {"-n", "--dry-run"},
            description = "Delete nothing; tell what would be freed.")
    private boolean dryRun;

    RemoveCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        int code = ExitCode.OK;
        try (Volume volume = dryRun ? cli.openReadOnly(directory) : cli.open(directory)) {
            for (String name : names) {
                try {
                    handle(volume.images(), name);
                } catch (NotFoundException e) {
                    code = Cli.worse(code, cli.reportAndGoOn(e));
                }
            }
            if (!dryRun) {
                volume.commit();
            }
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put(dryRun ? "wouldDelete" : "deleted", results);
        cli.output().result(lines, map);
        return code;
    }

    private void handle(ImageStore images, String name) throws IOException {
        long freed = dryRun ? images.exclusiveBytes(name) : images.delete(name);
        lines.add((dryRun ? "would delete " : "deleted ") + name + ": " + Sizes.format(freed)
                + (dryRun ? " to free" : " freed"));
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put(dryRun ? "exclusiveBytes" : "freedBytes", freed);
        results.add(map);
    }
}
