package io.github.livededup.engine.image;

import io.github.livededup.Extent;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Collects what differs between two images as extents. Blocks in which an image ends are compared byte by byte. */
final class DiffExtents implements ImageDiff.Visitor {
    private final BlockStoreCore store;
    private final int baseId;
    private final int imageId;
    private final int blockSizeBytes;
    private final long baseSizeBytes;
    private final long sizeBytes;
    private final ImageDiff diff;
    private final List<Extent> extents = new ArrayList<>();
    private long runStart;
    private long runEnd;
    private boolean runIsData;

    DiffExtents(BlockStoreCore store, int baseId, int imageId) throws IOException {
        this.store = store;
        this.baseId = baseId;
        this.imageId = imageId;
        blockSizeBytes = store.settings().blockSizeBytes();
        baseSizeBytes = store.metadata().imageSizeBytes(baseId);
        sizeBytes = store.metadata().imageSizeBytes(imageId);
        diff = new ImageDiff(store, baseId, imageId);
    }

    /**
     * Compares a range.
     *
     * @param positionBytes where to start, not negative
     * @param lengthBytes how far, not negative
     * @return the extents, as {@link io.github.livededup.ImageStore#diff} says
     * @throws IOException if metadata cannot be read
     */
    List<Extent> collect(long positionBytes, long lengthBytes) throws IOException {
        long endBytes = lengthBytes > sizeBytes - positionBytes ? sizeBytes : positionBytes + lengthBytes;
        if (positionBytes >= endBytes || baseId == imageId) {
            return extents;
        }
        long to = (endBytes + blockSizeBytes - 1) / blockSizeBytes;
        EdgeBlocks edges = EdgeBlocks.of(baseSizeBytes, sizeBytes, blockSizeBytes);
        long from = positionBytes / blockSizeBytes;
        while (from < to) {
            long edge = Math.min(edges.next(from), to);
            diff.run(from, edge, this);
            if (edge < to) {
                compareEdge(edge);
            }
            from = edge + 1;
        }
        endRun();
        return extents;
    }

    /** Pages of maps read so far. */
    long pagesVisited() {
        return diff.pagesVisited();
    }

    @Override
    public void changed(long block, long baseAddress, long address) {
        boolean isData = address != BlockAddress.HOLE;
        if (block != runEnd || isData != runIsData || runStart == runEnd) {
            endRun();
            runStart = block;
            runIsData = isData;
        }
        runEnd = block + 1;
    }

    private void endRun() {
        if (runStart < runEnd) {
            long start = runStart * blockSizeBytes;
            extents.add(new Extent(start, Math.min(runEnd * blockSizeBytes, sizeBytes) - start, runIsData));
        }
        runStart = runEnd;
    }

    private void compareEdge(long block) throws IOException {
        Workspace workspace = store.workspaces().acquire();
        int ticket = store.enterRead();
        try {
            ByteBuffer both = workspace.staging();
            long[] addresses = workspace.addresses();
            store.metadata().readAddresses(baseId, block, 1, addresses);
            long baseAddress = addresses[0];
            store.metadata().readAddresses(imageId, block, 1, addresses);
            long address = addresses[0];
            readEdge(baseAddress, both, 0, baseSizeBytes - block * blockSizeBytes, workspace);
            readEdge(address, both, blockSizeBytes, sizeBytes - block * blockSizeBytes, workspace);
            int compared = (int) Math.min(blockSizeBytes, sizeBytes - block * blockSizeBytes);
            ByteBuffer base = both.duplicate().limit(compared).position(0);
            ByteBuffer own = both.duplicate().limit(blockSizeBytes + compared).position(blockSizeBytes);
            if (!base.equals(own)) {
                changed(block, baseAddress, address);
            }
        } finally {
            store.exitRead(ticket);
            store.workspaces().release(workspace);
        }
    }

    /** Reads a block of an image, with zeros past the image's end. */
    private void readEdge(long address, ByteBuffer into, int at, long leftBytes, Workspace workspace)
            throws IOException {
        int valid = (int) Math.max(0, Math.min(leftBytes, blockSizeBytes));
        if (address == BlockAddress.HOLE) {
            valid = 0;
        } else {
            store.reader().read(address, into, at, workspace);
        }
        into.put(at + valid, workspace.zeros(), 0, blockSizeBytes - valid);
    }
}
