package io.github.livededup.engine.store;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.journal.Journal;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalFullException;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.recovery.ReplayApplier;
import io.github.livededup.engine.volume.GroupLayout;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * Every change of metadata: under the exclusive metadata lock, its pages are reserved (so that a full disk refuses it
 * whole), its records are appended to the journal as one batch, and it is applied in memory. A failure after the journal
 * took the records would leave memory and journal apart, so it ends all writing.
 */
public final class VolumeChanges {
    private final MetadataStore metadata;
    private final Journal journal;
    private final FailureLatch latch;
    private final Lock lock;
    private final int blockSizeBytes;
    private final LiveCounters live;
    private final String resource;
    private final JournalBatch records = new JournalBatch();

    /**
     * Makes the changes.
     *
     * @param parts the volume's parts
     * @param live counts live blocks
     * @param blockSizeBytes the block size
     */
    public VolumeChanges(StoreParts parts, LiveCounters live, int blockSizeBytes) {
        metadata = parts.metadata();
        journal = parts.journal();
        latch = parts.latch();
        resource = parts.description();
        this.live = live;
        this.blockSizeBytes = blockSizeBytes;
        lock = parts.locks().metadataExclusive();
    }

    /** A step of a change: making room for it, or doing it in memory once the journal has it. */
    @FunctionalInterface
    private interface Apply {
        void run() throws IOException;
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
            begin(MetadataStore.SMALL_CHANGE_PAGES
                    + metadata.maps().pagesToMap(imageId, firstBlock, addresses, 0, count));
            recordRun(imageId, firstBlock, addresses, 0, count);
            long now = System.currentTimeMillis();
            JournalRecords.imageTouched(records, imageId, now);
            finish(() -> {
                metadata.maps().map(imageId, firstBlock, addresses, 0, count);
                metadata.catalogue().touch(imageId, now);
            });
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
            long pages = MetadataStore.SMALL_CHANGE_PAGES
                    + metadata.maps().pagesToMap(imageId, blocks, from, addresses, addressFrom, count);
            begin(() -> metadata.reserveHeld(pages));
            int shift = addressFrom - from;
            int at = from;
            while (at < from + count) {
                int run = at + 1;
                while (run < from + count && blocks[run] == blocks[run - 1] + 1) {
                    run++;
                }
                recordRun(imageId, blocks[at], addresses, at + shift, run + shift);
                at = run;
            }
            long now = System.currentTimeMillis();
            JournalRecords.imageTouched(records, imageId, now);
            finish(() -> {
                metadata.maps().map(imageId, blocks, from, addresses, addressFrom, count);
                metadata.catalogue().touch(imageId, now);
            });
        } finally {
            lock.unlock();
        }
    }

    /** Records where consecutive blocks are. */
    private void recordRun(int imageId, long firstBlock, long[] addresses, int start, int end) {
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
            begin(() -> metadata.hold(pages));
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
     * Makes a range of holes.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if the volume has failed
     */
    public void unmap(int imageId, long firstBlock, long count) throws IOException {
        lock.lock();
        try {
            beginFreeing(MetadataStore.SMALL_CHANGE_PAGES + metadata.maps().pagesToUnmap(imageId, firstBlock, count));
            JournalRecords.extentUnmapped(records, imageId, firstBlock, count);
            long now = System.currentTimeMillis();
            JournalRecords.imageTouched(records, imageId, now);
            finish(() -> {
                metadata.maps().unmap(imageId, firstBlock, count);
                metadata.catalogue().touch(imageId, now);
            });
        } finally {
            lock.unlock();
        }
    }

    /**
     * Creates an image that is one hole.
     *
     * @param name its name, not taken
     * @param sizeBytes its size
     * @return its number
     * @throws IOException if there is no room or the volume has failed
     */
    public int createImage(String name, long sizeBytes) throws IOException {
        return create(name, sizeBytes, false);
    }

    /**
     * Creates an image that nobody sees until it is published.
     *
     * @param name the name it is to have
     * @return its number
     * @throws IOException if there is no room or the volume has failed
     */
    public int createHiddenImage(String name) throws IOException {
        return create(name, 0, true);
    }

    private int create(String name, long sizeBytes, boolean hidden) throws IOException {
        lock.lock();
        try {
            begin(MetadataStore.SMALL_CHANGE_PAGES);
            int id = metadata.catalogue().freeId();
            long now = System.currentTimeMillis();
            JournalRecords.imageCreated(records, id, name, sizeBytes, hidden ? 0 : ReplayApplier.FLAG_VISIBLE, now);
            finish(() -> metadata.catalogue().create(id, name, hidden, sizeBytes, now));
            return id;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a hidden image visible.
     *
     * @param imageId the image
     * @param name its name, not taken
     * @param sizeBytes its size
     * @throws IOException if there is no room or the volume has failed
     */
    public void publishImage(int imageId, String name, long sizeBytes) throws IOException {
        lock.lock();
        try {
            begin(2L * MetadataStore.SMALL_CHANGE_PAGES);
            long now = System.currentTimeMillis();
            JournalRecords.imageResized(records, imageId, sizeBytes);
            JournalRecords.imagePublished(records, imageId, name);
            finish(() -> {
                metadata.catalogue().resize(imageId, sizeBytes, now);
                metadata.catalogue().publish(imageId, now);
            });
        } finally {
            lock.unlock();
        }
    }

    /**
     * Renames an image.
     *
     * @param imageId the image
     * @param newName its new name, not taken
     * @throws IOException if there is no room or the volume has failed
     */
    public void renameImage(int imageId, String newName) throws IOException {
        lock.lock();
        try {
            begin(MetadataStore.SMALL_CHANGE_PAGES);
            JournalRecords.imageRenamed(records, imageId, newName);
            finish(() -> metadata.catalogue().rename(imageId, newName));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sets when an image was changed.
     *
     * @param imageId the image
     * @param modifiedMillis when, since 1970
     * @throws IOException if there is no room or the volume has failed
     */
    public void touchImage(int imageId, long modifiedMillis) throws IOException {
        lock.lock();
        try {
            begin(MetadataStore.SMALL_CHANGE_PAGES);
            JournalRecords.imageTouched(records, imageId, modifiedMillis);
            finish(() -> metadata.catalogue().touch(imageId, modifiedMillis));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes an image's size; blocks past the new end are unmapped.
     *
     * @param imageId the image
     * @param newSizeBytes the new size
     * @throws IOException if there is no room or the volume has failed
     */
    public void resizeImage(int imageId, long newSizeBytes) throws IOException {
        lock.lock();
        try {
            long endBlock = (newSizeBytes + blockSizeBytes - 1) / blockSizeBytes;
            long cut = ImageMap.MAX_BLOCKS - endBlock;
            beginFreeing(MetadataStore.SMALL_CHANGE_PAGES + metadata.maps().pagesToUnmap(imageId, endBlock, cut));
            JournalRecords.imageResized(records, imageId, newSizeBytes);
            finish(() -> {
                metadata.maps().unmap(imageId, endBlock, cut);
                metadata.catalogue().resize(imageId, newSizeBytes, System.currentTimeMillis());
            });
        } finally {
            lock.unlock();
        }
    }

    /**
     * Deletes an image and gives its references back.
     *
     * @param imageId the image
     * @return the stored bytes of blocks that lost their last reference
     * @throws IOException if there is no room or the volume has failed
     */
    public long deleteImage(int imageId) throws IOException {
        lock.lock();
        try {
            beginFreeing(
                    MetadataStore.SMALL_CHANGE_PAGES + metadata.maps().pagesToUnmap(imageId, 0, ImageMap.MAX_BLOCKS));
            long liveBefore = live.bytes();
            JournalRecords.imageDeleted(records, imageId);
            finish(() -> {
                metadata.catalogue().hide(imageId);
                metadata.maps().unmap(imageId, 0, ImageMap.MAX_BLOCKS);
                metadata.catalogue().remove(imageId);
            });
            return liveBefore - live.bytes();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Deletes images whose import was cut short.
     *
     * @throws IOException if there is no room or the volume has failed
     */
    public void deleteHiddenImages() throws IOException {
        lock.lock();
        try {
            for (ImageRecord image : metadata.catalogue().list()) {
                if (image.hidden()) {
                    deleteImage(image.id());
                }
            }
        } finally {
            lock.unlock();
        }
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
            if (delta < 0) {
                beginFreeing(pages);
            } else {
                begin(pages);
            }
            for (int i = from; i < from + count; i++) {
                JournalRecords.referenceChanged(records, addresses[i], delta);
            }
            finish(() -> {
                for (int i = from; i < from + count; i++) {
                    metadata.references().addExternal(addresses[i], delta);
                }
            });
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
            begin(MetadataStore.SMALL_CHANGE_PAGES);
            JournalRecords.groupOpened(records, group, region);
            finish(() -> metadata.groups().open(group, region));
        } finally {
            lock.unlock();
        }
    }

    /** Notes a sealed group; the append lock is held, shared. */
    void groupSealed(GroupLayout layout) throws IOException {
        lock.lock();
        try {
            begin(() -> metadata.reserveHeld(MetadataStore.SMALL_CHANGE_PAGES));
            JournalRecords.groupSealed(
                    records, layout.group(), layout.slots(), layout.dataEnd(), layout.tableOffset(), layout.tableCrc());
            finish(() -> metadata.groups()
                    .seal(layout.group(), layout.slots(), layout.dataEnd(), layout.tableOffset(), layout.tableCrc()));
        } finally {
            lock.unlock();
        }
    }

    private void begin(long pages) throws IOException {
        begin(() -> metadata.reserve(pages));
    }

    /** As {@link #begin}, for a change that gives something back: it may use what is kept for those. */
    private void beginFreeing(long pages) throws IOException {
        begin(() -> metadata.reserveToFree(pages));
    }

    private void begin(Apply reserve) throws IOException {
        latch.check();
        try {
            reserve.run();
        } catch (IOException e) {
            throw latch.failed(e);
        }
        records.clear();
    }

    private void finish(Apply apply) throws IOException {
        try {
            journal.append(records);
        } catch (JournalFullException e) {
            throw new VolumeFullException(resource, "no room in the journal until the next checkpoint", e);
        } catch (IOException e) {
            throw latch.failed(e);
        }
        try {
            apply.run();
        } catch (IOException | RuntimeException e) {
            throw latch.failedForGood(e);
        }
    }
}
