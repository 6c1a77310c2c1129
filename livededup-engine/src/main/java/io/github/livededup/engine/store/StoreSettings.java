package io.github.livededup.engine.store;

import io.github.livededup.Compression;
import io.github.livededup.Durability;
import io.github.livededup.FingerprintAlgorithm;

/**
 * How an open volume is set.
 *
 * @param blockSizeBytes the block size
 * @param fingerprint how blocks are told apart
 * @param compression how new blocks are compressed
 * @param durability when changes become durable by themselves
 * @param verifyDuplicates whether duplicates are compared byte for byte
 * @param readOnly whether it takes no changes
 * @param workerThreads threads of a pipeline
 * @param writeBufferBytes the most memory for small writes that are not stored yet; 0 if they are stored at once
 */
public record StoreSettings(
        int blockSizeBytes,
        FingerprintAlgorithm fingerprint,
        Compression compression,
        Durability durability,
        boolean verifyDuplicates,
        boolean readOnly,
        int workerThreads,
        int writeBufferBytes) {
    /**
     * The length of a fingerprint.
     *
     * @return the length in bytes
     */
    public int fingerprintBytes() {
        return fingerprint.lengthBytes();
    }
}
