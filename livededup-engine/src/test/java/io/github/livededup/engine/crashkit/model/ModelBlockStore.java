package io.github.livededup.engine.crashkit.model;

import io.github.livededup.BlockStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.PutBatch;
import io.github.livededup.PutResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;

/** The model's block store. */
final class ModelBlockStore implements BlockStore {
    private final ModelVolume volume;
    private final ModelContent content;

    ModelBlockStore(ModelVolume volume, ModelContent content) {
        this.volume = volume;
        this.content = content;
    }

    @Override
    public PutResult put(ByteBuffer block) throws IOException {
        byte[] bytes = oneBlock(block);
        synchronized (content) {
            volume.checkWritable();
            PutResult result = put(bytes);
            block.position(block.limit());
            return result;
        }
    }

    private PutResult put(byte[] bytes) {
        boolean isNew = !content.holds(bytes);
        ModelBlock block = content.intern(bytes);
        block.external++;
        return new PutResult(block.address, isNew);
    }

    @Override
    public void putAll(ByteBuffer blocks, PutBatch result) throws IOException {
        int size = content.blockSizeBytes;
        int count = blocks.remaining() / size;
        if (blocks.remaining() % size != 0 || count > result.capacity()) {
            throw new InvalidArgumentException("bytes to put", blocks.remaining(), "whole blocks");
        }
        synchronized (content) {
            volume.checkWritable();
            result.clear();
            for (int i = 0; i < count; i++) {
                byte[] bytes = new byte[size];
                blocks.get(bytes);
                PutResult one = put(bytes);
                result.add(one.address(), one.isNew());
            }
        }
    }

    @Override
    public void get(long address, ByteBuffer into) throws IOException {
        getAll(new long[] {address}, 0, 1, into);
    }

    @Override
    public void getAll(long[] addresses, int from, int count, ByteBuffer into) throws IOException {
        Objects.checkFromIndexSize(from, count, addresses.length);
        if (into.isReadOnly() || into.remaining() < count * content.blockSizeBytes) {
            throw new InvalidArgumentException("buffer", into, "writable, with room for " + count + " blocks");
        }
        synchronized (content) {
            volume.checkOpen();
            for (int i = from; i < from + count; i++) {
                live(addresses[i]);
            }
            for (int i = from; i < from + count; i++) {
                into.put(live(addresses[i]).content);
            }
        }
    }

    private ModelBlock live(long address) throws NotFoundException {
        ModelBlock block = content.blocksByAddress.get(address);
        if (block == null) {
            throw new NotFoundException("block " + address, "no such block");
        }
        return block;
    }

    @Override
    public void retain(long address) throws IOException {
        synchronized (content) {
            volume.checkWritable();
            live(address).external++;
        }
    }

    @Override
    public void release(long address) throws IOException {
        synchronized (content) {
            volume.checkWritable();
            ModelBlock block = live(address);
            if (block.external == 0) {
                throw new NotFoundException("block " + address, "no reference left");
            }
            block.external--;
            content.forgetIfDead(block);
        }
    }

    @Override
    public long references(long address) throws IOException {
        synchronized (content) {
            volume.checkOpen();
            ModelBlock block = content.blocksByAddress.get(address);
            return block == null ? 0 : block.external;
        }
    }

    @Override
    public OptionalLong find(ByteBuffer fingerprint) throws IOException {
        byte[] wanted = new byte[fingerprint.remaining()];
        fingerprint.duplicate().get(wanted);
        if (wanted.length != volume.fingerprintAlgorithm().lengthBytes()) {
            throw new InvalidArgumentException("fingerprint length", wanted.length, "another");
        }
        synchronized (content) {
            volume.checkOpen();
            return content.blocksByAddress.values().stream()
                    .filter(block -> Arrays.equals(content.fingerprint(block.content), wanted))
                    .mapToLong(block -> block.address)
                    .findFirst();
        }
    }

    @Override
    public byte[] fingerprint(ByteBuffer block) {
        return content.fingerprint(oneBlock(block));
    }

    private byte[] oneBlock(ByteBuffer block) {
        if (block.remaining() != content.blockSizeBytes) {
            throw new InvalidArgumentException("block length", block.remaining(), content.blockSizeBytes);
        }
        byte[] bytes = new byte[content.blockSizeBytes];
        block.duplicate().get(bytes);
        return bytes;
    }
}
