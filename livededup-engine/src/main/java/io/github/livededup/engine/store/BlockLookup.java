package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.StoredBlock;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What is known of stored blocks besides their content: fingerprints, and the bytes as they are stored. Takes no lock. */
public final class BlockLookup {
    private final BlockGroups groups;
    private final FingerprintIndex index;

    BlockLookup(BlockGroups groups, FingerprintIndex index) {
        this.groups = groups;
        this.index = index;
    }

    /**
     * Finds a block. It may be dead, and gone the next moment.
     *
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @param workspace the calling thread's tools
     * @return its address, {@link io.github.livededup.engine.format.BlockAddress#HOLE} if the index knows none
     * @throws IOException if the index cannot be read
     */
    public long find(byte[] fingerprint, int from, Workspace workspace) throws IOException {
        return index.find(fingerprint, from, workspace.cursor);
    }

    /**
     * Reads the fingerprint of a block that is referenced.
     *
     * @param address its address
     * @param into receives the fingerprint
     * @param at where it starts there
     * @throws CorruptionException if its table entry or group is damaged, or its group's table does not have it
     * @throws IOException if reading fails
     */
    public void fingerprint(long address, byte[] into, int at) throws IOException {
        try {
            groups.fingerprint(address, into, at);
        } catch (NotFoundException e) {
            throw BlockReader.missing(address);
        }
    }

    /**
     * Shows the stored bytes of a block that is referenced, compressed as they are, once their checksum is found to hold.
     *
     * @param address its address
     * @param into takes them before this returns
     * @param workspace the calling thread's tools
     * @throws CorruptionException if it is damaged, or its group's table does not have it
     * @throws IOException if reading fails
     */
    public void stored(long address, StoredSink into, Workspace workspace) throws IOException {
        StoredBlock stored = workspace.stored;
        if (!groups.locate(address, stored)) {
            throw BlockReader.missing(address);
        }
        try {
            if (!stored.isIntact()) {
                throw new CorruptionException(
                        BlockReader.name(address),
                        "stored bytes fail their checksum: expected=" + Integer.toHexString(stored.storedCrc()));
            }
            into.accept(stored.codec(), stored.buffer(), stored.offset(), stored.lengthBytes());
        } finally {
            stored.release();
        }
    }

    /** Takes the stored bytes of a block. */
    @FunctionalInterface
    public interface StoredSink {
        /**
         * Takes the bytes; must be quick, and not wait for anything.
         *
         * @param codec how they are compressed
         * @param buffer holds them; position and limit are not to be changed
         * @param offset where they start, absolute
         * @param lengthBytes their number
         */
        void accept(int codec, ByteBuffer buffer, int offset, int lengthBytes);
    }
}
