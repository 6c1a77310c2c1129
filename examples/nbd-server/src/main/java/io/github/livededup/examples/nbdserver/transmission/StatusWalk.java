package io.github.livededup.examples.nbdserver.transmission;

import io.github.livededup.Extent;
import io.github.livededup.Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the extents of a range for BLOCK_STATUS, a window at a time, so that neither a long range nor a scattered one takes
 * much memory. It may end early; the client then asks again for the rest.
 */
final class StatusWalk {
    private static final int MAX_EXTENTS = 8192;
    private static final long FIRST_WINDOW_BYTES = 1L << 20;
    private static final long MAX_WINDOW_BYTES = 256L << 20;

    private StatusWalk() {}

    /** The extents from a position on: at least one, at most {@code lengthBytes} long together. */
    static List<Extent> extents(Image image, long positionBytes, long lengthBytes, boolean onlyOne) throws IOException {
        List<Extent> all = new ArrayList<>();
        long end = positionBytes + lengthBytes;
        long position = positionBytes;
        long window = FIRST_WINDOW_BYTES;
        while (position < end && all.size() <= (onlyOne ? 1 : MAX_EXTENTS)) {
            long now = Math.min(window, end - position);
            List<Extent> found = image.extents(position, now);
            if (found.isEmpty()) {
                break; // the image has become shorter
            }
            found.forEach(extent -> append(all, extent));
            position += now;
            window = Math.min(2 * window, MAX_WINDOW_BYTES);
        }
        if (all.isEmpty()) {
            return List.of(new Extent(positionBytes, lengthBytes, true));
        }
        int count = Math.min(all.size(), onlyOne ? 1 : MAX_EXTENTS);
        return List.copyOf(all.subList(0, count));
    }

    private static void append(List<Extent> all, Extent next) {
        Extent last = all.isEmpty() ? null : all.get(all.size() - 1);
        if (last != null && last.isData() == next.isData()) {
            long lengthBytes = last.lengthBytes() + next.lengthBytes();
            all.set(all.size() - 1, new Extent(last.positionBytes(), lengthBytes, last.isData()));
        } else {
            all.add(next);
        }
    }
}
