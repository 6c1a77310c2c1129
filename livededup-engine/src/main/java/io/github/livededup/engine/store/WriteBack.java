package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.volume.BlockGroups;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stores blocks later than they were accepted: room for them is set aside first, so that storing them does not fail for
 * want of it. Data has its room in the open group of a stream of its own, as if no block were a duplicate or shrank;
 * metadata pages are held back from all other changes. Pages that a change replaces come back with the next checkpoint, so
 * it is enough to hold those by which the metadata grows, and what one change needs for a while.
 *
 * <p>Its lock comes between an image's write lock and the append lock.
 */
public class WriteBack {
    /** Room is set aside for this many blocks at a time at most. */
    private static final int MAX_STEP_BLOCKS = 64;
    /** What mapping one block takes until the next checkpoint, with a checkpoint's own needs. */
    private static final long PASSING_PAGES = 96;
    /** What one block's counts may add: a leaf and two pages above. */
    private static final int COUNT_PAGES = 3;
    /** Counts on a leaf. */
    private static final int COUNTS_PER_PAGE = 1016;
    /** Entries of an open group's table on a page, at least. */
    private static final int ENTRIES_PER_PAGE = 64;

    private final BlockGroups groups;
    private final BlockChanges changes;
    private final Committer committer;
    private final BlockSettler settler;
    private final Lock append;
    private final AppendStream stream;
    private final MetadataReader metadata;
    private final long countPagesPerGroup;
    private final int stepBlocks;
    private final ReentrantLock lock = new ReentrantLock();
    /** Blocks accepted and not stored; guarded by the lock, as are the pages. */
    private int blocks;
    /** Pages that maps may grow by when those blocks are stored. */
    private long mapPages;

    private long heldPages;

    WriteBack(
            StoreParts parts,
            BlockChanges changes,
            Committer committer,
            BlockSettler settler,
            AppendStream stream,
            MetadataReader metadata,
            int maxBlocks) {
        groups = parts.groups();
        append = parts.locks().appendShared();
        this.changes = changes;
        this.committer = committer;
        this.settler = settler;
        this.stream = stream;
        this.metadata = metadata;
        countPagesPerGroup = groups.geometry().maxSlots() / COUNTS_PER_PAGE + (long) COUNT_PAGES;
        stepBlocks = Math.max(1, Math.min(MAX_STEP_BLOCKS, maxBlocks / 4));
    }

    /**
     * The map page of a block: blocks of one page need {@link #pagesFor} only once.
     *
     * @param block an image's block
     * @return its page's number
     */
    public static long mapPage(long block) {
        return block / ImageMap.BLOCKS_PER_PAGE;
    }

    /**
     * By how many pages an image's map may grow if a block of a map page is stored.
     *
     * @param imageId the image
     * @param block its block
     * @return the pages
     * @throws IOException if metadata cannot be read
     */
    public long pagesFor(int imageId, long block) throws IOException {
        return metadata.newPagesToMap(imageId, block);
    }

    /**
     * Sets room aside for blocks of any content, and for pages of the maps they come into.
     *
     * @param blockCount how many blocks
     * @param pages how many map pages, as {@link #pagesFor} tells
     * @throws VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    public void accept(int blockCount, long pages) throws IOException {
        if (isShort(blockCount, pages)) {
            committer.keepRoom();
        }
        lock.lock();
        try {
            if (!isCovered(blocks + blockCount, mapPages + pages)) {
                try {
                    cover(blocks + Math.max(blockCount, stepBlocks), mapPages + pages + stepBlocks);
                } catch (VolumeFullException e) {
                    cover(blocks + blockCount, mapPages + pages);
                }
            }
            blocks += blockCount;
            mapPages += pages;
        } finally {
            lock.unlock();
        }
    }

    private boolean isShort(int more, long pages) {
        lock.lock();
        try {
            return !isCovered(blocks + more, mapPages + pages);
        } finally {
            lock.unlock();
        }
    }

    private boolean isCovered(int blockCount, long pages) {
        return stream.held() >= blockCount && heldPages >= pages + pagesBeside(blockCount);
    }

    /** Pages held beside those of the maps. */
    private long pagesBeside(int blockCount) {
        long counts = Math.min((long) COUNT_PAGES * blockCount, (groups.count() + 1) * countPagesPerGroup);
        return PASSING_PAGES + counts + blockCount / ENTRIES_PER_PAGE;
    }

    private void cover(int blockCount, long pages) throws IOException {
        append.lock();
        try {
            int missing = blockCount - stream.held();
            long missingPages = pages + pagesBeside(blockCount) - heldPages;
            if (missing > 0) {
                stream.hold(missing);
            }
            if (missingPages > 0) {
                changes.hold(missingPages);
                heldPages += missingPages;
            }
        } finally {
            append.unlock();
        }
    }

    /**
     * Gives room back that was set aside: of blocks that are not to be stored any more, and of map pages once all blocks
     * of an image are stored.
     *
     * @param blockCount how many blocks
     * @param pages how many map pages
     */
    public void giveBack(int blockCount, long pages) {
        lock.lock();
        try {
            blocks -= blockCount;
            mapPages -= pages;
            int spare = stream.held() - blocks;
            // Some is kept for the next ones while others wait to be stored, none of it when all is.
            if (blocks == 0 || spare > 2 * stepBlocks) {
                stream.unhold(blocks == 0 ? spare : spare - stepBlocks);
            }
            long sparePages = heldPages - mapPages - pagesBeside(blocks);
            if (blocks == 0) {
                changes.unhold(heldPages);
                heldPages = 0;
            } else if (sparePages > 16L * stepBlocks) {
                changes.unhold(sparePages);
                heldPages -= sparePages;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stores prepared blocks for which room was set aside, and maps them. They do not need to lie together. If space is
     * short all the same, checkpoints are taken to bring pages back, and fewer blocks are mapped at a time. The room set
     * aside for those that are stored is given back.
     *
     * @param batch the prepared blocks
     * @param imageId the image
     * @param imageBlocks the image's blocks, rising
     * @param from index of the first
     * @param workspace the calling thread's tools
     * @return how many were stored, from the first on; at least one. If there are more, what kept them from being stored is thrown when
     *     they are to be stored again
     * @throws VolumeFullException if not even one could be stored
     * @throws IOException if the volume has failed, and none was stored
     */
    public final int store(BlockBatch batch, int imageId, long[] imageBlocks, int from, Workspace workspace)
            throws IOException {
        int stored = 0;
        int step = batch.size;
        boolean checkpointed = false;
        committer.keepRoom();
        try {
            while (stored < batch.size) {
                try {
                    int count = Math.min(step, batch.size - stored);
                    settleAndMap(batch, imageId, imageBlocks, from + stored, stored, count, workspace);
                    stored += count;
                    giveBack(count, 0);
                    checkpointed = false;
                } catch (VolumeFullException e) {
                    if (!checkpointed) {
                        makeRoom();
                        checkpointed = true;
                    } else if (step > 1) {
                        step = Math.max(1, step / 8);
                    } else {
                        throw e;
                    }
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            // The room of those that are stored is given back: the caller must learn which they are, lest it be given
            // back twice.
            if (stored == 0) {
                throw e;
            }
        }
        return stored;
    }

    /** Brings pages back; tests have it fail. */
    void makeRoom() throws IOException {
        committer.makeRoom();
    }

    /** Stores and maps a part of a batch as one change; tests have it fail. */
    void settleAndMap(
            BlockBatch batch, int imageId, long[] imageBlocks, int from, int batchFrom, int count, Workspace workspace)
            throws IOException {
        append.lock();
        try {
            // Blocks that an earlier attempt appended are found.
            settler.settle(batch, batchFrom, batchFrom + count, stream, null, workspace);
            changes.mapHeld(imageId, imageBlocks, from, batch.addresses, batchFrom, count);
        } finally {
            append.unlock();
        }
    }

    /** Gives the stream's open group back; nothing is waiting any more. */
    void close() {
        stream.close();
    }
}
