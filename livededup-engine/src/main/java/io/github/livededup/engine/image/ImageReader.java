package io.github.livededup.engine.image;

import io.github.livededup.Extent;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads an image: its map under the shared metadata lock, then the blocks without any lock. */
final class ImageReader {
    private final BlockStoreCore store;
    private final ImageState state;
    private final SequentialReader sequential;
    private final int blockSizeBytes;

    ImageReader(BlockStoreCore store, ImageState state) {
        this.store = store;
        this.state = state;
        sequential = new SequentialReader(store, state.id);
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    /** As {@link io.github.livededup.Image#read} says; arguments are checked. */
    int read(ByteBuffer into, long positionBytes) throws IOException {
        long left = state.sizeBytes(store.metadata()) - positionBytes;
        if (!into.hasRemaining()) {
            return 0;
        }
        if (left <= 0) {
            return -1;
        }
        int length = (int) Math.min(into.remaining(), left);
        Workspace workspace = store.workspaces().acquire();
        try {
            readRange(into, into.position(), positionBytes, length, workspace);
        } finally {
            store.workspaces().release(workspace);
        }
        // Deleted in the meantime: the map may have been another image's.
        state.check();
        into.position(into.position() + length);
        return length;
    }

    /** Reads a range that lies within the image's last block at most, into absolute places of a buffer. */
    void readRange(ByteBuffer into, int at, long positionBytes, int lengthBytes, Workspace workspace)
            throws IOException {
        long position = positionBytes;
        int to = at;
        int left = lengthBytes;
        while (left > 0) {
            long firstBlock = position / blockSizeBytes;
            int blocks =
                    (int) Math.min(Workspace.BATCH_BLOCKS, (position + left - 1) / blockSizeBytes - firstBlock + 1);
            int part = (int) Math.min(left, (firstBlock + blocks) * blockSizeBytes - position);
            sequential.reads(position, part);
            // The buffer before the map: a block leaves it only once it is mapped.
            long buffered = readBuffered(into, to, position, part);
            if (buffered != -1L >>> (Long.SIZE - blocks)) {
                int ticket = store.enterRead();
                try {
                    store.metadata().readAddresses(state.id, firstBlock, blocks, workspace.addresses());
                    readBatch(into, to, position, part, buffered, workspace);
                } finally {
                    store.exitRead(ticket);
                }
            }
            position += part;
            to += part;
            left -= part;
        }
    }

    /** Reads the blocks of a range that are not stored yet; returns which, the first block in the lowest bit. */
    private long readBuffered(ByteBuffer into, int at, long positionBytes, int lengthBytes) {
        if (state.buffer.isEmpty()) {
            return 0;
        }
        long found = 0;
        long firstBlock = positionBytes / blockSizeBytes;
        int inBlock = (int) (positionBytes % blockSizeBytes);
        int to = at;
        int end = at + lengthBytes;
        for (int i = 0; to < end; i++) {
            int part = Math.min(end - to, blockSizeBytes - inBlock);
            if (state.buffer.read(firstBlock + i, inBlock, into, to, part)) {
                found |= 1L << i;
            }
            to += part;
            inBlock = 0;
        }
        return found;
    }

    /** Reads those blocks of a range whose addresses are at hand and that were not buffered. */
    private void readBatch(
            ByteBuffer into, int at, long positionBytes, int lengthBytes, long buffered, Workspace workspace)
            throws IOException {
        int inBlock = (int) (positionBytes % blockSizeBytes);
        int to = at;
        int end = at + lengthBytes;
        for (int i = 0; to < end; i++) {
            int part = Math.min(end - to, blockSizeBytes - inBlock);
            if ((buffered & 1L << i) == 0) {
                readPart(workspace.addresses()[i], into, to, inBlock, part, workspace);
            }
            to += part;
            inBlock = 0;
        }
    }

    private void readPart(long address, ByteBuffer into, int at, int inBlock, int length, Workspace workspace)
            throws IOException {
        if (address == BlockAddress.HOLE) {
            into.put(at, workspace.zeros(), 0, length);
        } else if (length == blockSizeBytes) {
            store.reader().read(address, into, at, workspace);
        } else {
            store.reader().read(address, workspace.scratch(), 0, workspace);
            into.put(at, workspace.scratch(), inBlock, length);
        }
    }

    /** As {@link io.github.livededup.Image#extents} says; arguments are checked. */
    List<Extent> extents(long positionBytes, long lengthBytes) throws IOException {
        state.flushWrites();
        long size = store.metadata().imageSizeBytes(state.id);
        long end = lengthBytes > size - positionBytes ? size : positionBytes + lengthBytes;
        // Not beyond the range: a run may go on for terabytes, and the map is held still while it is walked.
        long endBlock = end / blockSizeBytes + 1;
        List<Extent> extents = new ArrayList<>();
        long start = positionBytes;
        long position = positionBytes;
        boolean wasData = false;
        while (position < end) {
            long block = position / blockSizeBytes;
            long data = store.metadata().nextMapped(state.id, block, endBlock);
            boolean isData = data == block;
            if (isData != wasData && position > start) {
                extents.add(new Extent(start, position - start, wasData));
                start = position;
            }
            wasData = isData;
            // The block itself may be a hole by now: others write meanwhile.
            long nextBlock = isData ? Math.max(block + 1, store.metadata().nextHole(state.id, block, endBlock)) : data;
            position = nextBlock > end / blockSizeBytes ? end : Math.min(end, nextBlock * blockSizeBytes);
        }
        if (position > start) {
            extents.add(new Extent(start, position - start, wasData));
        }
        state.check();
        return extents;
    }
}
