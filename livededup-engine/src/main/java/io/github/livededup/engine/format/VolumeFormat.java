package io.github.livededup.engine.format;

import io.github.livededup.FingerprintAlgorithm;
import java.util.UUID;

/**
 * What is settled when a volume is created and never changes.
 *
 * @param volumeId the volume's random identity, borne by all its structures
 * @param createdMillis when it was created, in milliseconds since 1970 in UTC
 * @param blockSizeBytes the block size
 * @param groupSizeBytes the size of a block group's region
 * @param fingerprint how blocks are told apart
 */
public record VolumeFormat(
        UUID volumeId, long createdMillis, int blockSizeBytes, int groupSizeBytes, FingerprintAlgorithm fingerprint) {
    /**
     * The half of the identity that small structures bear.
     *
     * @return the low 64 bits
     */
    public long volumeLow() {
        return volumeId.getLeastSignificantBits();
    }
}
