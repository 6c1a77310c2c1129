package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Image;
import io.github.livededup.OperationCancelledException;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes a file or the standard input into an image. */
@Command(
        name = "write",
        description = "Write a file or the standard input into an image, which must be large enough.",
        footer = {"", "What was read before an error stays written."})
final class WriteCommand extends ImageCommand {
    private static final int CHUNK_BYTES = 1 << 20;

    @Parameters(
            index = "2",
            paramLabel = "OFFSET",
            converter = SizeConverter.class,
            description = "Where in the image to begin.")
    private long position;

    @Parameters(
            index = "3",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The file to read; default the standard input.")
    private Path file = ImportSource.STANDARD_INPUT;

    private @Nullable ImportSource source;

    WriteCommand(Cli cli) {
        super(cli);
    }

    @Override
    void prepare() throws IOException {
        source = ImportSource.of(file, name());
    }

    @Override
    String change(Image image, Map<String, @Nullable Object> figures) throws IOException {
        ImportSource from = source == null ? ImportSource.of(file, name()) : source;
        long length = InputChannels.read(from, cli().interruption(), channel -> copy(channel, image));
        figures.put("position", position);
        figures.put("bytes", length);
        return "wrote " + Sizes.format(length) + " at " + position + " of " + name();
    }

    /** Copies until the end; chunks end where the image's blocks do, as far as the source gives so much. */
    private long copy(FileChannel from, Image image) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long at = position;
        boolean ended = false;
        while (!ended) {
            if (cli().cancellation().isCancelled()) {
                throw new OperationCancelledException(name(), false);
            }
            chunk.clear().limit(CHUNK_BYTES - (int) (at % CHUNK_BYTES));
            ended = !fill(from, chunk);
            chunk.flip();
            if (chunk.hasRemaining()) {
                int length = chunk.remaining();
                image.write(chunk, at);
                at += length;
            }
        }
        return at - position;
    }

    private static boolean fill(FileChannel from, ByteBuffer chunk) throws IOException {
        while (chunk.hasRemaining()) {
            if (from.read(chunk) < 0) {
                return false;
            }
        }
        return true;
    }
}
