package io.github.livededup;

import java.time.Duration;

/**
 * What a delta export wrote.
 *
 * @param name the image
 * @param changedBlocks blocks of data that differ from the base
 * @param sentBlocks blocks sent with their bytes
 * @param knownBlocks blocks sent without their bytes: as fingerprints of what the receiver has, or as references to blocks sent before
 * @param holeBlocks blocks that became holes
 * @param streamBytes bytes written
 * @param elapsed the time it took
 * @since 0.1.0
 */
public record DeltaResult(
        String name,
        long changedBlocks,
        long sentBlocks,
        long knownBlocks,
        long holeBlocks,
        long streamBytes,
        Duration elapsed) {}
