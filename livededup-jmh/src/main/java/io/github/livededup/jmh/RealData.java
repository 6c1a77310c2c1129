package io.github.livededup.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * 64 MiB of real data in batches of blocks of any size, for one thread: as they are, so that they come again, or each block made
 * different from every other of all threads by a number in its first bytes.
 */
public final class RealData {
    private static final int BYTES = 64 << 20;
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final ByteBuffer data;
    private final int blockSizeBytes;
    private final int batchBytes;
    private int at;

    /**
     * Reads the data.
     *
     * @param blockSizeBytes the size of a block, at least 4096
     * @param batchBlocks the blocks of a batch
     * @throws IOException if that fails
     */
    public RealData(int blockSizeBytes, int batchBlocks) throws IOException {
        this.blockSizeBytes = blockSizeBytes;
        batchBytes = blockSizeBytes * batchBlocks;
        data = ByteBuffer.allocateDirect(BYTES).put(0, JdkBlocks.read(BYTES / JdkBlocks.BLOCK_BYTES));
    }

    /** All of it. */
    public ByteBuffer all() {
        return data.clear();
    }

    /** Batches until the first comes again. */
    public int batches() {
        return BYTES / batchBytes;
    }

    /** The next batch, as it is: always the same buffer. */
    public ByteBuffer known() {
        at = at + 2 * batchBytes > BYTES ? 0 : at + batchBytes;
        return data.limit(at + batchBytes).position(at);
    }

    /** The next batch, of which every {@code oneIn}-th block was never there before. */
    public ByteBuffer fresh(int oneIn) {
        ByteBuffer batch = known();
        long first = NUMBERS.getAndAdd(batchBytes / blockSizeBytes);
        for (int block = 0; block * blockSizeBytes < batchBytes; block += oneIn) {
            data.putLong(at + block * blockSizeBytes, first + block);
        }
        return batch;
    }
}
