package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.MetadataStore;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * Makes long ranges of an image holes in steps. Each step is a batch of its own, takes the metadata lock for itself, and
 * is small enough to find pages on a full volume; between them others go on and checkpoints are taken. A range that is
 * one step is one batch, so it happens whole or not at all.
 */
final class UnmapSteps {
    /** Map pages that a step empties: 127 MiB of an image with blocks of 4 KiB, some milliseconds. */
    private static final int STEP_LEAVES = 64;
    /** A step that may take more pages than this is made shorter, since they are set aside before it. */
    private static final long STEP_PAGES = 2048;
    /** By how much a step is made shorter. */
    private static final int SHORTER = 4;

    private final ImageMap maps;
    private final ChangeLog log;
    private final Committer committer;
    private final LiveCounters live;

    UnmapSteps(MetadataStore metadata, ChangeLog log, Committer committer, LiveCounters live) {
        this.maps = metadata.maps();
        this.log = log;
        this.committer = committer;
        this.live = live;
    }

    /** The end of a range: journals and applies what is left of it, together with what the range was unmapped for. */
    @FunctionalInterface
    interface LastStep {
        /**
         * Does the step, under the metadata lock.
         *
         * @param fromBlock where it starts
         * @param pages what unmapping from there may take at most
         * @throws IOException if there is no room or the volume has failed
         */
        void run(long fromBlock, long pages) throws IOException;
    }

    /**
     * Unmaps a range. Called without the append and metadata locks.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param endBlock the block behind the last
     * @param last does the last step
     * @return the stored bytes of blocks that lost their last reference
     * @throws VolumeFullException if there is no room even for the shortest step; those before are done
     * @throws IOException if the volume has failed
     */
    long run(int imageId, long firstBlock, long endBlock, LastStep last) throws IOException {
        Size size = new Size();
        boolean isFresh = false;
        long freedBytes = 0;
        long from = firstBlock;
        while (true) {
            keepRoom();
            VolumeFullException full;
            Lock lock = log.lock();
            lock.lock();
            try {
                long to = end(imageId, from, endBlock, size);
                long pages = MetadataStore.SMALL_CHANGE_PAGES + maps.pagesToUnmap(imageId, from, to - from);
                long before = live.bytes();
                if (to == endBlock) {
                    last.run(from, pages);
                    return freedBytes + before - live.bytes();
                }
                step(imageId, from, to, pages);
                freedBytes += before - live.bytes();
                from = to;
                isFresh = false;
                continue;
            } catch (VolumeFullException e) {
                full = e;
            } finally {
                lock.unlock();
            }
            if (isFresh && !size.shorten()) {
                throw full;
            }
            if (!isFresh) {
                committer.makeRoom();
                isFresh = true;
            }
        }
    }

    /**
     * Does a change that gives something back and is a step by itself; on a full volume once more after a checkpoint.
     *
     * @param change the change
     * @throws IOException if there is no room or the volume has failed
     */
    void runOne(ChangeLog.Apply change) throws IOException {
        try {
            locked(change);
        } catch (VolumeFullException e) {
            committer.makeRoom();
            locked(change);
        }
    }

    private void locked(ChangeLog.Apply change) throws IOException {
        log.lock().lock();
        try {
            change.run();
        } finally {
            log.lock().unlock();
        }
    }

    private void keepRoom() throws IOException {
        try {
            committer.keepRoom();
        } catch (VolumeFullException e) {
            // The step needs less than a checkpoint; if it finds no room either, it says so itself.
        }
    }

    /** How long steps are; shorter ones are tried while there is no room. */
    private static final class Size {
        int leaves = STEP_LEAVES;
        long blocks = ImageMap.MAX_BLOCKS;

        /** Makes steps shorter; false if they are as short as can be. */
        boolean shorten() {
            if (leaves > 1) {
                leaves /= SHORTER;
                return true;
            }
            if (blocks == 1) {
                return false;
            }
            blocks = blocks == ImageMap.MAX_BLOCKS ? STEP_LEAVES : blocks / SHORTER;
            return true;
        }
    }

    /** Where a step from a block on ends. */
    private long end(int imageId, long from, long endBlock, Size size) throws IOException {
        if (from >= endBlock) {
            return endBlock;
        }
        int leaves = size.leaves;
        long to = maps.endOfStep(imageId, from, endBlock, leaves);
        while (leaves > 1 && maps.pagesToUnmap(imageId, from, to - from) > STEP_PAGES) {
            leaves /= SHORTER;
            to = maps.endOfStep(imageId, from, endBlock, leaves);
        }
        if (size.blocks < ImageMap.MAX_BLOCKS) {
            to = Math.min(to, maps.nextMapped(imageId, from, to) + size.blocks);
        }
        return to;
    }

    private void step(int imageId, long from, long to, long pages) throws IOException {
        JournalRecords.extentUnmapped(log.beginFreeing(pages), imageId, from, to - from);
        log.finish(() -> maps.unmap(imageId, from, to - from));
    }
}
