package io.github.livededup.engine.format;

import io.github.livededup.FingerprintAlgorithm;
import java.util.UUID;

/**
 * What a delta stream says of itself at its start.
 *
 * @param streamId drawn at random for each stream
 * @param blockSizeBytes the block size of the volume it came from
 * @param fingerprint how that volume tells blocks apart
 * @param hasBase whether it tells changes of a base, not a whole image
 * @param hasResultDigest whether it ends with a digest over the whole image
 * @param baseSizeBytes the base's size, 0 without one
 * @param imageSizeBytes the image's size
 */
public record DeltaHeader(
        UUID streamId,
        int blockSizeBytes,
        FingerprintAlgorithm fingerprint,
        boolean hasBase,
        boolean hasResultDigest,
        long baseSizeBytes,
        long imageSizeBytes) {
    /**
     * The blocks of the image.
     *
     * @return their number
     */
    public long imageBlocks() {
        return (imageSizeBytes + blockSizeBytes - 1) / blockSizeBytes;
    }
}
