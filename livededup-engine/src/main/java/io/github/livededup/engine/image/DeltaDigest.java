package io.github.livededup.engine.image;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.metadata.MapDiff;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over the numbers and fingerprints of blocks, for the end of a delta stream. Holes are not part of it. */
final class DeltaDigest {
    private final BlockStoreCore store;
    private final MessageDigest digest;
    private final byte[] entry;

    DeltaDigest(BlockStoreCore store) {
        this.store = store;
        entry = new byte[Long.BYTES + store.settings().fingerprintBytes()];
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Adds a block; a hole is passed over. */
    void add(long block, long address) throws IOException {
        if (address != BlockAddress.HOLE) {
            Bytes.putLong(entry, 0, block);
            store.lookup().fingerprint(address, entry, Long.BYTES);
            digest.update(entry);
        }
    }

    /** The digest of what was added; nothing is added afterwards. */
    byte[] finish() {
        return digest.digest();
    }

    /** The digest of all mapped blocks of an image below a block. */
    static byte[] ofImage(BlockStoreCore store, int imageId, long toBlock, ProgressMeter meter) throws IOException {
        DeltaDigest digest = new DeltaDigest(store);
        int[] count = {0};
        new ImageDiff(store, MapDiff.NO_IMAGE, imageId).run(0, toBlock, (block, baseAddress, address) -> {
            if ((count[0]++ & 0xFFF) == 0) {
                meter.check();
            }
            digest.add(block, address);
        });
        return digest.finish();
    }
}
