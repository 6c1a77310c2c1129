package io.github.livededup.engine.store;

import io.github.livededup.BlockStore;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.NotFoundException;
import io.github.livededup.PutBatch;
import io.github.livededup.PutResult;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.index.FingerprintIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;

/** The block store: checks arguments, then batches of at most {@link Workspace#BATCH_BLOCKS} go down the data path. */
public final class EngineBlockStore implements BlockStore {
    private final BlockStoreCore store;
    private final FingerprintIndex index;
    private final int blockSizeBytes;
    private final int fingerprintBytes;

    /**
     * Makes the store.
     *
     * @param store the data path
     * @param index the index, for {@link #find}
     */
    public EngineBlockStore(BlockStoreCore store, FingerprintIndex index) {
        this.store = store;
        this.index = index;
        blockSizeBytes = store.settings().blockSizeBytes();
        fingerprintBytes = store.settings().fingerprintBytes();
    }

    @Override
    public PutResult put(ByteBuffer block) throws IOException {
        requireOneBlock(block);
        try (var call = store.enterForWriting()) {
            Workspace workspace = store.workspaces().acquire();
            try {
                BlockBatch batch = putBatch(block, block.position(), 1, workspace);
                store.afterChange();
                block.position(block.limit());
                return new PutResult(batch.address(0), batch.isNew(0));
            } finally {
                store.workspaces().release(workspace);
            }
        }
    }

    @Override
    public void putAll(ByteBuffer blocks, PutBatch result) throws IOException {
        int count = blocks.remaining() / blockSizeBytes;
        if (blocks.remaining() % blockSizeBytes != 0 || count > result.capacity()) {
            throw new InvalidArgumentException(
                    "bytes to put", blocks.remaining(), "up to " + result.capacity() + " blocks of " + blockSizeBytes);
        }
        result.clear();
        try (var call = store.enterForWriting()) {
            Workspace workspace = store.workspaces().acquire();
            try {
                for (int done = 0; done < count; done += Workspace.BATCH_BLOCKS) {
                    int part = Math.min(Workspace.BATCH_BLOCKS, count - done);
                    BlockBatch batch = putBatch(blocks, blocks.position() + done * blockSizeBytes, part, workspace);
                    for (int i = 0; i < part; i++) {
                        result.add(batch.address(i), batch.isNew(i));
                    }
                }
                store.afterChange();
                blocks.position(blocks.limit());
            } catch (IOException | RuntimeException e) {
                giveBack(result, e);
                throw e;
            } finally {
                store.workspaces().release(workspace);
            }
        }
    }

    private BlockBatch putBatch(ByteBuffer source, int at, int count, Workspace workspace) throws IOException {
        BlockBatch batch = workspace.batch();
        store.preparer().prepareKeepingZeros(batch, source, at, count, workspace);
        store.batches().settleAndReference(batch, workspace);
        return batch;
    }

    private void giveBack(PutBatch result, Exception failure) {
        long[] addresses = result.addresses();
        result.clear();
        try {
            // One by one: a full volume has room for small changes only.
            for (int i = 0; i < addresses.length; i++) {
                store.blockChanges().changeReferences(addresses, i, 1, -1);
            }
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void get(long address, ByteBuffer into) throws IOException {
        requireRoom(into, 1);
        try (var call = store.enter()) {
            Workspace workspace = store.workspaces().acquire();
            try {
                readLive(address, into, into.position(), workspace);
                into.position(into.position() + blockSizeBytes);
            } finally {
                store.workspaces().release(workspace);
            }
        }
    }

    @Override
    public void getAll(long[] addresses, int from, int count, ByteBuffer into) throws IOException {
        Objects.checkFromIndexSize(from, count, addresses.length);
        requireRoom(into, count);
        try (var call = store.enter()) {
            Workspace workspace = store.workspaces().acquire();
            try {
                for (int i = 0; i < count; i++) {
                    readLive(addresses[from + i], into, into.position() + i * blockSizeBytes, workspace);
                }
                into.position(into.position() + count * blockSizeBytes);
            } finally {
                store.workspaces().release(workspace);
            }
        }
    }

    private void readLive(long address, ByteBuffer into, int at, Workspace workspace) throws IOException {
        int ticket = store.enterRead();
        try {
            if (!isKnown(address) || store.metadata().referenceCount(address) == 0) {
                throw noSuchBlock(address);
            }
            store.reader().read(address, into, at, workspace);
        } finally {
            store.exitRead(ticket);
        }
    }

    @Override
    public void retain(long address) throws IOException {
        try (var call = store.enterForWriting()) {
            if (!isKnown(address) || !store.blockChanges().retainReference(address)) {
                throw noSuchBlock(address);
            }
            store.afterChange();
        }
    }

    @Override
    public void release(long address) throws IOException {
        try (var call = store.enterForWriting()) {
            if (!isKnown(address) || !store.blockChanges().releaseReference(address)) {
                throw new NotFoundException(
                        BlockReader.name(address), "no reference of the block store's callers is left");
            }
            store.afterChange();
        }
    }

    @Override
    public long references(long address) throws IOException {
        try (var call = store.enter()) {
            return isKnown(address) ? store.metadata().externalReferences(address) : 0;
        }
    }

    @Override
    public OptionalLong find(ByteBuffer fingerprint) throws IOException {
        if (fingerprint.remaining() != fingerprintBytes) {
            throw new InvalidArgumentException("fingerprint length", fingerprint.remaining(), fingerprintBytes);
        }
        byte[] bytes = new byte[fingerprintBytes];
        fingerprint.get(fingerprint.position(), bytes);
        try (var call = store.enter()) {
            Workspace workspace = store.workspaces().acquire();
            try {
                long address = index.find(bytes, 0, workspace.cursor);
                boolean isLive =
                        address != BlockAddress.HOLE && store.metadata().referenceCount(address) > 0;
                return isLive ? OptionalLong.of(address) : OptionalLong.empty();
            } finally {
                store.workspaces().release(workspace);
            }
        }
    }

    @Override
    public byte[] fingerprint(ByteBuffer block) {
        requireOneBlock(block);
        byte[] fingerprint = new byte[fingerprintBytes];
        Workspace workspace = store.workspaces().acquire();
        try {
            workspace.fingerprinter.digest(block, block.position(), blockSizeBytes, fingerprint, 0);
        } finally {
            store.workspaces().release(workspace);
        }
        return fingerprint;
    }

    /** Whether there is such a slot, live or dead: metadata takes no other address. */
    private boolean isKnown(long address) {
        return BlockAddress.isValid(address)
                && BlockAddress.slot(address) < store.slotCount(BlockAddress.group(address));
    }

    private void requireOneBlock(ByteBuffer block) {
        if (block.remaining() != blockSizeBytes) {
            throw new InvalidArgumentException("block length", block.remaining(), blockSizeBytes);
        }
    }

    private void requireRoom(ByteBuffer into, int blocks) {
        if (into.isReadOnly()) {
            throw new InvalidArgumentException("buffer to read into", "read-only", "writable");
        }
        if (into.remaining() < (long) blocks * blockSizeBytes) {
            throw new InvalidArgumentException(
                    "room to read into", into.remaining(), "at least " + (long) blocks * blockSizeBytes);
        }
    }

    private static NotFoundException noSuchBlock(long address) {
        return new NotFoundException(BlockReader.name(address), "no live block has this address");
    }
}
