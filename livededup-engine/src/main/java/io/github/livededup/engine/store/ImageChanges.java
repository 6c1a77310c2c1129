package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.JournalRecordType;
import io.github.livededup.engine.journal.JournalBatch;
import io.github.livededup.engine.journal.JournalRecords;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.MetadataStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * Changes of images as such: made, cloned, named, sized, emptied, deleted. What gives back long ranges does so in steps,
 * as {@link UnmapSteps} says, and is called without the append and metadata locks.
 */
public final class ImageChanges {
    private final MetadataStore metadata;
    private final ChangeLog log;
    private final Lock lock;
    private final UnmapSteps steps;
    private final int blockSizeBytes;

    /**
     * Makes the changes.
     *
     * @param parts the volume's parts
     * @param committer the volume's commits
     * @param live counts live blocks
     * @param blockSizeBytes the block size
     */
    public ImageChanges(StoreParts parts, Committer committer, LiveCounters live, int blockSizeBytes) {
        metadata = parts.metadata();
        this.blockSizeBytes = blockSizeBytes;
        log = new ChangeLog(parts);
        lock = log.lock();
        steps = new UnmapSteps(metadata, log, committer, live);
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
            JournalBatch records = log.begin(MetadataStore.SMALL_CHANGE_PAGES);
            int id = metadata.catalogue().freeId();
            long now = System.currentTimeMillis();
            int flags = hidden ? 0 : JournalRecordType.FLAG_VISIBLE;
            JournalRecords.imageCreated(records, id, name, sizeBytes, flags, now);
            log.finish(() -> metadata.catalogue().create(id, name, hidden, sizeBytes, now));
            return id;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes an image that shares another's size and map, in a time and space that do not depend on them. The caller holds
     * the other's write lock, so that it is not caught in the middle of a write.
     *
     * @param sourceId the other image
     * @param name the new one's name, not taken
     * @param snapshot whether the new one is to be a snapshot
     * @return its number
     * @throws IOException if there is no room or the volume has failed
     */
    public int cloneImage(int sourceId, String name, boolean snapshot) throws IOException {
        int flags = JournalRecordType.FLAG_VISIBLE | (snapshot ? JournalRecordType.FLAG_SNAPSHOT : 0);
        return copy(sourceId, name, flags);
    }

    /**
     * As {@link #cloneImage}, but nobody sees it. It is to be deleted by {@link #deleteImage}; a crash before leaves it
     * to {@link #deleteHiddenImages}.
     *
     * @param sourceId the other image
     * @param name a name for messages; it need not be free
     * @return its number
     * @throws IOException if there is no room or the volume has failed
     */
    public int cloneHiddenImage(int sourceId, String name) throws IOException {
        return copy(sourceId, name, JournalRecordType.FLAG_SNAPSHOT);
    }

    /**
     * As {@link #cloneHiddenImage}, but to be changed and published.
     *
     * @param sourceId the other image
     * @param name the name it is to have
     * @return its number
     * @throws IOException if there is no room or the volume has failed
     */
    public int copyHiddenImage(int sourceId, String name) throws IOException {
        return copy(sourceId, name, 0);
    }

    private int copy(int sourceId, String name, int flags) throws IOException {
        lock.lock();
        try {
            metadata.maps().requireShareable(sourceId);
            JournalBatch records = log.begin(3L * MetadataStore.SMALL_CHANGE_PAGES);
            int id = metadata.catalogue().freeId();
            long now = System.currentTimeMillis();
            boolean hidden = (flags & JournalRecordType.FLAG_VISIBLE) == 0;
            boolean snapshot = (flags & JournalRecordType.FLAG_SNAPSHOT) != 0;
            JournalRecords.imageCloned(records, id, sourceId, name, flags, now);
            log.finish(() -> {
                metadata.catalogue().createFrom(sourceId, id, name, hidden, snapshot, now);
                metadata.maps().share(sourceId, id);
            });
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
            JournalBatch records = log.begin(2L * MetadataStore.SMALL_CHANGE_PAGES);
            long now = System.currentTimeMillis();
            JournalRecords.imageResized(records, imageId, sizeBytes);
            JournalRecords.imagePublished(records, imageId, name);
            JournalRecords.imageTouched(records, imageId, now);
            log.finish(() -> {
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
            JournalRecords.imageRenamed(log.begin(MetadataStore.SMALL_CHANGE_PAGES), imageId, newName);
            log.finish(() -> metadata.catalogue().rename(imageId, newName));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives an image the name of another, whose deletion begins with it; {@link #deleteImage} of that must follow.
     *
     * @param imageId the image
     * @param newName its new name, the other's so far
     * @param replacedId the other, not hidden
     * @throws IOException if there is no room or the volume has failed
     */
    public void replaceImage(int imageId, String newName, int replacedId) throws IOException {
        steps.runOne(() -> {
            JournalBatch records = log.beginFreeing(2L * MetadataStore.SMALL_CHANGE_PAGES);
            JournalRecords.imageHidden(records, replacedId);
            JournalRecords.imageRenamed(records, imageId, newName);
            log.finish(() -> {
                metadata.catalogue().hide(replacedId);
                metadata.catalogue().rename(imageId, newName);
            });
        });
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
            JournalRecords.imageTouched(log.begin(MetadataStore.SMALL_CHANGE_PAGES), imageId, modifiedMillis);
            log.finish(() -> metadata.catalogue().touch(imageId, modifiedMillis));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes a range of holes. A long one is done in steps; a crash between them leaves some of it done.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; some of it may be done
     * @throws IOException if the volume has failed
     */
    public void unmap(int imageId, long firstBlock, long count) throws IOException {
        steps.run(imageId, firstBlock, firstBlock + count, (from, pages) -> {
            JournalBatch records = log.beginFreeing(MetadataStore.SMALL_CHANGE_PAGES + pages);
            long left = firstBlock + count - from;
            long now = System.currentTimeMillis();
            JournalRecords.extentUnmapped(records, imageId, from, left);
            JournalRecords.imageTouched(records, imageId, now);
            log.finish(() -> {
                metadata.maps().unmap(imageId, from, left);
                metadata.catalogue().touch(imageId, now);
            });
        });
    }

    /**
     * Changes an image's size; blocks past the new end are unmapped first, a long range of them in steps. A crash between
     * them leaves the old size and some of the blocks.
     *
     * @param imageId the image
     * @param newSizeBytes the new size
     * @throws io.github.livededup.VolumeFullException if there is no room; blocks past the new end may be gone
     * @throws IOException if the volume has failed
     */
    public void resizeImage(int imageId, long newSizeBytes) throws IOException {
        long endBlock = (newSizeBytes + blockSizeBytes - 1) / blockSizeBytes;
        steps.run(imageId, endBlock, ImageMap.MAX_BLOCKS, (from, pages) -> {
            JournalBatch records = log.beginFreeing(MetadataStore.SMALL_CHANGE_PAGES + pages);
            long now = System.currentTimeMillis();
            JournalRecords.imageResized(records, imageId, newSizeBytes);
            JournalRecords.imageTouched(records, imageId, now);
            log.finish(() -> {
                metadata.maps().unmap(imageId, from, ImageMap.MAX_BLOCKS - from);
                metadata.catalogue().resize(imageId, newSizeBytes, now);
            });
        });
    }

    /**
     * Begins an image's deletion: its name is free, and it is gone for good. {@link #deleteImage} must follow. Nothing
     * happens if that was done already.
     *
     * @param imageId the image
     * @throws IOException if there is no room or the volume has failed
     */
    public void hideImage(int imageId) throws IOException {
        steps.runOne(() -> {
            ImageRecord image = metadata.catalogue().get(imageId);
            if (image != null && image.deleting()) {
                return;
            }
            JournalRecords.imageHidden(log.beginFreeing(MetadataStore.SMALL_CHANGE_PAGES), imageId);
            log.finish(() -> metadata.catalogue().hide(imageId));
        });
    }

    /**
     * Deletes a hidden image and gives its references back, in steps. If they are cut short, by a crash or for want of
     * room, {@link #deleteHiddenImages} finishes it.
     *
     * @param imageId the image
     * @return the stored bytes of blocks that lost their last reference
     * @throws IOException if there is no room or the volume has failed
     */
    public long deleteImage(int imageId) throws IOException {
        // One that was never visible: from here on its mapped blocks are not counted any more.
        hideImage(imageId);
        return steps.run(imageId, 0, ImageMap.MAX_BLOCKS, (from, pages) -> {
            JournalRecords.imageDeleted(log.beginFreeing(MetadataStore.SMALL_CHANGE_PAGES + pages), imageId);
            log.finish(() -> {
                metadata.maps().unmap(imageId, 0, ImageMap.MAX_BLOCKS);
                metadata.catalogue().remove(imageId);
            });
        });
    }

    /**
     * Deletes images whose import or deletion was cut short; before any other call. One whose map cannot be read stays.
     *
     * @param damaged told of each that stays
     * @throws IOException if there is no room or the volume has failed
     */
    public void deleteHiddenImages(Consumer<CorruptionException> damaged) throws IOException {
        List<ImageRecord> images;
        lock.lock();
        try {
            images = metadata.catalogue().list();
        } finally {
            lock.unlock();
        }
        for (ImageRecord image : images) {
            if (image.hidden()) {
                try {
                    deleteImage(image.id());
                } catch (CorruptionException e) {
                    damaged.accept(e);
                }
            }
        }
    }
}
