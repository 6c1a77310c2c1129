package io.github.livededup.engine.check;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.metadata.ImageMap;
import io.github.livededup.engine.metadata.ImageRecord;
import io.github.livededup.engine.metadata.MetadataStore;
import io.github.livededup.engine.metadata.ProblemListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * Checks that no image maps a block past its end: such a block cannot be read, but would show if the image grew. Hidden images
 * get their size when they are published, and are left out.
 */
final class ImageEnds {
    private final MetadataStore metadata;
    private final Lock metadataShared;
    private final int blockSizeBytes;
    private final ProblemListener problems;

    ImageEnds(MetadataStore metadata, Lock metadataShared, int blockSizeBytes, ProblemListener problems) {
        this.metadata = metadata;
        this.metadataShared = metadataShared;
        this.blockSizeBytes = blockSizeBytes;
        this.problems = problems;
    }

    /** Checks all images. */
    void check(CheckPace pace) throws IOException {
        List<ImageRecord> images;
        metadataShared.lock();
        try {
            images = metadata.catalogue().list();
        } catch (CorruptionException e) {
            return; // the problem is reported
        } finally {
            metadataShared.unlock();
        }
        for (ImageRecord image : images) {
            pace.check();
            check(image.id());
        }
    }

    private void check(int imageId) throws IOException {
        metadataShared.lock();
        try {
            ImageRecord image = metadata.catalogue().get(imageId);
            if (image == null || image.hidden()) {
                return;
            }
            long endBlock = image.sizeBytes() / blockSizeBytes + (image.sizeBytes() % blockSizeBytes == 0 ? 0 : 1);
            long mapped = metadata.maps().nextMapped(imageId, endBlock, ImageMap.MAX_BLOCKS);
            if (mapped < ImageMap.MAX_BLOCKS) {
                problems.problem(
                        "image " + image.name(), "mapped block: actual=" + mapped + " expected=below " + endBlock);
            }
        } catch (CorruptionException e) {
            // of the catalogue or the map: the problem is reported
        } finally {
            metadataShared.unlock();
        }
    }
}
