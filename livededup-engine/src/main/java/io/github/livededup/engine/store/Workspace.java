package io.github.livededup.engine.store;

import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.fingerprint.Fingerprinter;
import io.github.livededup.engine.index.LookupBatch;
import io.github.livededup.engine.index.LookupCursor;
import io.github.livededup.engine.util.OffHeap;
import io.github.livededup.engine.volume.StoredBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The tools one thread needs for one call: digest, codec, buffers. Taken from and given back to {@link WorkspacePool}. */
public final class Workspace {
    /** Blocks of {@link #batch}. */
    public static final int BATCH_BLOCKS = 64;

    final Fingerprinter fingerprinter;
    final BlockCodec codec;
    final StoredBlock stored;
    final LookupCursor cursor = new LookupCursor();
    final LookupBatch lookups = new LookupBatch(BATCH_BLOCKS);
    final BlockComparison comparison = new BlockComparison();
    private final ByteBuffer scratch;
    private final ByteBuffer zeros;
    private final BlockBatch batch;
    private final ByteBuffer staging;
    private final long[] addresses = new long[BATCH_BLOCKS];

    Workspace(
            Fingerprinter fingerprinter,
            BlockCodec codec,
            StoredBlock stored,
            int blockSizeBytes,
            int fingerprintBytes) {
        this.fingerprinter = fingerprinter;
        this.codec = codec;
        this.stored = stored;
        scratch = ByteBuffer.allocateDirect(blockSizeBytes).order(ByteOrder.nativeOrder());
        zeros = ByteBuffer.allocateDirect(blockSizeBytes);
        staging = ByteBuffer.allocateDirect(blockSizeBytes * BATCH_BLOCKS).order(ByteOrder.nativeOrder());
        batch = new BlockBatch(BATCH_BLOCKS, blockSizeBytes, fingerprintBytes);
    }

    /** Gives its memory back at once; it is not used any more. */
    void free() {
        OffHeap.free(scratch);
        OffHeap.free(zeros);
        OffHeap.free(staging);
        batch.free();
        stored.free();
    }

    /**
     * A batch of {@link #BATCH_BLOCKS} blocks.
     *
     * @return always the same batch
     */
    public BlockBatch batch() {
        return batch;
    }

    /**
     * A direct buffer of {@link #BATCH_BLOCKS} blocks.
     *
     * @return always the same buffer, native byte order
     */
    public ByteBuffer staging() {
        return staging;
    }

    /**
     * A direct buffer of one block; {@link BlockReader} uses it for byte verification.
     *
     * @return always the same buffer, native byte order
     */
    public ByteBuffer scratch() {
        return scratch;
    }

    /**
     * A block of zeros, never written.
     *
     * @return always the same buffer
     */
    public ByteBuffer zeros() {
        return zeros;
    }

    /**
     * Decompresses a block that came from elsewhere, as {@link BlockCodec#decompress} does.
     *
     * @param codecId the codec of the stored bytes
     * @param stored holds them
     * @param offset where they start, absolute
     * @param lengthBytes their number
     * @param into receives the block
     * @param at where to put it, absolute
     * @param blockSizeBytes the block's size
     * @return false if they are no block of this size, or the codec is unknown
     */
    public boolean decompress(
            int codecId, ByteBuffer stored, int offset, int lengthBytes, ByteBuffer into, int at, int blockSizeBytes) {
        return codec.decompress(codecId, stored, offset, lengthBytes, into, at, blockSizeBytes);
    }

    /**
     * Room for {@link #BATCH_BLOCKS} addresses.
     *
     * @return always the same array
     */
    public long[] addresses() {
        return addresses;
    }
}
