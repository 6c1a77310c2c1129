package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The parallel part of storing blocks: zero test, fingerprint, lookup, byte verification where it is asked for, and
 * compression of what was not found. Takes no lock; a lookup that finds nothing is repeated by {@link BlockSettler}.
 */
public final class BlockPreparer {
    /** What is hashed before it is looked up together: it is still in the processor's caches when it is compressed. */
    private static final int TOGETHER_BYTES = 256 << 10;

    private final FingerprintIndex index;
    private final BlockReader reader;
    private final boolean verifyDuplicates;

    BlockPreparer(FingerprintIndex index, BlockReader reader, boolean verifyDuplicates) {
        this.index = index;
        this.reader = reader;
        this.verifyDuplicates = verifyDuplicates;
    }

    /**
     * Prepares a run of blocks.
     *
     * @param batch receives the outcome; it keeps {@code source} until it is settled
     * @param source holds the blocks; position and limit stay; must not change until the batch is settled
     * @param sourceOffset where the first block starts, absolute
     * @param blocks their number, at most the batch's capacity
     * @param workspace the calling thread's tools
     * @throws IOException if the index or a stored block cannot be read
     */
    public void prepare(BlockBatch batch, ByteBuffer source, int sourceOffset, int blocks, Workspace workspace)
            throws IOException {
        prepare(batch, source, sourceOffset, blocks, true, workspace);
    }

    /**
     * As {@link #prepare}, but zero blocks are stored as any other: a caller of the block store wants an address.
     *
     * @param batch receives the outcome
     * @param source holds the blocks
     * @param sourceOffset where the first block starts, absolute
     * @param blocks their number
     * @param workspace the calling thread's tools
     * @throws IOException if the index or a stored block cannot be read
     */
    void prepareKeepingZeros(BlockBatch batch, ByteBuffer source, int sourceOffset, int blocks, Workspace workspace)
            throws IOException {
        prepare(batch, source, sourceOffset, blocks, false, workspace);
    }

    private void prepare(
            BlockBatch batch, ByteBuffer source, int sourceOffset, int blocks, boolean dropZeros, Workspace workspace)
            throws IOException {
        batch.start(source, sourceOffset, blocks);
        batch.retirements = reader.retirements();
        int together = Math.max(1, Math.min(Workspace.BATCH_BLOCKS, TOGETHER_BYTES / batch.blockSizeBytes));
        for (int from = 0; from < blocks; from += together) {
            preparePart(batch, from, Math.min(from + together, blocks), dropZeros, workspace);
        }
    }

    /**
     * Three loops in methods of their own, each compiled by itself: together, they were the second largest piece of code that the JIT compiler had
     * to do in a first import.
     */
    private void preparePart(BlockBatch batch, int from, int to, boolean dropZeros, Workspace workspace)
            throws IOException {
        workspace.lookups.clear();
        fingerprint(batch, from, to, dropZeros, workspace);
        index.findAll(batch.fingerprints, workspace.lookups, workspace.cursor);
        judgeAndCompress(batch, from, to, workspace);
    }

    private static void fingerprint(BlockBatch batch, int from, int to, boolean dropZeros, Workspace workspace) {
        for (int i = from; i < to; i++) {
            int at = batch.sourceOffset(i);
            if (dropZeros && ZeroTest.isZero(batch.source, at, batch.blockSizeBytes)) {
                batch.state[i] = BlockBatch.ZERO;
            } else {
                int fingerprintAt = batch.fingerprintOffset(i);
                workspace.fingerprinter.digest(
                        batch.source, at, batch.blockSizeBytes, batch.fingerprints, fingerprintAt);
                batch.state[i] = BlockBatch.PENDING;
                workspace.lookups.add(fingerprintAt);
            }
        }
    }

    private void judgeAndCompress(BlockBatch batch, int from, int to, Workspace workspace) throws IOException {
        int looked = 0;
        for (int i = from; i < to; i++) {
            if (batch.state[i] != BlockBatch.ZERO) {
                long address = workspace.lookups.address(looked++);
                batch.state[i] = judge(address, batch.source, batch.sourceOffset(i), workspace);
                batch.addresses[i] = address;
                if (batch.state[i] != BlockBatch.FOUND) {
                    compress(batch, i, workspace);
                }
            }
        }
    }

    /** What a lookup means for a block: with verification, equal fingerprints alone prove nothing. */
    byte judge(long address, ByteBuffer source, int at, Workspace workspace) throws IOException {
        if (address == BlockAddress.HOLE) {
            return BlockBatch.PENDING;
        }
        return verifyDuplicates ? compare(address, source, at, workspace) : BlockBatch.FOUND;
    }

    private byte compare(long address, ByteBuffer source, int at, Workspace workspace) throws IOException {
        try {
            return reader.isEqual(address, source, at, workspace) ? BlockBatch.FOUND : BlockBatch.COLLIDED;
        } catch (NotFoundException e) {
            // It died and its group was compacted since it was looked up.
            return BlockBatch.COLLIDED;
        } catch (CorruptionException e) {
            return BlockBatch.DAMAGED;
        }
    }

    /** Brings a block of the batch into the form in which it is stored. */
    static void compress(BlockBatch batch, int index, Workspace workspace) {
        int room = batch.compressedBytes;
        int at = batch.sourceOffset(index);
        int length = workspace.codec.compress(batch.source, at, batch.blockSizeBytes, batch.compressed, room);
        boolean isRaw = length < 0;
        int offset = isRaw ? at : room;
        int stored = isRaw ? batch.blockSizeBytes : length;
        batch.codec[index] = (byte) (isRaw ? BlockCodec.RAW : workspace.codec.codecId());
        batch.storedOffset[index] = offset;
        batch.storedLength[index] = stored;
        batch.storedCrc[index] = batch.storedChecksum(isRaw, offset, stored);
        batch.compressedBytes = isRaw ? room : room + stored;
    }
}
