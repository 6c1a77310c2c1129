package io.github.livededup.engine.image;

import io.github.livededup.ImageStatistics;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;

/**
 * Counts what an image references. Occurrences are counted per slot, for as many block groups at a time as fit in a
 * bounded table ({@link SlotCounts}), walking the map once for each such window; so memory stays the same whatever the image's size.
 */
final class ImageFigures {
    private static final int RUN_BLOCKS = 4096;

    private final BlockStoreCore store;
    private final int imageId;
    private final long[] addresses = new long[RUN_BLOCKS];
    private final long blocks;
    private long mappedBlocks;
    private long dataExtents;
    private int lowestGroup = Integer.MAX_VALUE;
    private int highestGroup;
    private long distinctBlocks;
    private long compressedBytes;

    ImageFigures(BlockStoreCore store, int imageId) throws IOException {
        this.store = store;
        this.imageId = imageId;
        long size = store.metadata().imageSizeBytes(imageId);
        blocks = (size + store.settings().blockSizeBytes() - 1)
                / store.settings().blockSizeBytes();
    }

    ImageStatistics compute() throws IOException {
        walk(new ExtentCounter());
        int group = lowestGroup;
        while (group <= highestGroup) {
            SlotCounts window = new SlotCounts(store, group, highestGroup);
            group = window.endGroup();
            if (!window.isEmpty()) {
                walk((block, address) -> window.count(address));
                window.forEach((address, occurrences) -> add(address));
            }
        }
        return new ImageStatistics(
                store.metadata().imageSizeBytes(imageId),
                mappedBlocks * store.settings().blockSizeBytes(),
                new ExclusiveBytes(store, imageId).compute(),
                compressedBytes,
                distinctBlocks,
                dataExtents,
                store.fragmentation(imageId).physicalExtents());
    }

    private void add(long address) throws IOException {
        int ticket = store.enterRead();
        try {
            // A block that died meanwhile may be gone.
            if (store.metadata().referenceCount(address) > 0) {
                distinctBlocks++;
                compressedBytes += store.storedBytes(address);
            }
        } finally {
            store.exitRead(ticket);
        }
    }

    private interface Visitor {
        void visit(long block, long address);
    }

    private void walk(Visitor visitor) throws IOException {
        long block = store.metadata().nextMapped(imageId, 0);
        while (block < blocks) {
            int count = (int) Math.min(RUN_BLOCKS, blocks - block);
            store.metadata().readAddresses(imageId, block, count, addresses);
            for (int i = 0; i < count; i++) {
                if (addresses[i] != BlockAddress.HOLE) {
                    visitor.visit(block + i, addresses[i]);
                }
            }
            block = store.metadata().nextMapped(imageId, block + count);
        }
    }

    private final class ExtentCounter implements Visitor {
        private long lastBlock = -2;

        @Override
        public void visit(long block, long address) {
            mappedBlocks++;
            if (block != lastBlock + 1) {
                dataExtents++;
            }
            lastBlock = block;
            lowestGroup = Math.min(lowestGroup, BlockAddress.group(address));
            highestGroup = Math.max(highestGroup, BlockAddress.group(address));
        }
    }
}
