package io.github.livededup.engine.store;

import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The serial part of storing blocks: looks once more for those that were not found, and appends what is really new.
 * Concurrent settlers of one new block meet at its stripe, so one copy is stored.
 *
 * <p>Lock order: append lock (shared, the caller's), stripe, stream. The metadata lock is never held here.
 */
final class BlockSettler {
    private static final int STRIPES = 1024;

    private final FingerprintIndex index;
    private final BlockPreparer preparer;
    private final BlockReader reader;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    BlockSettler(FingerprintIndex index, BlockPreparer preparer, BlockReader reader) {
        this.index = index;
        this.preparer = preparer;
        this.reader = reader;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /**
     * Gives every block of a prepared batch its address. The blocks' bytes are not durable yet, and they have no reference:
     * the caller holds the append lock, shared, until it has given them one, or compaction might take them away.
     *
     * @param batch a prepared batch
     * @param stream where new blocks go
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; blocks before are stored, without references
     * @throws IOException if writing fails
     */
    void settle(BlockBatch batch, AppendStream stream, Workspace workspace) throws IOException {
        boolean mayBeRetired = batch.retirements != reader.retirements();
        for (int i = 0; i < batch.size; i++) {
            if (mayBeRetired && batch.state[i] == BlockBatch.FOUND && !reader.isUsable(batch.addresses[i])) {
                BlockPreparer.compress(batch, i, workspace);
                batch.state[i] = BlockBatch.PENDING;
            }
            settleOne(batch, i, stream, workspace);
        }
    }

    private void settleOne(BlockBatch batch, int i, AppendStream stream, Workspace workspace) throws IOException {
        batch.isNew[i] = false;
        switch (batch.state[i]) {
            case BlockBatch.ZERO -> {
                batch.addresses[i] = BlockAddress.HOLE;
                batch.zeroBlocks++;
            }
            case BlockBatch.FOUND -> batch.duplicateBlocks++;
            default -> settleNew(batch, i, stream, workspace);
        }
    }

    private void settleNew(BlockBatch batch, int i, AppendStream stream, Workspace workspace) throws IOException {
        int at = batch.fingerprintOffset(i);
        ReentrantLock stripe = stripes[(batch.fingerprints[at] & 0xff) | (batch.fingerprints[at + 1] & 0x3) << 8];
        stripe.lock();
        try {
            if (batch.state[i] == BlockBatch.PENDING) {
                long address = index.find(batch.fingerprints, at, workspace.cursor);
                if (preparer.judge(address, batch.source, batch.sourceOffset(i), workspace) == BlockBatch.FOUND) {
                    batch.addresses[i] = address;
                    batch.duplicateBlocks++;
                    return;
                }
            }
            append(batch, i, at, stream);
        } finally {
            stripe.unlock();
        }
    }

    private void append(BlockBatch batch, int i, int fingerprintAt, AppendStream stream) throws IOException {
        int codec = batch.codec[i];
        long address = stream.append(
                batch.fingerprints,
                fingerprintAt,
                codec == BlockCodec.RAW ? batch.source : batch.compressed,
                batch.storedOffset[i],
                batch.storedLength[i],
                codec,
                batch.storedCrc[i]);
        index.add(batch.fingerprints, fingerprintAt, address);
        batch.addresses[i] = address;
        batch.isNew[i] = true;
        batch.newBlocks++;
        batch.newStoredBytes += batch.storedLength[i];
    }
}
