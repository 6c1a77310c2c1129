package io.github.livededup.engine.store;

import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import io.github.livededup.engine.index.LookupCursor;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The serial part of storing blocks: looks once more for those that were not found, and appends what is really new.
 * Concurrent settlers of one new block meet at its stripe, so one copy is stored. A duplicate whose stored twin is damaged
 * repairs it; if that cannot be, it is stored beside it.
 *
 * <p>Lock order: append lock (shared, the caller's), stripe, stream. The metadata lock is never held here.
 */
final class BlockSettler {
    private static final int STRIPES = 1024;

    private final FingerprintIndex index;
    private final BlockPreparer preparer;
    private final BlockReader reader;
    private final BlockHealer healer;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

    BlockSettler(FingerprintIndex index, BlockPreparer preparer, BlockReader reader, BlockHealer healer) {
        this.index = index;
        this.preparer = preparer;
        this.reader = reader;
        this.healer = healer;
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
     * @param rewriter decides which duplicates are stored anew, or null if none is
     * @param workspace the calling thread's tools
     * @throws io.github.livededup.VolumeFullException if there is no room; blocks before are stored, without references
     * @throws IOException if writing fails
     */
    void settle(BlockBatch batch, AppendStream stream, @Nullable Rewriter rewriter, Workspace workspace)
            throws IOException {
        if (rewriter != null) {
            rewriter.plan(batch);
        }
        settle(batch, 0, batch.size, stream, rewriter, workspace);
    }

    /** As {@link #settle(BlockBatch, AppendStream, Rewriter, Workspace)}, for a part of a batch that was planned. */
    void settle(
            BlockBatch batch, int from, int to, AppendStream stream, @Nullable Rewriter rewriter, Workspace workspace)
            throws IOException {
        boolean mayBeRetired = batch.retirements != reader.retirements();
        for (int i = from; i < to; i++) {
            if (mayBeRetired && batch.state[i] == BlockBatch.FOUND && !reader.isUsable(batch.addresses[i])) {
                BlockPreparer.compress(batch, i, workspace);
                batch.state[i] = BlockBatch.PENDING;
            }
            if (rewriter == null || batch.state[i] == BlockBatch.ZERO) {
                settleOne(batch, i, stream, workspace);
            } else {
                settleOne(batch, i, stream, rewriter, workspace);
            }
        }
    }

    private void settleOne(BlockBatch batch, int i, AppendStream stream, Rewriter rewriter, Workspace workspace)
            throws IOException {
        boolean isScattered = rewriter.isScattered(i) && batch.state[i] == BlockBatch.FOUND;
        if (isScattered) {
            settleScattered(batch, i, stream, rewriter, workspace);
        } else {
            settleOne(batch, i, stream, workspace);
        }
        if (batch.isNew[i]) {
            rewriter.stored(batch.addresses[i]);
        }
    }

    /** Shares a copy that lies better, or stores the block anew. */
    private void settleScattered(BlockBatch batch, int i, AppendStream stream, Rewriter rewriter, Workspace workspace)
            throws IOException {
        batch.isNew[i] = false;
        ReentrantLock stripe = stripe(batch, i);
        stripe.lock();
        try {
            int at = batch.fingerprintOffset(i);
            long newest = index.find(batch.fingerprints, at, rewriter.freshCursor());
            boolean isBetter = newest != BlockAddress.HOLE
                    && newest != batch.addresses[i]
                    && rewriter.accepts(newest)
                    && !reader.isKnownDamaged(newest)
                    && preparer.judge(newest, batch.source, batch.sourceOffset(i), workspace) == BlockBatch.FOUND;
            if (isBetter) {
                batch.addresses[i] = newest;
                batch.duplicateBlocks++;
                return;
            }
            append(batch, i, stream, workspace);
            rewriter.rewrote();
        } finally {
            stripe.unlock();
        }
    }

    private void settleOne(BlockBatch batch, int i, AppendStream stream, Workspace workspace) throws IOException {
        batch.isNew[i] = false;
        switch (batch.state[i]) {
            case BlockBatch.ZERO -> {
                batch.addresses[i] = BlockAddress.HOLE;
                batch.zeroBlocks++;
            }
            case BlockBatch.FOUND -> {
                if (reader.isKnownDamaged(batch.addresses[i])) {
                    settleNew(batch, i, stream, workspace);
                } else {
                    batch.duplicateBlocks++;
                }
            }
            default -> settleNew(batch, i, stream, workspace);
        }
    }

    private void settleNew(BlockBatch batch, int i, AppendStream stream, Workspace workspace) throws IOException {
        ReentrantLock stripe = stripe(batch, i);
        stripe.lock();
        try {
            boolean isShared = switch (batch.state[i]) {
                case BlockBatch.PENDING -> shareFound(batch, i, workspace.cursor, workspace);
                // The twin is damaged. If it cannot be repaired, there may be another.
                case BlockBatch.FOUND, BlockBatch.DAMAGED ->
                    heal(batch, i, workspace) || shareFound(batch, i, new LookupCursor(), workspace);
                default -> false;
            };
            if (isShared) {
                batch.duplicateBlocks++;
            } else {
                append(batch, i, stream, workspace);
            }
        } finally {
            stripe.unlock();
        }
    }

    private ReentrantLock stripe(BlockBatch batch, int i) {
        int at = batch.fingerprintOffset(i);
        return stripes[(batch.fingerprints[at] & 0xff) | (batch.fingerprints[at + 1] & 0x3) << 8];
    }

    /** Looks a block up; if it is found, and intact as far as is known or repaired, sets its address. */
    private boolean shareFound(BlockBatch batch, int i, LookupCursor cursor, Workspace workspace) throws IOException {
        long before = batch.addresses[i];
        boolean wasTried = batch.state[i] != BlockBatch.PENDING;
        long address = index.find(batch.fingerprints, batch.fingerprintOffset(i), cursor);
        if (wasTried && address == before) {
            return false;
        }
        byte verdict = preparer.judge(address, batch.source, batch.sourceOffset(i), workspace);
        batch.addresses[i] = address;
        boolean isDamaged =
                verdict == BlockBatch.DAMAGED || (verdict == BlockBatch.FOUND && reader.isKnownDamaged(address));
        return isDamaged ? heal(batch, i, workspace) : verdict == BlockBatch.FOUND;
    }

    private boolean heal(BlockBatch batch, int i, Workspace workspace) throws IOException {
        long address = batch.addresses[i];
        return reader.isUsable(address) && healer.heal(address, batch.source, batch.sourceOffset(i), workspace);
    }

    private void append(BlockBatch batch, int i, AppendStream stream, Workspace workspace) throws IOException {
        if (batch.state[i] == BlockBatch.FOUND) {
            BlockPreparer.compress(batch, i, workspace);
        }
        int fingerprintAt = batch.fingerprintOffset(i);
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
