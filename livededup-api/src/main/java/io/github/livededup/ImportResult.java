package io.github.livededup;

import java.time.Duration;

/**
 * What an import did.
 *
 * @param name the image made
 * @param logicalBytes its size
 * @param nonZeroBlocks blocks that were not holes or zeros
 * @param newBlocks blocks that were stored
 * @param duplicateBlocks blocks that were stored already, in this image or another
 * @param rewrittenBlocks duplicates among them that were stored anew under a {@link RewritePolicy}; they count as new
 * @param storedBytes bytes the new blocks take after compression
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record ImportResult(
        String name,
        long logicalBytes,
        long nonZeroBlocks,
        long newBlocks,
        long duplicateBlocks,
        long rewrittenBlocks,
        long storedBytes,
        Duration elapsed) {}
