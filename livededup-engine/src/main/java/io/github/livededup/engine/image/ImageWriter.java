package io.github.livededup.engine.image;

import io.github.livededup.Extent;
import io.github.livededup.ImageStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Changes an image. Whoever changes it holds its write lock, so a read-modify-write of part of a block is never
 * overtaken. What lies behind the end within the last block may be anything; growing makes it zero first.
 */
final class ImageWriter {
    private final BlockStoreCore store;
    private final ImageState state;
    private final ImageReader reader;
    private final SmallWriter small;
    private final int blockSizeBytes;

    ImageWriter(BlockStoreCore store, ImageState state) {
        this.store = store;
        this.state = state;
        reader = new ImageReader(store, state);
        small = new SmallWriter(store, state, reader);
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    static long checkSize(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > ImageStore.MAX_IMAGE_SIZE_BYTES) {
            throw new InvalidArgumentException("image size", sizeBytes, "0.." + ImageStore.MAX_IMAGE_SIZE_BYTES);
        }
        return sizeBytes;
    }

    /** As {@link io.github.livededup.Image#write} says; with {@code grow} the image grows where the write ends past it. */
    void write(ByteBuffer from, long positionBytes, boolean grow) throws IOException {
        state.writeLock.lock();
        try {
            state.check();
            writeLocked(from, positionBytes, store.metadata().imageSizeBytes(state.id), grow);
        } finally {
            state.writeLock.unlock();
        }
        store.afterChange();
        from.position(from.limit());
    }

    /** As {@link io.github.livededup.Image#append} says. */
    long append(ByteBuffer from) throws IOException {
        long end;
        state.writeLock.lock();
        try {
            state.check();
            end = store.metadata().imageSizeBytes(state.id);
            writeLocked(from, end, end, true);
        } finally {
            state.writeLock.unlock();
        }
        store.afterChange();
        from.position(from.limit());
        return end;
    }

    private void writeLocked(ByteBuffer from, long positionBytes, long size, boolean grow) throws IOException {
        int length = from.remaining();
        if (length > size - positionBytes) {
            if (!grow) {
                throw new InvalidArgumentException("write range", positionBytes + "+" + length, "within 0.." + size);
            }
            // Compared so that the sum cannot overflow.
            checkSize(Math.min(positionBytes, ImageStore.MAX_IMAGE_SIZE_BYTES + 1) + length);
            resizeLocked(size, positionBytes + length);
        }
        writeRange(from, from.position(), positionBytes, length);
    }

    private void writeRange(ByteBuffer from, int at, long positionBytes, int lengthBytes) throws IOException {
        int done = small.isSmall(lengthBytes) ? small.write(from, at, positionBytes, lengthBytes) : 0;
        if (done < lengthBytes) {
            writeThrough(from, at + done, positionBytes + done, lengthBytes - done);
        }
    }

    /** Stores at once. */
    private void writeThrough(ByteBuffer from, int at, long positionBytes, int lengthBytes) throws IOException {
        Workspace workspace = store.workspaces().acquire();
        try {
            long position = positionBytes;
            int left = lengthBytes;
            while (left > 0) {
                long batchEnd = (position / blockSizeBytes + Workspace.BATCH_BLOCKS) * blockSizeBytes;
                int part = (int) Math.min(left, batchEnd - position);
                writeBatch(from, at + lengthBytes - left, position, part, workspace);
                position += part;
                left -= part;
            }
        } finally {
            store.workspaces().release(workspace);
        }
    }

    private void writeBatch(ByteBuffer from, int at, long position, int length, Workspace workspace)
            throws IOException {
        long firstBlock = position / blockSizeBytes;
        int head = (int) (position % blockSizeBytes);
        int blocks = (head + length + blockSizeBytes - 1) / blockSizeBytes;
        ByteBuffer source = from;
        int sourceAt = at;
        if (head != 0 || length != blocks * blockSizeBytes) {
            source = stage(from, at, position, length, blocks, workspace);
            sourceAt = 0;
        }
        store.preparer().prepare(workspace.batch(), source, sourceAt, blocks, workspace);
        if (workspace.batch().hasZeros()) {
            keepRoom(firstBlock, firstBlock + blocks);
        }
        store.batches().settleAndMap(workspace.batch(), state.id, firstBlock, workspace);
        state.dropBuffered(firstBlock, firstBlock + blocks);
    }

    /** Brings the blocks that a write covers in part, and what it writes, together in the staging buffer. */
    private ByteBuffer stage(ByteBuffer from, int at, long position, int length, int blocks, Workspace workspace)
            throws IOException {
        ByteBuffer staging = workspace.staging();
        long start = position - position % blockSizeBytes;
        int head = (int) (position - start);
        int tail = blocks * blockSizeBytes - blockSizeBytes;
        if (head != 0 || length < blockSizeBytes) {
            reader.readRange(staging, 0, start, blockSizeBytes, workspace);
        }
        if (tail != 0 && (head + length) % blockSizeBytes != 0) {
            reader.readRange(staging, tail, start + tail, blockSizeBytes, workspace);
        }
        staging.put(head, from, at, length);
        return staging;
    }

    /** As {@link io.github.livededup.Image#resize} says; the size is checked. */
    void resize(long newSizeBytes) throws IOException {
        state.writeLock.lock();
        try {
            state.check();
            resizeLocked(store.metadata().imageSizeBytes(state.id), newSizeBytes);
        } finally {
            state.writeLock.unlock();
        }
        store.afterChange();
    }

    /** As {@link #resize}, unless the image is no larger: another may have cut it off just now. */
    void shrink(long maxSizeBytes) throws IOException {
        state.writeLock.lock();
        try {
            state.check();
            long size = store.metadata().imageSizeBytes(state.id);
            if (maxSizeBytes >= size) {
                return;
            }
            resizeLocked(size, maxSizeBytes);
        } finally {
            state.writeLock.unlock();
        }
        store.afterChange();
    }

    private void resizeLocked(long oldSizeBytes, long newSizeBytes) throws IOException {
        if (newSizeBytes > oldSizeBytes) {
            int inBlock = (int) (oldSizeBytes % blockSizeBytes);
            if (inBlock != 0 && !state.isTailZero) {
                // Stored before the new size is, for a crash must not show what was cut off.
                writeZeros(oldSizeBytes, blockSizeBytes - inBlock);
                state.flushBuffered();
            }
            setSize(newSizeBytes);
            state.isTailZero = true;
        } else if (newSizeBytes < oldSizeBytes) {
            long endBlock = (newSizeBytes + blockSizeBytes - 1) / blockSizeBytes;
            keepRoom(endBlock, (oldSizeBytes + blockSizeBytes - 1) / blockSizeBytes);
            setSize(newSizeBytes);
            state.isTailZero = false;
            state.dropBuffered(endBlock, Long.MAX_VALUE);
        }
    }

    /** As {@link ImageState#keepRoom}, for one range. */
    private void keepRoom(long fromBlock, long toBlock) throws IOException {
        if (fromBlock < toBlock) {
            state.keepRoom(store.metadata(), new long[] {fromBlock, toBlock}, 1);
        }
    }

    private void setSize(long newSizeBytes) throws IOException {
        boolean done = false;
        try {
            store.imageChanges().resizeImage(state.id, newSizeBytes);
            done = true;
        } finally {
            state.sizeChanged(done, newSizeBytes);
        }
    }

    /** As {@link io.github.livededup.Image#discard} says; the arguments are not negative. */
    void discard(long positionBytes, long lengthBytes) throws IOException {
        state.writeLock.lock();
        try {
            state.check();
            long size = store.metadata().imageSizeBytes(state.id);
            if (lengthBytes > size - positionBytes) {
                throw new InvalidArgumentException(
                        "discard range", positionBytes + "+" + lengthBytes, "within 0.." + size);
            }
            discardLocked(positionBytes, positionBytes + lengthBytes, size);
        } finally {
            state.writeLock.unlock();
        }
        store.afterChange();
    }

    /** As {@link io.github.livededup.Image#discardAll} says. */
    void discardAll(List<Extent> ranges) throws IOException {
        state.writeLock.lock();
        try {
            state.check();
            long size = store.metadata().imageSizeBytes(state.id);
            discardLocked(merged(ranges, size), size);
        } finally {
            state.writeLock.unlock();
        }
        store.afterChange();
    }

    /** Checks ranges, and gives them in order, those that touch each other as one, empty ones left out. */
    private static List<Extent> merged(List<Extent> ranges, long size) {
        List<Extent> ordered = new ArrayList<>();
        for (Extent range : ranges) {
            if (range.positionBytes() < 0
                    || range.lengthBytes() < 0
                    || range.lengthBytes() > size - range.positionBytes()) {
                throw new InvalidArgumentException(
                        "discard range", range.positionBytes() + "+" + range.lengthBytes(), "within 0.." + size);
            }
            if (range.lengthBytes() > 0) {
                ordered.add(range);
            }
        }
        ordered.sort(Comparator.comparingLong(Extent::positionBytes));
        List<Extent> merged = new ArrayList<>();
        long from = 0;
        long to = 0;
        for (Extent range : ordered) {
            if (range.positionBytes() > to) {
                addRange(merged, from, to);
                from = range.positionBytes();
                to = from;
            }
            to = Math.max(to, range.positionBytes() + range.lengthBytes());
        }
        addRange(merged, from, to);
        return merged;
    }

    private static void addRange(List<Extent> into, long from, long to) {
        if (to > from) {
            into.add(new Extent(from, to - from, false));
        }
    }

    private void discardLocked(List<Extent> ranges, long size) throws IOException {
        Workspace workspace = store.workspaces().acquire();
        try {
            DiscardBatch batch = new DiscardBatch(store, state, reader, workspace, size);
            for (Extent range : ranges) {
                long from = range.positionBytes();
                long to = from + range.lengthBytes();
                if (batch.isLong(from, to)) {
                    batch.apply();
                    discardLocked(from, to, size);
                } else {
                    if (!batch.hasRoom(from, to)) {
                        batch.apply();
                    }
                    batch.add(from, to);
                }
            }
            batch.apply();
        } finally {
            store.workspaces().release(workspace);
        }
    }

    private void discardLocked(long from, long to, long size) throws IOException {
        long firstWhole = (from + blockSizeBytes - 1) / blockSizeBytes;
        // The image's last block counts as whole when the range reaches the end: nothing of it remains.
        long endWhole = to == size ? (to + blockSizeBytes - 1) / blockSizeBytes : to / blockSizeBytes;
        writeZeros(from, (int) (Math.min(to, firstWhole * blockSizeBytes) - from));
        if (firstWhole < endWhole) {
            keepRoom(firstWhole, endWhole);
            store.imageChanges().unmap(state.id, firstWhole, endWhole - firstWhole);
            state.dropBuffered(firstWhole, endWhole);
        }
        long tail = Math.max(firstWhole, endWhole) * blockSizeBytes;
        if (tail < to) {
            writeZeros(tail, (int) (to - tail));
        }
    }

    /** Writes zeros within one block, if it is no hole. */
    private void writeZeros(long positionBytes, int lengthBytes) throws IOException {
        long block = positionBytes / blockSizeBytes;
        if (lengthBytes > 0
                && (state.buffer.contains(block) || store.metadata().nextMapped(state.id, block, block + 1) == block)) {
            writeRange(ByteBuffer.allocate(lengthBytes), 0, positionBytes, lengthBytes);
        }
    }
}
