package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.MapVisitor;
import io.github.livededup.engine.metadata.MetadataStore;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * Finds who suffers from what a verification found: one walk over the maps of all published images, some pages at a time
 * under the shared metadata lock. It is taken only if something is damaged.
 */
final class BlockUses {
    private static final int PAGES_PER_STEP = 64;

    private final MetadataStore metadata;
    private final Lock metadataShared;
    private final int blockSizeBytes;
    private final Problems problems;
    private final CheckPace pace;
    private final Set<Long> addresses;

    BlockUses(MetadataStore metadata, Lock metadataShared, int blockSizeBytes, Problems problems, CheckPace pace) {
        this.metadata = metadata;
        this.metadataShared = metadataShared;
        this.blockSizeBytes = blockSizeBytes;
        this.problems = problems;
        this.pace = pace;
        addresses = new HashSet<>(problems.addresses());
    }

    /** Finds all. */
    void find() throws IOException {
        if (addresses.isEmpty() && !problems.hasMetadata()) {
            return;
        }
        for (ImageRecord image : images()) {
            if (!image.hidden()) {
                find(image.id());
            }
        }
        for (long address : addresses) {
            callerReferences(address);
        }
    }

    private List<ImageRecord> images() throws IOException {
        metadataShared.lock();
        try {
            return metadata.catalogue().list();
        } catch (CorruptionException e) {
            return List.of(); // the problem is reported
        } finally {
            metadataShared.unlock();
        }
    }

    private void find(int imageId) throws IOException {
        long from = 0;
        while (from < Long.MAX_VALUE) {
            pace.check();
            metadataShared.lock();
            try {
                ImageRecord image = metadata.catalogue().get(imageId);
                if (image == null || image.hidden()) {
                    return; // deleted meanwhile
                }
                Step step = new Step(image, from);
                metadata.maps().scan(imageId, from, step);
                from = step.next;
            } catch (CorruptionException e) {
                return; // of the catalogue: the problem is reported
            } finally {
                metadataShared.unlock();
            }
        }
    }

    private void callerReferences(long address) throws IOException {
        metadataShared.lock();
        try {
            problems.callerReferences(address, metadata.references().external(address));
        } catch (CorruptionException e) {
            // of the counts: the problem is reported
        } finally {
            metadataShared.unlock();
        }
    }

    /** Some pages of an image's map. */
    private final class Step implements MapVisitor {
        private final ImageRecord image;
        private final long fromBlock;
        private final long endBlock;
        private int pages;
        private long next = Long.MAX_VALUE;

        Step(ImageRecord image, long fromBlock) {
            this.image = image;
            this.fromBlock = fromBlock;
            endBlock = image.sizeBytes() / blockSizeBytes + (image.sizeBytes() % blockSizeBytes == 0 ? 0 : 1);
        }

        @Override
        public boolean blocks(long firstBlock, long[] found, int count) {
            if (pages++ == PAGES_PER_STEP) {
                next = firstBlock;
                return false;
            }
            for (int i = 0; i < count; i++) {
                if (found[i] != 0 && addresses.contains(found[i])) {
                    problems.use(
                            found[i], image.name(), (firstBlock + i) * blockSizeBytes, lengthBytes(firstBlock + i));
                }
            }
            return true;
        }

        @Override
        public boolean lost(long firstBlock, long count, CorruptionException cause) {
            // A step may begin inside of what is lost.
            long from = Math.max(firstBlock, fromBlock);
            if (firstBlock >= fromBlock && from < endBlock) {
                long to = Math.min(endBlock, firstBlock + count);
                long endBytes = Math.min(image.sizeBytes(), to * blockSizeBytes);
                problems.use(cause, image.name(), from * blockSizeBytes, endBytes - from * blockSizeBytes);
            }
            return true;
        }

        private long lengthBytes(long block) {
            return Math.min(blockSizeBytes, image.sizeBytes() - block * blockSizeBytes);
        }
    }
}
