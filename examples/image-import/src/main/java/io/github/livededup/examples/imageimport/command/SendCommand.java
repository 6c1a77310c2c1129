package io.github.livededup.examples.imageimport.command;

import io.github.livededup.BlockStore;
import io.github.livededup.DeltaOptions;
import io.github.livededup.DeltaResult;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.Volume;
import io.github.livededup.examples.imageimport.console.ExitCode;
import io.github.livededup.examples.imageimport.console.Output;
import io.github.livededup.examples.imageimport.console.ProgressDisplay;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an image, or what turns another into it, as a stream that receive reads. */
@Command(
        name = "send",
        description = "Write an image, or its difference from a base, as a stream for receive.",
        footer = {"", "FILE may be - for the standard output; the result is printed on the error stream then."})
final class SendCommand implements Callable<Integer> {
    private static final Path STANDARD_OUTPUT = Path.of("-");

    private final Cli cli;

    @Parameters(index = "0", paramLabel = "VOLUME", description = "The volume's directory.")
    private Path directory = Path.of("");

    @Parameters(index = "1", paramLabel = "IMAGE", description = "The image or snapshot to send.")
    private String image = "";

    @Parameters(index = "2", paramLabel = "FILE", description = "The file to write.")
    private Path file = Path.of("");

    @Option(
            names = "--base",
            paramLabel = "NAME",
            description = "An image that the receiver has: what has changed since is sent.")
    private @Nullable String base;

    @Option(
            names = "--receiver",
            paramLabel = "VOLUME",
            description = "The receiving volume, if it is here: blocks that it has are not sent.")
    private @Nullable Path receiver;

    @Option(
            names = {"-f", "--force"},
            description = "Replace the file if it exists, or what is on a block device.")
    private boolean force;

    SendCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws IOException {
        if (!file.equals(STANDARD_OUTPUT)) {
            DeltaResult result;
            try (TargetFile target = TargetFile.open(file, force)) {
                result = send(target.channel());
                target.keep();
            }
            cli.output().result(List.of(line(result)), toMap(result));
            return ExitCode.OK;
        }
        try (FileOutputStream stream = new FileOutputStream(FileDescriptor.out)) {
            cli.interruption().closeOnCancel(stream);
            PipeChannel pipe = new PipeChannel(stream.getChannel());
            try {
                DeltaResult result = send(pipe);
                Output output = cli.output();
                new Output(output.err(), output.err(), output.json(), output.quiet())
                        .result(List.of(line(result)), toMap(result));
                return ExitCode.OK;
            } catch (IOException e) {
                if (cli.cancellation().isCancelled()) {
                    throw new OperationCancelledException(image, false);
                }
                throw e;
            }
        }
    }

    private DeltaResult send(WritableByteChannel channel) throws IOException {
        try (Volume volume = cli.openReadOnly(directory);
                ProgressDisplay display = ProgressDisplay.open(cli.output(), "send", -1)) {
            DeltaOptions options = DeltaOptions.defaults().withListener(display).withCancellation(cli.cancellation());
            if (receiver == null) {
                return volume.images().exportDelta(base, image, channel, options);
            }
            try (Volume other = cli.openReadOnly(receiver)) {
                BlockStore known = other.blocks();
                return volume.images()
                        .exportDelta(
                                base,
                                image,
                                channel,
                                options.withKnown(
                                        fingerprint -> known.find(fingerprint).isPresent()));
            }
        }
    }

    private String line(DeltaResult result) {
        return "sent " + image + (base == null ? "" : " since " + base) + ": " + result.changedBlocks()
                + " changed blocks, " + result.sentBlocks() + " of them sent, " + result.holeBlocks() + " holes; "
                + Sizes.format(result.streamBytes()) + " in " + Sizes.time(result.elapsed());
    }

    private Map<String, @Nullable Object> toMap(DeltaResult result) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", result.name());
        map.put("base", base);
        map.put("file", file.toString());
        map.put("changedBlocks", result.changedBlocks());
        map.put("sentBlocks", result.sentBlocks());
        map.put("knownBlocks", result.knownBlocks());
        map.put("holeBlocks", result.holeBlocks());
        map.put("streamBytes", result.streamBytes());
        map.put("seconds", result.elapsed().toNanos() / 1e9);
        return map;
    }
}
