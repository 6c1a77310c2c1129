package io.github.livededup.engine.image;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.metadata.MapDiff;
import io.github.livededup.engine.store.BlockStoreCore;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds the blocks in which an image differs from a base, in order, with memory for a bounded step. Their addresses differ;
 * if fingerprints prove it, those whose content is the same nevertheless are left out. No lock is held while the visitor
 * is called.
 */
final class ImageDiff {
    /** Takes blocks that differ. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A block that differs.
         *
         * @param block the image's block; higher than the last one
         * @param baseAddress its address in the base, 0 for a hole
         * @param address its address in the image, 0 for a hole
         * @throws IOException ends the comparison
         */
        void changed(long block, long baseAddress, long address) throws IOException;
    }

    private final BlockStoreCore store;
    private final int baseId;
    private final int imageId;
    private final MapDiff diff;
    private final boolean byFingerprint;
    private final byte[] baseFingerprint;
    private final byte[] fingerprint;

    /**
     * Makes a comparison.
     *
     * @param store the block store
     * @param baseId the image to compare with, {@link MapDiff#NO_IMAGE} for none: all mapped blocks differ
     * @param imageId the image that is described
     */
    ImageDiff(BlockStoreCore store, int baseId, int imageId) {
        this.store = store;
        this.baseId = baseId;
        this.imageId = imageId;
        diff = store.metadata().newDiff();
        byFingerprint = store.settings().fingerprint().isCryptographic();
        baseFingerprint = new byte[store.settings().fingerprintBytes()];
        fingerprint = new byte[store.settings().fingerprintBytes()];
    }

    /**
     * Compares a range of blocks.
     *
     * @param fromBlock where to start
     * @param toBlock where to stop
     * @param visitor takes the blocks that differ
     * @throws NotFoundException if an image is gone
     * @throws IOException if metadata cannot be read, or the visitor throws it
     */
    void run(long fromBlock, long toBlock, Visitor visitor) throws IOException {
        BitSet differs = new BitSet();
        long from = fromBlock;
        while (from < toBlock) {
            from = step(from, toBlock, differs);
            for (int i = differs.nextSetBit(0); i >= 0; i = differs.nextSetBit(i + 1)) {
                visitor.changed(diff.block(i), diff.baseAddress(i), diff.address(i));
            }
        }
    }

    private long step(long fromBlock, long toBlock, BitSet differs) throws IOException {
        differs.clear();
        int ticket = store.enterRead();
        try {
            long next = store.metadata().compare(diff, baseId, imageId, fromBlock, toBlock);
            for (int i = 0; i < diff.size(); i++) {
                differs.set(i, differs(diff.baseAddress(i), diff.address(i)));
            }
            return next;
        } finally {
            store.exitRead(ticket);
        }
    }

    private boolean differs(long baseAddress, long address) throws IOException {
        if (!byFingerprint || baseAddress == BlockAddress.HOLE || address == BlockAddress.HOLE) {
            return true;
        }
        try {
            store.lookup().fingerprint(baseAddress, baseFingerprint, 0);
            store.lookup().fingerprint(address, fingerprint, 0);
        } catch (CorruptionException e) {
            // Whoever reads the block is told; here nothing says that the two are equal.
            return true;
        }
        return !Arrays.equals(baseFingerprint, fingerprint);
    }

    /** Pages of maps read so far. */
    long pagesVisited() {
        return diff.pagesVisited();
    }
}
