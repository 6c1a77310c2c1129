package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Image;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Turns a range of an image into a hole. */
@Command(name = "discard", description = "Turn a range of an image into zeros, and whole blocks of it into holes.")
final class DiscardCommand extends ImageCommand {
    @Parameters(
            index = "2",
            paramLabel = "OFFSET",
            converter = SizeConverter.class,
            description = "Where in the image to begin.")
    private long position;

    @Parameters(
            index = "3",
            paramLabel = "LENGTH",
            converter = SizeConverter.class,
            description = "How much; it must lie within the image.")
    private long length;

    DiscardCommand(Cli cli) {
        super(cli);
    }

    @Override
    String change(Image image, Map<String, @Nullable Object> figures) throws IOException {
        image.discard(position, length);
        figures.put("position", position);
        figures.put("bytes", length);
        return "discarded " + Sizes.format(length) + " at " + position + " of " + name();
    }
}
