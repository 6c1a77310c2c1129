package io.github.livededup.engine.store;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.lifecycle.FailureLatch;
import io.github.livededup.engine.volume.BlockGroups;
import io.github.livededup.engine.volume.StoredBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Repairs a stored block whose bytes fail their checksum with the same block at hand. The stored form is made again, with
 * whichever compressor makes bytes of the length and checksum that the table entry tells, and written in its place. So the
 * address, the entry, and all who share the block stay as they are; a crash in the middle leaves the block as damaged as
 * it was. The next commit makes the repair durable.
 *
 * <p>The caller holds the append lock, shared, and the stripe of the block's fingerprint.
 */
final class BlockHealer {
    private final BlockGroups groups;
    private final BlockReader reader;
    private final FailureLatch latch;
    private final int blockSizeBytes;
    private final LongAdder healed = new LongAdder();

    BlockHealer(BlockGroups groups, BlockReader reader, FailureLatch latch, int blockSizeBytes) {
        this.groups = groups;
        this.reader = reader;
        this.latch = latch;
        this.blockSizeBytes = blockSizeBytes;
    }

    /** Blocks repaired since the volume was opened. */
    long healedBlocks() {
        return healed.sum();
    }

    /**
     * Repairs a block.
     *
     * @param address where it is stored
     * @param source holds the same block, intact; position and limit stay
     * @param at where it starts there, absolute
     * @param workspace the calling thread's tools
     * @return whether the stored block is intact now; false if its form cannot be reproduced, or its table entry is damaged
     * @throws IOException if writing fails; the volume has then failed
     */
    boolean heal(long address, ByteBuffer source, int at, Workspace workspace) throws IOException {
        try {
            ByteBuffer stored = reproduce(address, source, at, workspace.stored);
            boolean isWritten = stored != null && stored.hasRemaining() && repair(address, stored);
            if (stored == null
                    || (stored.hasRemaining() && !isWritten)
                    || !reader.isEqual(address, source, at, workspace)) {
                return false;
            }
            groups.damaged().remove(address);
            if (isWritten) {
                healed.increment();
            }
            return true;
        } catch (CorruptionException stillDamaged) {
            return false;
        }
    }

    /** The bytes to be stored, from position to limit; none if those that are stored are intact, null if not found out. */
    private @Nullable ByteBuffer reproduce(long address, ByteBuffer source, int at, StoredBlock stored)
            throws IOException {
        if (!groups.locate(address, stored)) {
            return null;
        }
        int codec;
        int lengthBytes;
        int crc;
        try {
            if (stored.isIntact()) {
                return ByteBuffer.allocate(0);
            }
            codec = stored.codec();
            lengthBytes = stored.lengthBytes();
            crc = stored.storedCrc();
        } finally {
            stored.release();
        }
        ByteBuffer made = ByteBuffer.allocate(Math.max(blockSizeBytes, BlockCodec.maxCompressedBytes(blockSizeBytes)));
        for (int variant = 0; variant < BlockCodec.variants(codec); variant++) {
            int length = BlockCodec.encode(codec, variant, source, at, blockSizeBytes, made);
            if (length == lengthBytes && Checksums.crc32c(made, 0, length) == crc) {
                return made.limit(length);
            }
        }
        return null;
    }

    private boolean repair(long address, ByteBuffer stored) throws IOException {
        latch.check();
        try {
            return groups.damaged().repair(address, stored);
        } catch (CorruptionException | VolumeFullException e) {
            // A file system that writes elsewhere may have no room: the block stays as it is.
            return false;
        } catch (IOException e) {
            throw latch.failed(e);
        }
    }
}
