package io.github.livededup.engine.image;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;

/**
 * What deleting an image would free, before it is done. Map pages that other images reach too stay as they are, so what
 * lies below them frees nothing and is not even read. The image's own pages go, and a block goes with them if all of its
 * references are places in those pages. Memory stays the same whatever the image's size.
 */
final class ExclusiveBytes {
    /** Map pages visited under one hold of the metadata lock. */
    private static final int PAGES_AT_ONCE = 16;

    private final BlockStoreCore store;
    private final int imageId;
    private int lowestGroup = Integer.MAX_VALUE;
    private int highestGroup;

    ExclusiveBytes(BlockStoreCore store, int imageId) {
        this.store = store;
        this.imageId = imageId;
    }

    /**
     * Counts.
     *
     * @return the stored bytes of blocks that only the image's own map pages reference
     * @throws io.github.livededup.NotFoundException if the image is gone
     * @throws IOException if metadata cannot be read
     */
    long compute() throws IOException {
        walk(address -> {
            lowestGroup = Math.min(lowestGroup, BlockAddress.group(address));
            highestGroup = Math.max(highestGroup, BlockAddress.group(address));
        });
        long[] bytes = new long[1];
        int group = lowestGroup;
        while (group <= highestGroup) {
            SlotCounts window = new SlotCounts(store, group, highestGroup);
            group = window.endGroup();
            if (!window.isEmpty()) {
                walk(window::count);
                window.forEach((address, occurrences) -> bytes[0] += bytesIfOnly(address, occurrences));
            }
        }
        return bytes[0];
    }

    /** A block's stored bytes if the counted references are all it has. */
    private long bytesIfOnly(long address, int occurrences) throws IOException {
        int ticket = store.enterRead();
        try {
            return store.metadata().referenceCount(address) == occurrences ? store.storedBytes(address) : 0;
        } finally {
            store.exitRead(ticket);
        }
    }

    private interface Visitor {
        void visit(long address);
    }

    private void walk(Visitor visitor) throws IOException {
        long block = 0;
        while (block < ImageMap.MAX_BLOCKS) {
            block = store.metadata().visitOwnPages(imageId, block, PAGES_AT_ONCE, (first, addresses, count, shared) -> {
                for (int i = 0; i < count; i++) {
                    if (addresses[i] != BlockAddress.HOLE) {
                        visitor.visit(addresses[i]);
                    }
                }
                return true;
            });
        }
    }
}
