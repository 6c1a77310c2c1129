package io.github.livededup.jmh;

import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Reads and writes of images, for {@link AllocationReport}. */
final class ImageAllocation implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int BLOCK_BYTES = JdkBlocks.BLOCK_BYTES;
    private static final long SPARSE_BLOCKS = 1L << 28;

    private final ScratchVolume scratch = new ScratchVolume(BLOCK_BYTES, FingerprintAlgorithm.SHA_256);
    private final RealData data = new RealData(BLOCK_BYTES, BATCH);
    private final ByteBuffer into = ByteBuffer.allocateDirect(BATCH * BLOCK_BYTES);
    private final SplittableRandom random = new SplittableRandom(1);
    private final Image image;
    private final Image sparse;
    private final int blocks;
    private int next;

    /** Makes a volume with an image that is full of the data, and one of a TiB that is one hole. */
    ImageAllocation() throws IOException {
        blocks = data.batches() * BATCH;
        image = scratch.images().create("full", (long) blocks * BLOCK_BYTES);
        image.write(data.all(), 0);
        sparse = scratch.images().create("sparse", SPARSE_BLOCKS * BLOCK_BYTES);
        scratch.volume().commit();
    }

    /** What is measured. */
    List<AllocationPath> paths() {
        AllocationPath.Step flush = image::flush;
        return List.of(
                new AllocationPath("read, in order, 64 blocks at a time", BATCH, this::readBatch),
                new AllocationPath("read, in order, a block at a time", BATCH, this::readInOrder),
                new AllocationPath("read, at random", BATCH, () -> readAtRandom(BLOCK_BYTES)),
                new AllocationPath("read, at random, across two blocks", BATCH, () -> readAtRandom(1)),
                new AllocationPath("write over, known, at random", BATCH, () -> writeOver(false, BLOCK_BYTES), flush),
                new AllocationPath("write over, new, at random", BATCH, () -> writeOver(true, BLOCK_BYTES), flush),
                new AllocationPath(
                        "write over, known, at random, across two blocks", BATCH, () -> writeOver(false, 1), flush),
                new AllocationPath(
                        "write over, new, at random, across two blocks", BATCH, () -> writeOver(true, 1), flush),
                new AllocationPath("write over, new, in order, 64 blocks at a time", BATCH, this::writeBatch, flush),
                new AllocationPath(
                        "write, known, into holes of a TiB at random", BATCH, this::writeSparse, sparse::flush));
    }

    private long nextBatch() {
        next = next + 2 * BATCH > blocks ? 0 : next + BATCH;
        return (long) next * BLOCK_BYTES;
    }

    private void readBatch() throws IOException {
        image.read(into.clear(), nextBatch());
    }

    private void readInOrder() throws IOException {
        long from = nextBatch();
        for (int i = 0; i < BATCH; i++) {
            image.read(into.clear().limit(BLOCK_BYTES), from + (long) i * BLOCK_BYTES);
        }
    }

    private void readAtRandom(int step) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            image.read(into.clear().limit(BLOCK_BYTES), anyPosition(step));
        }
    }

    private long anyPosition(int step) {
        return random.nextLong((blocks - 1L) * BLOCK_BYTES / step) * step;
    }

    private void writeOver(boolean fresh, int step) throws IOException {
        ByteBuffer batch = fresh ? data.fresh(1) : data.known();
        int end = batch.limit();
        while (batch.position() < end) {
            image.write(batch.limit(batch.position() + BLOCK_BYTES), anyPosition(step));
        }
    }

    private void writeBatch() throws IOException {
        image.write(data.fresh(1), nextBatch());
    }

    private void writeSparse() throws IOException {
        ByteBuffer batch = data.known();
        int end = batch.limit();
        while (batch.position() < end) {
            sparse.write(batch.limit(batch.position() + BLOCK_BYTES), random.nextLong(SPARSE_BLOCKS) * BLOCK_BYTES);
        }
    }

    @Override
    public void close() throws IOException {
        image.close();
        sparse.close();
        scratch.close();
    }
}
