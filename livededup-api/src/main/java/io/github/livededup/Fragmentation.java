package io.github.livededup;

/**
 * How scattered the blocks of an image, or of all images of a volume, lie. An extent is a run of the image's blocks that
 * are stored one behind the other in a block group, so that one read ahead brings them all.
 *
 * @param mappedBytes mapped blocks times the block size
 * @param mappedBlocks blocks that are not holes
 * @param physicalExtents the extents
 * @since 0.1.0
 */
public record Fragmentation(long mappedBytes, long mappedBlocks, long physicalExtents) {
    private static final double GIB = 1L << 30;

    /**
     * Extents per GiB of mapped data; fewer is faster to read.
     *
     * @return the number, 0 if nothing is mapped
     */
    public double extentsPerGib() {
        return mappedBytes == 0 ? 0 : physicalExtents * GIB / mappedBytes;
    }

    /**
     * The share of blocks that lie right behind the block before them, when the image is read from its beginning.
     *
     * @return from 0 to 1; 1 if nothing is mapped
     */
    public double sequentialShare() {
        return mappedBlocks == 0 ? 1 : (double) (mappedBlocks - physicalExtents) / mappedBlocks;
    }
}
