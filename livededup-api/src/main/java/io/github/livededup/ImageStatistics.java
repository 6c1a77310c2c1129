package io.github.livededup;

/**
 * Figures of one image, exact at the moment they were taken.
 *
 * @param logicalBytes its size
 * @param mappedBytes mapped blocks times block size: what is not hole or zero
 * @param exclusiveBytes stored bytes of blocks that only this image references: what a delete would free
 * @param compressedBytes stored bytes of its distinct blocks, shared ones included
 * @param distinctBlocks distinct blocks it references
 * @param dataExtents runs of data in its data/hole map
 * @param physicalExtents runs of blocks that lie one behind the other in a block group; fewer is faster to read
 * @since 0.1.0
 */
public record ImageStatistics(
        long logicalBytes,
        long mappedBytes,
        long exclusiveBytes,
        long compressedBytes,
        long distinctBlocks,
        long dataExtents,
        long physicalExtents) {}
