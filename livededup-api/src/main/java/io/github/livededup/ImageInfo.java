package io.github.livededup;

import java.time.Instant;
import java.util.Optional;

/**
 * What the catalogue knows of an image.
 *
 * @param name its name
 * @param sizeBytes its logical size
 * @param mappedBlocks blocks that are not holes
 * @param created when it was created
 * @param modified when it was last changed, as of the last write that was applied
 * @param isSnapshot whether it is a snapshot, which never changes
 * @param origin the image it was taken from as a snapshot or clone, as far as that still exists
 * @since 0.1.0
 */
public record ImageInfo(
        String name,
        long sizeBytes,
        long mappedBlocks,
        Instant created,
        Instant modified,
        boolean isSnapshot,
        Optional<String> origin) {}
