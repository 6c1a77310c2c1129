package io.github.livededup.engine.image;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.store.MetadataReader;
import java.io.IOException;

/**
 * The pages of an image's map that go when blocks become holes, and that blocks waiting in the write buffer count on. Of the
 * pages of one level only those in which a range starts or ends can be such: what lies between them is covered whole, so
 * nothing waits there beside the range. The image's write lock is held.
 */
final class LostPages {
    private final MetadataReader metadata;
    private final int imageId;
    private final WriteBuffer buffer;
    private final long[] ranges;
    private final int rangeCount;

    /** Whether a page above those looked at may go. */
    private boolean goesOn;

    private long lost;

    /**
     * Prepares to count.
     *
     * @param metadata finds what is mapped
     * @param imageId the image
     * @param buffer its blocks that wait
     * @param ranges where runs of blocks that may become holes start and end, in turn, rising, none empty
     * @param rangeCount the number of runs
     */
    LostPages(MetadataReader metadata, int imageId, WriteBuffer buffer, long[] ranges, int rangeCount) {
        this.metadata = metadata;
        this.imageId = imageId;
        this.buffer = buffer;
        this.ranges = ranges;
        this.rangeCount = rangeCount;
    }

    /** How many such pages there are at most. */
    long count() throws IOException {
        goesOn = rangeCount > 0;
        for (long span = ImageMap.BLOCKS_PER_PAGE; goesOn; span *= PageLayout.FAN_OUT) {
            goesOn = false;
            long next = 0;
            for (int i = 0; i < rangeCount; i++) {
                next = look(ranges[2 * i] / span, next, span);
                next = look((ranges[2 * i + 1] - 1) / span, next, span);
            }
            goesOn &= span < ImageMap.MAX_BLOCKS;
        }
        return lost;
    }

    /** Looks at a page that is not below the next one to look at; returns the next one then. */
    private long look(long page, long next, long span) throws IOException {
        if (page < next) {
            return next;
        }
        long from = page * span;
        long to = Math.min(from + span, ImageMap.MAX_BLOCKS);
        boolean isThere;
        try {
            long block = metadata.nextMapped(imageId, from, to);
            isThere = block < to;
            while (block < to) {
                int range = rangeOf(block);
                if (range < 0) {
                    return page + 1; // it stays, and those above it
                }
                block = metadata.nextMapped(imageId, Math.min(ranges[2 * range + 1], to), to);
            }
        } catch (CorruptionException e) {
            // A damaged page beside the ranges holds it; of one in them whoever makes the holes is told.
            return page + 1;
        }
        goesOn = true;
        if (isThere && isAnyBeside(buffer.blocks(from, to))) {
            lost++;
        }
        return page + 1;
    }

    private boolean isAnyBeside(long[] blocks) {
        for (long block : blocks) {
            if (rangeOf(block) < 0) {
                return true;
            }
        }
        return false;
    }

    /** The range that holds a block, negative if none does. */
    private int rangeOf(long block) {
        int from = 0;
        int to = rangeCount - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (block < ranges[2 * middle]) {
                to = middle - 1;
            } else if (block >= ranges[2 * middle + 1]) {
                from = middle + 1;
            } else {
                return middle;
            }
        }
        return -1;
    }
}
