package io.github.livededup.examples.nbdserver.export;

import io.github.livededup.AlreadyExistsException;
import io.github.livededup.Image;
import io.github.livededup.ImageInfo;
import io.github.livededup.ImageStore;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Clones made on connect. Their names are that of the image, "~clone-" and a number, so that those which a killed server has
 * left behind can be found.
 */
final class Clones {
    private static final Logger LOG = System.getLogger(Clones.class.getName());
    private static final Pattern CLONE = Pattern.compile(".*~clone-[0-9a-f]{12}", Pattern.DOTALL);
    private static final int MAX_NAME_BYTES = 255;
    private static final int SUFFIX_BYTES = "~clone-".length() + 12;
    private static final int ATTEMPTS = 16;

    private final ImageStore images;
    private final CloneMode mode;

    Clones(ImageStore images, CloneMode mode) {
        this.images = images;
        this.mode = mode;
    }

    boolean areAllowed() {
        return mode != CloneMode.OFF;
    }

    /** Makes a clone and opens it. */
    OpenExport open(String base) throws IOException {
        ImageInfo info = cloneOf(base);
        Closeable afterwards = mode == CloneMode.DELETE ? () -> delete(info.name()) : () -> {};
        Image image;
        try {
            image = images.open(info.name());
        } catch (IOException e) {
            afterwards.close();
            throw e;
        }
        LOG.log(Level.INFO, "{0} is a clone of {1}", info.name(), base);
        return new OpenExport(
                new Export(info.name(), info.sizeBytes(), false, false, "a clone of " + base), image, afterwards);
    }

    /** The clones that are in the store before any client has come. */
    List<String> leftOver() throws IOException {
        return images.list().stream()
                .map(ImageInfo::name)
                .filter(name -> CLONE.matcher(name).matches())
                .toList();
    }

    private ImageInfo cloneOf(String base) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String number = String.format("%012x", ThreadLocalRandom.current().nextLong() & 0xffff_ffff_ffffL);
            try {
                return images.clone(base, shortened(base) + "~clone-" + number);
            } catch (AlreadyExistsException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** As much of a name as leaves room for the suffix. */
    private static String shortened(String name) {
        int end = name.length();
        while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES - SUFFIX_BYTES) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end);
    }

    private void delete(String name) throws IOException {
        images.delete(name);
        LOG.log(Level.INFO, "{0} is deleted", name);
    }
}
