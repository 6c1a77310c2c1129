package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a volume's figures. */
@Command(name = "info", description = "Print a volume's figures.")
final class InfoCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    InfoCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        try (Volume volume = cli.openReadOnly(directory)) {
            VolumeFigures figures = VolumeFigures.of(volume);
            cli.output().result(figures.lines(), figures.toMap());
        }
        return ExitCode.OK;
    }
}
