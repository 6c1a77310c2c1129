package io.github.livededup.engine.metadata;

import java.io.IOException;

/** Takes an image's mapped blocks, page by page. */
@FunctionalInterface
public interface LeafVisitor {
    /**
     * One page's part of the range.
     *
     * @param firstBlock the image's block that the first address is for
     * @param addresses addresses, 0 for a hole; valid during the call only
     * @param count how many, from 1
     * @param shared whether other images reach the same page
     * @return true to go on, false to stop
     * @throws IOException if the visitor fails; the walk ends
     */
    boolean leaf(long firstBlock, long[] addresses, int count, boolean shared) throws IOException;
}
