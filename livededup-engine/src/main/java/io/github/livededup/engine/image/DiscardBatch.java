package io.github.livededup.engine.image;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;

/**
 * Ranges of an image that are discarded as one change where there is room for it: blocks that are covered whole become holes, and those covered in
 * part are stored anew with zeros in them. Ranges are added in order and do not overlap. The image's write lock is held.
 */
final class DiscardBatch {
    private static final int MAX_RANGES = 512;
    /** Blocks made holes in one change: the map pages of so many are changed under one lock. */
    private static final long MAX_BLOCKS = 32_768;

    private final BlockStoreCore store;
    private final ImageState state;
    private final ImageReader reader;
    private final Workspace workspace;
    private final int blockSizeBytes;
    private final long sizeBytes;
    /** Blocks covered in part, in order; their new content is in the workspace's staging buffer. */
    private final long[] edges = new long[Workspace.BATCH_BLOCKS];
    /** Where runs of whole blocks start and end, in turn. */
    private final long[] ranges = new long[2 * MAX_RANGES];

    /** Where runs of blocks start and end, in turn, that become holes or are stored anew. */
    private final long[] touched = new long[2 * (MAX_RANGES + Workspace.BATCH_BLOCKS)];

    private int edgeCount;
    private int rangeCount;
    private int touchedCount;
    private long blocks;

    DiscardBatch(BlockStoreCore store, ImageState state, ImageReader reader, Workspace workspace, long sizeBytes) {
        this.store = store;
        this.state = state;
        this.reader = reader;
        this.workspace = workspace;
        this.sizeBytes = sizeBytes;
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    /** Whether a range is so long that it is discarded by itself, in steps. */
    boolean isLong(long from, long to) {
        return (to - from) / blockSizeBytes >= MAX_BLOCKS;
    }

    /** Whether another range fits in. */
    boolean hasRoom(long from, long to) {
        return edgeCount + 2 <= edges.length
                && rangeCount < MAX_RANGES
                && blocks + (to - from) / blockSizeBytes <= MAX_BLOCKS;
    }

    /** Adds a range behind those before, for which there is room. */
    void add(long from, long to) throws IOException {
        long firstWhole = (from + blockSizeBytes - 1) / blockSizeBytes;
        // The image's last block counts as whole when the range reaches the end: nothing of it remains.
        long endWhole = to == sizeBytes ? (to + blockSizeBytes - 1) / blockSizeBytes : to / blockSizeBytes;
        zero(from, Math.min(to, firstWhole * blockSizeBytes));
        if (firstWhole < endWhole) {
            ranges[2 * rangeCount] = firstWhole;
            ranges[2 * rangeCount + 1] = endWhole;
            rangeCount++;
            touch(firstWhole, endWhole);
            blocks += endWhole - firstWhole;
        }
        zero(Math.max(firstWhole, endWhole) * blockSizeBytes, to);
    }

    private void touch(long firstBlock, long endBlock) {
        if (touchedCount > 0 && firstBlock == touched[2 * touchedCount - 1]) {
            touched[2 * touchedCount - 1] = endBlock;
        } else {
            touched[2 * touchedCount] = firstBlock;
            touched[2 * touchedCount + 1] = endBlock;
            touchedCount++;
        }
    }

    /** Puts zeros into a part of one block, if it is no hole. */
    private void zero(long from, long to) throws IOException {
        if (from >= to) {
            return;
        }
        long block = from / blockSizeBytes;
        if (edgeCount == 0 || edges[edgeCount - 1] != block) {
            if (!state.buffer.contains(block) && store.metadata().nextMapped(state.id, block, block + 1) != block) {
                return;
            }
            reader.readRange(
                    workspace.staging(), edgeCount * blockSizeBytes, block * blockSizeBytes, blockSizeBytes, workspace);
            edges[edgeCount++] = block;
            touch(block, block + 1);
        }
        int at = (edgeCount - 1) * blockSizeBytes + (int) (from % blockSizeBytes);
        workspace.staging().put(at, workspace.zeros(), 0, (int) (to - from));
    }

    /**
     * Makes the change and starts anew.
     *
     * @throws VolumeFullException if there is no room for blocks covered in part; nothing changed
     */
    void apply() throws IOException {
        if (edgeCount + rangeCount == 0) {
            return;
        }
        state.keepRoom(store.metadata(), touched, touchedCount);
        store.preparer().prepare(workspace.batch(), workspace.staging(), 0, edgeCount, workspace);
        try {
            store.batches().settleAndDiscard(workspace.batch(), state.id, edges, ranges, rangeCount, workspace);
        } catch (VolumeFullException e) {
            if (edgeCount > 0) {
                throw e;
            }
            discardOneByOne();
        }
        for (int i = 0; i < edgeCount; i++) {
            state.dropBuffered(edges[i], edges[i] + 1);
        }
        for (int i = 0; i < rangeCount; i++) {
            state.dropBuffered(ranges[2 * i], ranges[2 * i + 1]);
        }
        edgeCount = 0;
        rangeCount = 0;
        touchedCount = 0;
        blocks = 0;
    }

    /** Each by itself takes fewer pages, and finds what those before it gave back. */
    private void discardOneByOne() throws IOException {
        for (int i = 0; i < rangeCount; i++) {
            store.imageChanges().unmap(state.id, ranges[2 * i], ranges[2 * i + 1] - ranges[2 * i]);
            state.dropBuffered(ranges[2 * i], ranges[2 * i + 1]);
        }
    }
}
