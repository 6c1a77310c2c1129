package io.github.livededup.engine.store;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/** Changes that come with blocks: where images map them, the references of the block store's callers, block groups. */
public final class BlockChanges {
    private final MetadataStore metadata;
    private final ChangeLog log;
    private final Lock lock;

    /**
     * Makes the changes.
     *
     * @param parts the volume's parts
     */
    public BlockChanges(StoreParts parts) {
        metadata = parts.metadata();
        log = new ChangeLog(parts);
        lock = log.lock();
    }

    /**
     * Maps a settled run of blocks; holes unmap.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param addresses where the blocks are
     * @param count how many
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    void map(int imageId, long firstBlock, long[] addresses, int count) throws IOException {
        lock.lock();
        try {
            JournalBatch records = log.begin(MetadataStore.SMALL_CHANGE_PAGES
                    + metadata.maps().pagesToMap(imageId, firstBlock, addresses, 0, count));
            recordRun(records, imageId, firstBlock, addresses, 0, count);
            long now = System.currentTimeMillis();
            JournalRecords.imageTouched(records, imageId, now);
            log.journal();
            try {
                metadata.maps().map(imageId, firstBlock, addresses, 0, count);
                metadata.catalogue().touch(imageId, now);
            } catch (Throwable e) {
                throw log.failedForGood(e);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Maps settled blocks, wherever they are in the image, as one change, for which {@link #hold} set pages aside.
     *
     * @param imageId the image
     * @param blocks its blocks, rising
     * @param from index of the first
     * @param addresses where they are, holes unmap; the first is at index {@code addressFrom}
     * @param addressFrom index of the first address
     * @param count how many
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    void mapHeld(int imageId, long[] blocks, int from, long[] addresses, int addressFrom, int count)
            throws IOException {
        lock.lock();
        try {
            JournalBatch records = log.beginHeld(MetadataStore.SMALL_CHANGE_PAGES
                    + metadata.maps().pagesToMap(imageId, blocks, from, addresses, addressFrom, count));
            int shift = addressFrom - from;
            int at = from;
            while (at < from + count) {
                int run = at + 1;
                while (run < from + count && blocks[run] == blocks[run - 1] + 1) {
                    run++;
                }
                recordRun(records, imageId, blocks[at], addresses, at + shift, run + shift);
                at = run;
            }
            long now = System.currentTimeMillis();
            JournalRecords.imageTouched(records, imageId, now);
            log.journal();
            try {
                metadata.maps().map(imageId, blocks, from, addresses, addressFrom, count);
                metadata.catalogue().touch(imageId, now);
            } catch (Throwable e) {
                throw log.failedForGood(e);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Maps settled blocks, wherever they are in the image, and makes runs of others holes, as one change.
     *
     * @param imageId the image
     * @param blocks its blocks to map, rising
     * @param addresses where they are
     * @param count how many
     * @param ranges where runs of others start and end, in turn
     * @param rangeCount the number of runs
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    void mapAndUnmap(int imageId, long[] blocks, long[] addresses, int count, long[] ranges, int rangeCount)
            throws IOException {
        lock.lock();
        try {
            long pages = MetadataStore.SMALL_CHANGE_PAGES
                    + metadata.maps().pagesToMap(imageId, blocks, 0, addresses, 0, count)
                    + metadata.maps().pagesToUnmap(imageId, ranges, rangeCount);
            JournalBatch records = log.beginFreeing(pages);
            for (int i = 0; i < count; i++) {
                recordRun(records, imageId, blocks[i], addresses, i, i + 1);
            }
            for (int i = 0; i < rangeCount; i++) {
                JournalRecords.extentUnmapped(records, imageId, ranges[2 * i], ranges[2 * i + 1] - ranges[2 * i]);
            }
            long now = System.currentTimeMillis();
            JournalRecords.imageTouched(records, imageId, now);
            log.finish(() -> {
                if (count > 0) {
                    metadata.maps().map(imageId, blocks, 0, addresses, 0, count);
                }
                if (rangeCount > 0) {
                    metadata.maps().unmap(imageId, ranges, rangeCount);
                }
                metadata.catalogue().touch(imageId, now);
            });
        } finally {
            lock.unlock();
        }
    }

    /** Records where consecutive blocks are. */
    private static void recordRun(
            JournalBatch records, int imageId, long firstBlock, long[] addresses, int start, int end) {
        int from = start;
        while (from < end) {
            int to = endOfRun(addresses, from, end);
            if (addresses[from] == BlockAddress.HOLE) {
                JournalRecords.extentUnmapped(records, imageId, firstBlock + from - start, to - from);
            } else {
                JournalRecords.extentMapped(records, imageId, firstBlock + from - start, to - from, addresses[from]);
            }
            from = to;
        }
    }

    /**
     * Sets pages aside for changes that come later.
     *
     * @param pages how many more
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    void hold(long pages) throws IOException {
        lock.lock();
        try {
            log.hold(pages);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back pages that were set aside. */
    void unhold(long pages) {
        lock.lock();
        try {
            metadata.unhold(pages);
        } finally {
            lock.unlock();
        }
    }

    /** Where a run of holes, or of consecutive slots of one group, ends. */
    private static int endOfRun(long[] addresses, int from, int count) {
        long step = addresses[from] == BlockAddress.HOLE ? 0 : 1;
        int to = from + 1;
        while (to < count
                && addresses[to] == addresses[to - 1] + step
                && addresses[to] != BlockAddress.HOLE == (step == 1)) {
            to++;
        }
        return to;
    }

    /**
     * Changes the references that callers of the block store hold.
     *
     * @param addresses the blocks; holes are passed over
     * @param from index of the first
     * @param count how many
     * @param delta what to add to each
     * @throws IOException if there is no room or the volume has failed
     */
    void changeReferences(long[] addresses, int from, int count, int delta) throws IOException {
        lock.lock();
        try {
            long pages = (long) MetadataStore.SMALL_CHANGE_PAGES * count;
            metadata.references().requireReadable(addresses, from, count);
            JournalBatch records = delta < 0 ? log.beginFreeing(pages) : log.begin(pages);
            for (int i = from; i < from + count; i++) {
                JournalRecords.referenceChanged(records, addresses[i], delta);
            }
            log.journal();
            try {
                for (int i = from; i < from + count; i++) {
                    metadata.references().addExternal(addresses[i], delta);
                }
            } catch (Throwable e) {
                throw log.failedForGood(e);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes one reference of the block store's callers away, if there is one.
     *
     * @param address the block
     * @return false if there was none
     * @throws IOException if there is no room or the volume has failed
     */
    boolean releaseReference(long address) throws IOException {
        lock.lock();
        try {
            if (metadata.references().external(address) == 0) {
                return false;
            }
            changeReferences(new long[] {address}, 0, 1, -1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds one reference of the block store's callers, if the block lives.
     *
     * @param address the block
     * @return false if it does not
     * @throws IOException if there is no room or the volume has failed
     */
    boolean retainReference(long address) throws IOException {
        lock.lock();
        try {
            if (metadata.references().count(address) == 0) {
                return false;
            }
            changeReferences(new long[] {address}, 0, 1, 1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Notes a new open group; the append lock is held, shared. */
    void groupOpened(int group, int region) throws IOException {
        lock.lock();
        try {
            JournalBatch records = log.begin(MetadataStore.SMALL_CHANGE_PAGES);
            JournalRecords.groupOpened(records, group, region);
            log.finish(() -> metadata.groups().open(group, region));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes a sealed group; the append lock is held, shared. If it cannot be noted the volume has failed: a checkpoint
     * would not save the group's table any more, and let go of the journal that has it.
     */
    void groupSealed(GroupLayout layout) throws IOException {
        lock.lock();
        try {
            JournalBatch records = log.beginHeld(MetadataStore.SMALL_CHANGE_PAGES);
            JournalRecords.groupSealed(
                    records, layout.group(), layout.slots(), layout.dataEnd(), layout.tableOffset(), layout.tableCrc());
            log.finish(() -> metadata.groups()
                    .seal(layout.group(), layout.slots(), layout.dataEnd(), layout.tableOffset(), layout.tableCrc()));
        } catch (Throwable e) {
            throw log.failedForGood(e);
        } finally {
            lock.unlock();
        }
    }
}
