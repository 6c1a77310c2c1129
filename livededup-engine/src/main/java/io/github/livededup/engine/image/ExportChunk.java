package io.github.livededup.engine.image;

import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A chunk of an export: a run of mapped blocks, or of an image with holes as zeros. */
final class ExportChunk extends OrderedPipeline.Chunk {
    /** Bytes a chunk holds at most. */
    static final int CHUNK_BYTES = 1 << 20;

    final ByteBuffer bytes = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.nativeOrder());
    /** Whether a channel of the caller's saw the bytes, and may have kept them: they are left to the garbage collector then. */
    boolean isLent;

    final long[] addresses;
    long firstBlock;
    int blocks;
    /** Bytes to write: less than the blocks hold only at the end of the image. */
    int lengthBytes;

    ExportChunk(int blockSizeBytes) {
        addresses = new long[CHUNK_BYTES / blockSizeBytes];
    }

    @Override
    void free() {
        if (!isLent) {
            OffHeap.free(bytes);
        }
    }
}
