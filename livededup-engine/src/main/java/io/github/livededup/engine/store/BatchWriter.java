package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * Stores prepared batches: settles their blocks, and maps or references them under the same hold of the append lock. If there is no room, it frees
 * groups that died and tries again. Safe for use by many threads; a batch is one thread's.
 */
public final class BatchWriter implements Closeable {
    private static final int NO_IMAGE = 0;

    private final VolumeLocks locks;
    private final BlockSettler settler;
    private final BlockChanges changes;
    private final Committer committer;
    private final SpaceReclaimer reclaimer;
    private final LowSpaceWatch space;
    private final WriteStreams streams;

    BatchWriter(
            VolumeLocks locks,
            BlockSettler settler,
            BlockChanges changes,
            Committer committer,
            SpaceReclaimer reclaimer,
            LowSpaceWatch space,
            WriteStreams streams) {
        this.locks = locks;
        this.settler = settler;
        this.changes = changes;
        this.committer = committer;
        this.reclaimer = reclaimer;
        this.space = space;
        this.streams = streams;
    }

    /**
     * Settles a prepared batch that comes by no import, and maps it into an image; what is new of it lies together, and near
     * what was written to the image before.
     *
     * @param batch a prepared batch
     * @param imageId the image
     * @param firstBlock the image's block where the batch starts
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing of it is mapped
     * @throws IOException if writing fails
     */
    public void settleAndMap(BlockBatch batch, int imageId, long firstBlock, Workspace workspace) throws IOException {
        int taken = streams.take(imageId);
        try {
            settleAndMap(batch, streams.stream(taken), imageId, firstBlock, workspace);
        } finally {
            streams.giveBack(taken);
        }
    }

    /**
     * Settles a prepared batch and maps it into an image.
     *
     * @param batch a prepared batch
     * @param stream where new blocks go
     * @param imageId the image
     * @param firstBlock the image's block where the batch starts
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing of it is mapped
     * @throws IOException if writing fails
     */
    public void settleAndMap(BlockBatch batch, AppendStream stream, int imageId, long firstBlock, Workspace workspace)
            throws IOException {
        settleAndMap(batch, stream, null, imageId, firstBlock, workspace);
    }

    /**
     * As {@link #settleAndMap(BlockBatch, AppendStream, int, long, Workspace)}, and duplicates may be stored anew.
     *
     * @param batch a prepared batch
     * @param stream where new blocks go
     * @param rewriter decides which duplicates are stored anew, or null if none is
     * @param imageId the image
     * @param firstBlock the image's block where the batch starts
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing of it is mapped
     * @throws IOException if writing fails
     */
    public void settleAndMap(
            BlockBatch batch,
            AppendStream stream,
            @Nullable Rewriter rewriter,
            int imageId,
            long firstBlock,
            Workspace workspace)
            throws IOException {
        boolean again = true;
        while (again) {
            try {
                committer.keepRoom();
                settleAndMapOnce(batch, stream, rewriter, imageId, firstBlock, workspace);
                again = false;
            } catch (VolumeFullException full) {
                makeRoomOrThrow(batch, full);
            }
        }
        space.look();
    }

    private void settleAndMapOnce(
            BlockBatch batch,
            AppendStream stream,
            @Nullable Rewriter rewriter,
            int imageId,
            long firstBlock,
            Workspace workspace)
            throws IOException {
        Lock append = locks.appendShared();
        append.lock();
        try {
            settler.settle(batch, stream, rewriter, workspace);
            changes.map(imageId, firstBlock, batch.addresses, batch.size);
        } finally {
            append.unlock();
        }
    }

    /**
     * Settles prepared blocks of an image and maps them, and makes runs of others holes, as one change.
     *
     * @param batch the prepared blocks, none if there are only holes to make
     * @param imageId the image
     * @param blocks the image's blocks that the batch holds, rising
     * @param ranges where runs of other blocks start and end, in turn
     * @param rangeCount the number of runs
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if writing fails
     */
    public void settleAndDiscard(
            BlockBatch batch, int imageId, long[] blocks, long[] ranges, int rangeCount, Workspace workspace)
            throws IOException {
        boolean again = true;
        while (again) {
            try {
                committer.keepRoom();
                settleAndDiscardOnce(batch, imageId, blocks, ranges, rangeCount, workspace);
                again = false;
            } catch (VolumeFullException full) {
                makeRoomOrThrow(batch, full);
            }
        }
        space.look();
    }

    private void settleAndDiscardOnce(
            BlockBatch batch, int imageId, long[] blocks, long[] ranges, int rangeCount, Workspace workspace)
            throws IOException {
        Lock append = locks.appendShared();
        append.lock();
        try {
            settleInWriteStream(batch, imageId, workspace);
            changes.mapAndUnmap(imageId, blocks, batch.addresses, batch.size, ranges, rangeCount);
        } finally {
            append.unlock();
        }
    }

    /** After a try that found no room: frees groups that died, and says that it is worth another one, or throws. */
    private void makeRoomOrThrow(BlockBatch batch, VolumeFullException full) throws IOException {
        if (reclaimer.freeDead() == 0) {
            throw full;
        }
        batch.startAgain();
    }

    /**
     * Settles a prepared batch and gives the caller a reference to each block.
     *
     * @param batch a prepared batch without zero blocks
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; no reference is given
     * @throws IOException if writing fails
     */
    void settleAndReference(BlockBatch batch, Workspace workspace) throws IOException {
        boolean again = true;
        while (again) {
            try {
                committer.keepRoom();
                settleAndReferenceOnce(batch, workspace);
                again = false;
            } catch (VolumeFullException full) {
                makeRoomOrThrow(batch, full);
            }
        }
        space.look();
    }

    private void settleAndReferenceOnce(BlockBatch batch, Workspace workspace) throws IOException {
        Lock append = locks.appendShared();
        append.lock();
        try {
            settleInWriteStream(batch, NO_IMAGE, workspace);
            changes.changeReferences(batch.addresses, 0, batch.size, 1);
        } finally {
            append.unlock();
        }
    }

    private void settleInWriteStream(BlockBatch batch, int imageId, Workspace workspace) throws IOException {
        int taken = streams.take(imageId);
        try {
            settler.settle(batch, streams.stream(taken), null, workspace);
        } finally {
            streams.giveBack(taken);
        }
    }

    /** Gives back the open groups of its streams; nothing is written any more. */
    @Override
    public void close() {
        streams.close();
    }
}
