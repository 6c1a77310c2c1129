package io.github.livededup.engine.crashkit.model;

import io.github.livededup.BlockStore;
import io.github.livededup.PutBatch;
import io.github.livededup.PutResult;
import io.github.livededup.engine.crashkit.model.VolumeHistory.Effect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** The block store of a {@link MirroredVolume}. */
final class MirroredBlockStore implements BlockStore {
    private final BlockStore real;
    private final BlockStore model;
    private final CallerReferences references;
    private final Mirror mirror;

    MirroredBlockStore(BlockStore real, BlockStore model, CallerReferences references, Mirror mirror) {
        this.real = real;
        this.model = model;
        this.references = references;
        this.mirror = mirror;
    }

    @Override
    public PutResult put(ByteBuffer block) throws IOException {
        PutBatch one = new PutBatch(1);
        putAll(block, one);
        return new PutResult(one.address(0), one.isNew(0));
    }

    @Override
    public void putAll(ByteBuffer blocks, PutBatch result) throws IOException {
        ByteBuffer copy = blocks.duplicate();
        PutBatch ofModel = new PutBatch(result.capacity());
        mirror.change(Effect.NONE, null, () -> real.putAll(blocks, result), () -> {
            model.putAll(copy, ofModel);
            // A put that failed has no address, so nobody holds it.
            for (int i = 0; i < result.size(); i++) {
                references.add(result.address(i), ofModel.address(i));
            }
        });
    }

    @Override
    public void retain(long address) throws IOException {
        mirror.change(Effect.NONE, null, () -> real.retain(address), () -> {
            model.retain(references.modelAddress(address));
            references.add(address, references.modelAddress(address));
        });
    }

    @Override
    public void release(long address) throws IOException {
        mirror.change(Effect.NONE, null, () -> real.release(address), () -> {
            model.release(references.modelAddress(address));
            references.remove(address);
        });
    }

    @Override
    public void get(long address, ByteBuffer into) throws IOException {
        real.get(address, into);
    }

    @Override
    public void getAll(long[] addresses, int from, int count, ByteBuffer into) throws IOException {
        real.getAll(addresses, from, count, into);
    }

    @Override
    public long references(long address) throws IOException {
        return real.references(address);
    }

    @Override
    public OptionalLong find(ByteBuffer fingerprint) throws IOException {
        return real.find(fingerprint);
    }

    @Override
    public byte[] fingerprint(ByteBuffer block) {
        return real.fingerprint(block);
    }
}
