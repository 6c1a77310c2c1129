package io.github.livededup.examples.imageimport.command;

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
import picocli.CommandLine.Parameters;

/** Deletes images; those that are not there are reported, the others deleted all the same. */
@Command(name = "rm", description = "Delete images.")
final class RemoveCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "Names of images.")
    private List<String> names = List.of();

    RemoveCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        int code = ExitCode.OK;
        List<String> lines = new ArrayList<>();
        List<Map<String, @Nullable Object>> deleted = new ArrayList<>();
        try (Volume volume = cli.open(directory)) {
            for (String name : names) {
                try {
                    long freed = volume.images().delete(name);
                    lines.add("deleted " + name + ": " + Sizes.format(freed) + " given up");
                    Map<String, @Nullable Object> map = new LinkedHashMap<>();
                    map.put("name", name);
                    map.put("freedBytes", freed);
                    deleted.add(map);
                } catch (NotFoundException e) {
                    code = Cli.worse(code, cli.reportAndGoOn(e));
                }
            }
            volume.commit();
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("volume", directory.toString());
        map.put("deleted", deleted);
        cli.output().result(lines, map);
        return code;
    }
}
