package io.github.livededup.engine.store;

import io.github.livededup.ImageInfo;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.LeafVisitor;
import io.github.livededup.engine.metadata.MapDiff;
import io.github.livededup.engine.metadata.MemoryLookup;
import io.github.livededup.engine.metadata.MetadataStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Reads maps, catalogue and reference counts, each call under the shared metadata lock; what every read of a block asks for is looked up without it, as
 * long as it is in memory and nobody changes anything. Safe for use by many threads.
 */
public final class MetadataReader {
    private final MetadataStore metadata;
    private final MetadataLock lock;
    private final Lock shared;

    MetadataReader(MetadataStore metadata, VolumeLocks locks) {
        this.metadata = metadata;
        lock = locks.metadata();
        shared = lock.shared();
    }

    /**
     * Reads addresses of an image's map.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many
     * @param into receives them from index 0; 0 is a hole
     * @throws NotFoundException if the image is gone
     * @throws IOException if metadata cannot be read
     */
    public void readAddresses(int imageId, long firstBlock, int count, long[] into) throws IOException {
        long version = lock.version();
        if (metadata.memory().addresses(imageId, firstBlock, into, count) && lock.isUnchanged(version)) {
            return;
        }
        shared.lock();
        try {
            requireImage(imageId);
            metadata.maps().read(imageId, firstBlock, into, 0, count);
        } finally {
            shared.unlock();
        }
    }

    /**
     * How many pages more than now there may be once a block is mapped, see {@link ImageMap#newPagesToMap}.
     *
     * @param imageId the image
     * @param block its block
     * @return the pages
     * @throws IOException if metadata cannot be read
     */
    public long newPagesToMap(int imageId, long block) throws IOException {
        shared.lock();
        try {
            return metadata.maps().newPagesToMap(imageId, block);
        } finally {
            shared.unlock();
        }
    }

    /**
     * The next mapped block.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @return the block at or after, {@link ImageMap#MAX_BLOCKS} if there is none
     * @throws NotFoundException if the image is gone
     * @throws IOException if metadata cannot be read
     */
    public long nextMapped(int imageId, long fromBlock) throws IOException {
        return nextMapped(imageId, fromBlock, ImageMap.MAX_BLOCKS);
    }

    /**
     * The next mapped block of a range.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @param toBlock where the range ends
     * @return the block at or after, {@code toBlock} if there is none
     * @throws NotFoundException if the image is gone
     * @throws IOException if metadata cannot be read
     */
    public long nextMapped(int imageId, long fromBlock, long toBlock) throws IOException {
        shared.lock();
        try {
            requireImage(imageId);
            return metadata.maps().nextMapped(imageId, fromBlock, toBlock);
        } finally {
            shared.unlock();
        }
    }

    /**
     * The next hole of a range.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @param toBlock where the range ends
     * @return the block at or after, {@code toBlock} if there is none
     * @throws NotFoundException if the image is gone
     * @throws IOException if metadata cannot be read
     */
    public long nextHole(int imageId, long fromBlock, long toBlock) throws IOException {
        shared.lock();
        try {
            requireImage(imageId);
            return metadata.maps().nextHole(imageId, fromBlock, toBlock);
        } finally {
            shared.unlock();
        }
    }

    /**
     * Makes a comparison of two images' maps, for {@link #compare}.
     *
     * @return a new one, that has found nothing yet
     */
    public MapDiff newDiff() {
        return metadata.maps().diff();
    }

    /**
     * Compares a part of two images' maps, as they are now.
     *
     * @param diff takes the blocks found whose addresses differ
     * @param baseId the image to compare with, or {@link MapDiff#NO_IMAGE}
     * @param imageId the other image
     * @param fromBlock where to start
     * @param toBlock where the range ends
     * @return the block to go on from, {@code toBlock} at the end
     * @throws NotFoundException if an image is gone
     * @throws IOException if metadata cannot be read
     */
    public long compare(MapDiff diff, int baseId, int imageId, long fromBlock, long toBlock) throws IOException {
        shared.lock();
        try {
            record(imageId);
            if (baseId != MapDiff.NO_IMAGE) {
                record(baseId);
            }
            return metadata.maps().compare(diff, baseId, imageId, fromBlock, toBlock);
        } finally {
            shared.unlock();
        }
    }

    /**
     * An image's size.
     *
     * @param imageId the image
     * @return the size in bytes
     * @throws NotFoundException if it is gone
     * @throws IOException if metadata cannot be read
     */
    public long imageSizeBytes(int imageId) throws IOException {
        shared.lock();
        try {
            long sizeBytes = metadata.catalogue().sizeBytes(imageId);
            if (sizeBytes < 0) {
                throw new NotFoundException("image " + imageId, "the image was deleted");
            }
            return sizeBytes;
        } finally {
            shared.unlock();
        }
    }

    /**
     * What the catalogue knows of an image.
     *
     * @param imageId the image
     * @return the information
     * @throws NotFoundException if it is gone
     * @throws IOException if metadata cannot be read
     */
    public ImageInfo imageInfo(int imageId) throws IOException {
        shared.lock();
        try {
            return info(record(imageId));
        } finally {
            shared.unlock();
        }
    }

    /**
     * All published images.
     *
     * @return a new list
     * @throws IOException if metadata cannot be read
     */
    public List<ImageInfo> imageInfos() throws IOException {
        shared.lock();
        try {
            List<ImageInfo> infos = new ArrayList<>();
            for (ImageRecord image : metadata.catalogue().list()) {
                if (!image.hidden()) {
                    infos.add(info(image));
                }
            }
            return infos;
        } finally {
            shared.unlock();
        }
    }

    /**
     * The numbers of all published images.
     *
     * @return a new array
     * @throws IOException if metadata cannot be read
     */
    public int[] imageIds() throws IOException {
        shared.lock();
        try {
            return metadata.catalogue().list().stream()
                    .filter(image -> !image.hidden())
                    .mapToInt(ImageRecord::id)
                    .toArray();
        } finally {
            shared.unlock();
        }
    }

    /**
     * Finds an image.
     *
     * @param name its name
     * @return its number, 0 if there is none
     */
    public int findImage(String name) {
        shared.lock();
        try {
            return metadata.catalogue().find(name);
        } finally {
            shared.unlock();
        }
    }

    private void requireImage(int imageId) throws NotFoundException {
        if (!metadata.catalogue().contains(imageId)) {
            throw new NotFoundException("image " + imageId, "the image was deleted");
        }
    }

    private ImageRecord record(int imageId) throws IOException {
        shared.lock();
        try {
            ImageRecord found = metadata.catalogue().get(imageId);
            if (found == null) {
                throw new NotFoundException("image " + imageId, "the image was deleted");
            }
            return found;
        } finally {
            shared.unlock();
        }
    }

    private ImageInfo info(ImageRecord image) throws IOException {
        ImageRecord origin = image.origin() == 0 ? null : metadata.catalogue().get(image.origin());
        return new ImageInfo(
                image.name(),
                image.sizeBytes(),
                image.mappedBlocks(),
                Instant.ofEpochMilli(image.createdMillis()),
                Instant.ofEpochMilli(image.modifiedMillis()),
                image.snapshot(),
                origin == null || origin.hidden() ? Optional.empty() : Optional.of(origin.name()));
    }

    /**
     * Reads those of an image's map pages that no other image reaches, some at a time.
     *
     * @param imageId the image
     * @param fromBlock where to start
     * @param maxPages how many pages to visit at most
     * @param visitor takes them
     * @return where to go on, {@link ImageMap#MAX_BLOCKS} if there are no more
     * @throws NotFoundException if the image is gone
     * @throws IOException if metadata cannot be read
     */
    public long visitOwnPages(int imageId, long fromBlock, int maxPages, LeafVisitor visitor) throws IOException {
        shared.lock();
        try {
            record(imageId);
            long[] next = {ImageMap.MAX_BLOCKS};
            int[] left = {maxPages};
            metadata.maps()
                    .forEachOwnLeaf(imageId, fromBlock, ImageMap.MAX_BLOCKS, (first, addresses, count, isShared) -> {
                        if (left[0]-- == 0) {
                            next[0] = first;
                            return false;
                        }
                        return visitor.leaf(first, addresses, count, isShared);
                    });
            return next[0];
        } finally {
            shared.unlock();
        }
    }

    /**
     * All references to a block.
     *
     * @param address the block
     * @return their number
     * @throws IOException if metadata cannot be read
     */
    public long referenceCount(long address) throws IOException {
        long version = lock.version();
        long count = metadata.memory().count(address);
        if (count != MemoryLookup.UNKNOWN && lock.isUnchanged(version)) {
            return count;
        }
        shared.lock();
        try {
            return metadata.references().count(address);
        } finally {
            shared.unlock();
        }
    }

    /**
     * References to a block that the block store's callers hold.
     *
     * @param address the block
     * @return their number
     * @throws IOException if metadata cannot be read
     */
    public long externalReferences(long address) throws IOException {
        shared.lock();
        try {
            return metadata.references().external(address);
        } finally {
            shared.unlock();
        }
    }
}
