package io.github.livededup.engine.image;

/**
 * The blocks in which an image and its base end, if they end within a block. What a block holds past the end is not the
 * image's, so these blocks' addresses and fingerprints tell nothing.
 *
 * @param first the lower one, {@link #NONE} if there is none
 * @param second the higher one, {@link #NONE} if there is none
 */
record EdgeBlocks(long first, long second) {
    /** Stands for no block; higher than any. */
    static final long NONE = Long.MAX_VALUE;

    /** Those among an image's blocks. */
    static EdgeBlocks of(long baseSizeBytes, long sizeBytes, int blockSizeBytes) {
        long base = edge(baseSizeBytes, blockSizeBytes);
        long own = edge(sizeBytes, blockSizeBytes);
        if (base == own || baseSizeBytes > sizeBytes) {
            return new EdgeBlocks(own, NONE);
        }
        return new EdgeBlocks(Math.min(base, own), Math.max(base, own));
    }

    private static long edge(long sizeBytes, int blockSizeBytes) {
        return sizeBytes % blockSizeBytes == 0 ? NONE : sizeBytes / blockSizeBytes;
    }

    /** The first one from a block on, {@link #NONE} if there is none. */
    long next(long fromBlock) {
        return first >= fromBlock ? first : second >= fromBlock ? second : NONE;
    }

    boolean contains(long block) {
        return block == first || block == second;
    }
}
