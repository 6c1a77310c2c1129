package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import java.io.IOException;

/** Takes what a scan of an image's map finds, in the order of the image's blocks. */
public interface MapVisitor {
    /**
     * Some blocks, of which at least one is mapped.
     *
     * @param firstBlock the first block
     * @param addresses holds their addresses, 0 for a hole; valid during the call, and not checked in any way
     * @param count how many
     * @return whether to go on
     * @throws IOException ends the scan
     */
    boolean blocks(long firstBlock, long[] addresses, int count) throws IOException;

    /**
     * Blocks of which nothing is known, as a page of the map cannot be read.
     *
     * @param firstBlock the first block
     * @param count how many, possibly far beyond the image's end
     * @param cause what is wrong
     * @return whether to go on
     * @throws IOException ends the scan
     */
    boolean lost(long firstBlock, long count, CorruptionException cause) throws IOException;
}
