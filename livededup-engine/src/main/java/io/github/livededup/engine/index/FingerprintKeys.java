package io.github.livededup.engine.index;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.FingerprintHeads;

/** What of a fingerprint the index uses: 8 bytes for the filter and 8 others for the partitions. */
final class FingerprintKeys {
    private static final int FILTER_OFFSET = 0;
    private static final int PARTITION_OFFSET = FILTER_OFFSET + Long.BYTES;

    private FingerprintKeys() {}

    /** The hash in the filter. */
    static long hash(byte[] fingerprint, int from) {
        return Bytes.longAt(fingerprint, from + FILTER_OFFSET);
    }

    /** The key in a partition: independent of the hash, so that what the filter mixes up the partition tells apart. */
    static long key(byte[] fingerprint, int from) {
        return Bytes.longAt(fingerprint, from + PARTITION_OFFSET);
    }

    /** The hash of a fingerprint of which only the head is known. */
    static long hash(FingerprintHeads heads, int i) {
        return heads.first(i);
    }

    /** The key of a fingerprint of which only the head is known. */
    static long key(FingerprintHeads heads, int i) {
        return heads.second(i);
    }
}
