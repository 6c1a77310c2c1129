package io.github.livededup;

/**
 * What storing a collection of files at one block size would save.
 *
 * @param blockSizeBytes the block size
 * @param logicalBytes the files' sizes together
 * @param nonZeroBytes bytes in blocks that are not all zero
 * @param uniqueBytes bytes in distinct blocks
 * @param storedBytes bytes of distinct blocks after LZ4
 * @since 0.1.0
 */
public record SavingsEstimate(
        int blockSizeBytes, long logicalBytes, long nonZeroBytes, long uniqueBytes, long storedBytes) {
    /**
     * The share of non-zero bytes that deduplication saves.
     *
     * @return from 0 to 1
     */
    public double deduplicationSaving() {
        return nonZeroBytes == 0 ? 0 : 1 - (double) uniqueBytes / nonZeroBytes;
    }

    /**
     * The share of non-zero bytes that deduplication and compression save together.
     *
     * @return up to 1; below 0 never by more than rounding
     */
    public double totalSaving() {
        return nonZeroBytes == 0 ? 0 : 1 - (double) storedBytes / nonZeroBytes;
    }
}
