package io.github.livededup.engine.image;

import io.github.livededup.ImageStatistics;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;

/**
 * Counts what an image references. Occurrences are counted per slot, for as many block groups at a time as fit in a
 * bounded table, walking the map once for each such window; so memory stays the same whatever the image's size.
 */
final class ImageFigures {
    /** Slots counted at a time: 32 MiB of counters. */
    private static final int WINDOW_SLOTS = 8 << 20;

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
    private long exclusiveBytes;

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
            Window window = new Window(group);
            group = window.endGroup;
            if (window.slots > 0) {
                walk(window);
                window.sum();
            }
        }
        return new ImageStatistics(
                store.metadata().imageSizeBytes(imageId),
                mappedBlocks * store.settings().blockSizeBytes(),
                exclusiveBytes,
                compressedBytes,
                distinctBlocks,
                dataExtents,
                store.fragmentation(imageId).physicalExtents());
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

    /** Counters for the groups from one on, as many as fit (one at least). */
    private final class Window implements Visitor {
        final int startGroup;
        final int endGroup;
        final int slots;
        private final int[] starts;
        private final int[] counts;

        Window(int startGroup) {
            this.startGroup = startGroup;
            int end = startGroup;
            int sum = 0;
            while (end <= highestGroup && (sum == 0 || sum + store.slotCount(end) <= WINDOW_SLOTS)) {
                sum += store.slotCount(end);
                end++;
            }
            endGroup = end;
            slots = sum;
            starts = new int[end - startGroup + 1];
            for (int g = startGroup; g < end; g++) {
                starts[g - startGroup + 1] = starts[g - startGroup] + store.slotCount(g);
            }
            counts = new int[starts[end - startGroup]];
        }

        @Override
        public void visit(long block, long address) {
            int group = BlockAddress.group(address);
            if (group >= startGroup && group < endGroup) {
                int at = starts[group - startGroup] + BlockAddress.slot(address);
                if (at < counts.length) {
                    counts[at]++;
                }
            }
        }

        void sum() throws IOException {
            for (int group = startGroup; group < endGroup; group++) {
                int start = starts[group - startGroup];
                int end = starts[group - startGroup + 1];
                for (int at = start; at < end; at++) {
                    if (counts[at] > 0) {
                        add(BlockAddress.of(group, at - start), counts[at]);
                    }
                }
            }
        }

        private void add(long address, int occurrences) throws IOException {
            int stored = store.storedBytes(address);
            distinctBlocks++;
            compressedBytes += stored;
            if (store.metadata().referenceCount(address) == occurrences) {
                exclusiveBytes += stored;
            }
        }
    }
}
