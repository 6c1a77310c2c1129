package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.StoredBlock;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads blocks: locates the stored bytes, verifies their checksum, decompresses. Takes no lock. */
public final class BlockReader {
    private final BlockGroups groups;
    private final int blockSizeBytes;

    BlockReader(BlockGroups groups, int blockSizeBytes) {
        this.groups = groups;
        this.blockSizeBytes = blockSizeBytes;
    }

    /**
     * Reads a block that is referenced. The caller is in a stretch of reading, see {@link BlockStoreCore#enterRead}, since before it
     * learned the address, so compaction cannot have taken the block away.
     *
     * @param address its address
     * @param into receives it; position and limit stay; on failure its content there is undefined
     * @param offset where it goes, absolute; a block of room must follow
     * @param workspace the calling thread's tools
     * @throws CorruptionException if it is damaged, or its group's table does not have it
     * @throws IOException if reading fails
     */
    public void read(long address, ByteBuffer into, int offset, Workspace workspace) throws IOException {
        if (!readIfThere(address, into, offset, workspace)) {
            throw missing(address);
        }
    }

    private boolean readIfThere(long address, ByteBuffer into, int offset, Workspace workspace) throws IOException {
        StoredBlock stored = workspace.stored;
        if (!groups.locateEntered(address, stored)) {
            return false;
        }
        try {
            decode(address, stored, into, offset, workspace);
            return true;
        } finally {
            stored.release();
        }
    }

    /** What to throw where a block is referenced and there is none. */
    static CorruptionException missing(long address) {
        return new CorruptionException(
                name(address), "its group's table: actual=no such block expected=one, it is referenced");
    }

    private void decode(long address, StoredBlock stored, ByteBuffer into, int offset, Workspace workspace)
            throws CorruptionException {
        // LZ4 decodes damaged input without noticing, so the checksum comes first.
        if (!stored.isIntact()) {
            groups.damaged().add(address);
            throw new CorruptionException(
                    name(address),
                    "stored bytes fail their checksum: expected=" + Integer.toHexString(stored.storedCrc()));
        }
        boolean isDecoded = workspace.codec.decompress(
                stored.codec(), stored.buffer(), stored.offset(), stored.lengthBytes(), into, offset, blockSizeBytes);
        if (!isDecoded) {
            throw new CorruptionException(
                    name(address),
                    "stored bytes do not decode to one block: codec=" + stored.codec() + " length="
                            + stored.lengthBytes());
        }
    }

    /** Whether a block's bytes failed their checksum when it was last read. */
    boolean isKnownDamaged(long address) {
        return groups.damaged().contains(address);
    }

    int retirements() {
        return groups.retirements();
    }

    /**
     * Whether a block may get another reference.
     *
     * @throws IOException if its group cannot be read
     */
    boolean isUsable(long address) throws IOException {
        return groups.isUsable(address);
    }

    /**
     * Whether a stored block holds the same bytes as a buffer.
     *
     * @param address the stored block
     * @param other any buffer; position and limit stay
     * @param offset where the other block starts, absolute
     * @param workspace the calling thread's tools
     * @return true if all bytes are equal
     * @throws NotFoundException if there is no such block
     * @throws CorruptionException if it is damaged
     * @throws IOException if reading fails
     */
    boolean isEqual(long address, ByteBuffer other, int offset, Workspace workspace) throws IOException {
        int ticket = groups.enter();
        try {
            if (!readIfThere(address, workspace.scratch(), 0, workspace)) {
                throw new NotFoundException(name(address), "no such block");
            }
        } finally {
            groups.leave(ticket);
        }
        return workspace.comparison.isEqual(workspace.scratch().clear(), other, offset);
    }

    /**
     * An address as messages name it.
     *
     * @param address the address
     * @return "block group/slot"
     */
    public static String name(long address) {
        return "block " + BlockAddress.group(address) + "/" + BlockAddress.slot(address);
    }
}
