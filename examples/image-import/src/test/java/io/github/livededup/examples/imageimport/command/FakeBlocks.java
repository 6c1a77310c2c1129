package io.github.livededup.examples.imageimport.command;

import io.github.livededup.BlockStore;
import io.github.livededup.PutBatch;
import io.github.livededup.PutResult;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** The blocks of {@link FakeImages}, whose fingerprints are the blocks themselves. */
final class FakeBlocks implements BlockStore {
    private final FakeImages images;

    FakeBlocks(FakeImages images) {
        this.images = images;
    }

    @Override
    public OptionalLong find(ByteBuffer fingerprint) {
        return images.holds(fingerprint) ? OptionalLong.of(1) : OptionalLong.empty();
    }

    @Override
    public PutResult put(ByteBuffer block) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void putAll(ByteBuffer blocks, PutBatch result) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void get(long address, ByteBuffer into) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void getAll(long[] addresses, int from, int count, ByteBuffer into) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void retain(long address) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public void release(long address) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public long references(long address) {
        throw new AssertionError("not used by the commands");
    }

    @Override
    public byte[] fingerprint(ByteBuffer block) {
        throw new AssertionError("not used by the commands");
    }
}
