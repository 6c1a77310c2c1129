package io.github.livededup.jmh;

import io.github.livededup.BlockStore;
import io.github.livededup.FingerprintAlgorithm;
import io.github.livededup.PutBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** Puts and gets of a volume's block store, for {@link AllocationReport}. */
final class BlockAllocation implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int BLOCK_BYTES = JdkBlocks.BLOCK_BYTES;
    private static final int MIXED_ONE_IN = 4;

    private final ScratchVolume scratch = new ScratchVolume(BLOCK_BYTES, FingerprintAlgorithm.SHA_256);
    private final BlockStore blocks = scratch.volume().blocks();
    private final RealData data = new RealData(BLOCK_BYTES, BATCH);
    private final PutBatch result = new PutBatch(BATCH);
    private final ByteBuffer into = ByteBuffer.allocateDirect(BATCH * BLOCK_BYTES);
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] picked = new long[BATCH];
    private final long[] addresses;
    private int next;

    /** Makes the volume, with the data in it. */
    BlockAllocation() throws IOException {
        PutBatch all = new PutBatch(data.batches() * BATCH);
        blocks.putAll(data.all(), all);
        addresses = all.addresses();
        scratch.volume().commit();
    }

    /** What is measured. */
    List<AllocationPath> paths() {
        return List.of(
                new AllocationPath("put, known, 64 at a time", BATCH, () -> blocks.putAll(data.known(), result)),
                new AllocationPath("put, known, one at a time", BATCH, () -> putEach(data.known())),
                new AllocationPath("put, new, 64 at a time", BATCH, () -> blocks.putAll(data.fresh(1), result)),
                new AllocationPath("put, new, one at a time", BATCH, () -> putEach(data.fresh(1))),
                new AllocationPath(
                        "put, one in four new, 64 at a time",
                        BATCH,
                        () -> blocks.putAll(data.fresh(MIXED_ONE_IN), result)),
                new AllocationPath("get, in order, 64 at a time", BATCH, this::getBatch),
                new AllocationPath("get, in order, one at a time", BATCH, this::getInOrder),
                new AllocationPath("get, at random, 64 at a time", BATCH, this::getRandomBatch),
                new AllocationPath("get, at random, one at a time", BATCH, this::getAtRandom));
    }

    private void putEach(ByteBuffer batch) throws IOException {
        int end = batch.limit();
        while (batch.position() < end) {
            blocks.put(batch.limit(batch.position() + BLOCK_BYTES));
        }
    }

    private int nextBatch() {
        next = next + 2 * BATCH > addresses.length ? 0 : next + BATCH;
        return next;
    }

    private void getBatch() throws IOException {
        blocks.getAll(addresses, nextBatch(), BATCH, into.clear());
    }

    private void getInOrder() throws IOException {
        int from = nextBatch();
        into.clear();
        for (int i = 0; i < BATCH; i++) {
            blocks.get(addresses[from + i], into);
        }
    }

    private void getRandomBatch() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            picked[i] = addresses[random.nextInt(addresses.length)];
        }
        blocks.getAll(picked, 0, BATCH, into.clear());
    }

    private void getAtRandom() throws IOException {
        into.clear();
        for (int i = 0; i < BATCH; i++) {
            blocks.get(addresses[random.nextInt(addresses.length)], into);
        }
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }
}
