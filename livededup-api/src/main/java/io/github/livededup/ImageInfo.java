package io.github.livededup;

import java.time.Instant;

/**
 * What the catalogue knows of an image.
 *
 * @param name its name
 * @param sizeBytes its logical size
 * @param mappedBlocks blocks that are not holes
 * @param created when it was created
 * @param modified when it was last changed, as of the last write that was applied
 * @since 0.1.0
 */
public record ImageInfo(String name, long sizeBytes, long mappedBlocks, Instant created, Instant modified) {}
