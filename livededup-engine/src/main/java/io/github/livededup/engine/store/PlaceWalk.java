package io.github.livededup.engine.store;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;

/**
 * Walks an image's mapped blocks in order and tells where each lies. Memory is bounded, nothing is allocated per block, and
 * others may read and write meanwhile.
 */
final class PlaceWalk {
    private static final int RUN_BLOCKS = 1024;

    private final MetadataReader metadata;
    private final BlockGroups groups;
    private final long[] addresses = new long[RUN_BLOCKS];
    private final long[] places = new long[RUN_BLOCKS];

    PlaceWalk(MetadataReader metadata, BlockGroups groups) {
        this.metadata = metadata;
        this.groups = groups;
    }

    /** Takes the blocks. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Called for each mapped block, in the image's order.
         *
         * @param address the block's address
         * @param place its {@link io.github.livededup.engine.volume.BlockPlace}
         */
        void visit(long address, long place);
    }

    /** Walks an image. */
    void walk(int imageId, Visitor visitor) throws IOException {
        long block = metadata.nextMapped(imageId, 0);
        while (block < ImageMap.MAX_BLOCKS) {
            int count = (int) Math.min(RUN_BLOCKS, ImageMap.MAX_BLOCKS - block);
            int ticket = groups.enter();
            try {
                metadata.readAddresses(imageId, block, count, addresses);
                int mapped = dropHoles(count);
                groups.places().find(addresses, mapped, places);
                for (int i = 0; i < mapped; i++) {
                    visitor.visit(addresses[i], places[i]);
                }
            } finally {
                groups.leave(ticket);
            }
            block = metadata.nextMapped(imageId, block + count);
        }
    }

    private int dropHoles(int count) {
        int mapped = 0;
        for (int i = 0; i < count; i++) {
            if (addresses[i] != BlockAddress.HOLE) {
                addresses[mapped++] = addresses[i];
            }
        }
        return mapped;
    }
}
