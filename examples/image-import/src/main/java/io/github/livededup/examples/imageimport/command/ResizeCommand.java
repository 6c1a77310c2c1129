package io.github.livededup.examples.imageimport.command;

import io.github.livededup.Image;
import io.github.livededup.examples.imageimport.console.Sizes;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Changes an image's size. */
@Command(name = "resize", description = "Change an image's size; what is cut off is gone, what is added is a hole.")
final class ResizeCommand extends ImageCommand {
    @Parameters(index = "2", paramLabel = "SIZE", converter = SizeConverter.class, description = "The new size.")
    private long size;

    ResizeCommand(Cli cli) {
        super(cli);
    }

    @Override
    String change(Image image, Map<String, @Nullable Object> figures) throws IOException {
        long before = image.sizeBytes();
        image.resize(size);
        figures.put("logicalBytesBefore", before);
        figures.put("logicalBytes", size);
        return "resized " + name() + ": " + Sizes.format(before) + " to " + Sizes.format(size);
    }
}
