package io.github.livededup.examples.imageimport.command;

import io.github.livededup.OperationCancelledException;
import io.github.livededup.ProgressListener;
import io.github.livededup.TransferOptions;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes an image to the standard output. */
@Command(name = "cat", description = "Write an image to the standard output.")
final class CatCommand implements Callable<Integer> {
    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "NAME", description = "The image's name.")
    private String name = "";

    CatCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        TransferOptions options = new TransferOptions(ProgressListener.NONE, cli.cancellation(), false);
        try (Volume volume = cli.openReadOnly(directory);
                FileOutputStream stream = new FileOutputStream(FileDescriptor.out)) {
            cli.interruption().closeOnCancel(stream);
            PipeChannel pipe = new PipeChannel(stream.getChannel());
            try {
                volume.images().exportChannel(name, pipe, options);
            } catch (IOException e) {
                if (cli.cancellation().isCancelled()) {
                    throw new OperationCancelledException(name, false);
                }
                if (!pipe.isBroken()) {
                    throw e;
                }
                // The reader has seen enough, as with "cat image | head": nothing to complain about, but not all was
                // written either.
                return ExitCode.FAILED;
            }
        }
        return ExitCode.OK;
    }
}
