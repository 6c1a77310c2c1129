package io.github.livededup.engine.image;

import io.github.livededup.engine.store.BlockBatch;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A chunk of an import: bytes of the source, and the blocks they become. */
final class ImportChunk extends OrderedPipeline.Chunk {
    /** Source bytes a chunk holds at most. */
    static final int CHUNK_BYTES = 1 << 20;

    final ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.nativeOrder());
    /** Whether a channel of the caller's saw the bytes, and may have kept them: they are left to the garbage collector then. */
    boolean isLent;

    final BlockBatch batch;
    /** Where the chunk starts in the image, a multiple of the block size. */
    long positionBytes;
    /** Source bytes in the chunk; only the image's last chunk may end within a block. */
    int lengthBytes;

    ImportChunk(int blockSizeBytes, int fingerprintBytes) {
        batch = new BlockBatch(CHUNK_BYTES / blockSizeBytes, blockSizeBytes, fingerprintBytes);
    }

    @Override
    void free() {
        if (!isLent) {
            OffHeap.free(bytes);
        }
        batch.free();
    }

    /** Fills the last block up with zeros; returns the number of blocks. */
    int padToBlocks(int blockSizeBytes) {
        int blocks = (lengthBytes + blockSizeBytes - 1) / blockSizeBytes;
        bytes.limit(blocks * blockSizeBytes);
        for (int at = lengthBytes; at < blocks * blockSizeBytes; at++) {
            bytes.put(at, (byte) 0);
        }
        return blocks;
    }
}
