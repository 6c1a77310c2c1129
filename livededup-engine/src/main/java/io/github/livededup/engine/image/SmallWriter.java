package io.github.livededup.engine.image;

import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes small writes into an image's write buffer. A block that is there is changed in place; another one is completed by
 * what it was before, after room for it was set aside. The image's write lock is held.
 */
final class SmallWriter {
    /** Writes of so many blocks are stored at once: they make full batches by themselves. */
    private static final int MAX_BLOCKS = Workspace.BATCH_BLOCKS;
    /** How often room is made for one block before its write is stored at once. */
    private static final int MAX_TRIES = 3;

    private final BlockStoreCore store;
    private final ImageState state;
    private final ImageReader reader;
    private final WriteBuffers buffers;
    private final int blockSizeBytes;

    SmallWriter(BlockStoreCore store, ImageState state, ImageReader reader) {
        this.store = store;
        this.state = state;
        this.reader = reader;
        buffers = state.buffers();
        blockSizeBytes = store.settings().blockSizeBytes();
    }

    /** Whether a write is to be tried here. */
    boolean isSmall(int lengthBytes) {
        return lengthBytes < MAX_BLOCKS * blockSizeBytes && buffers.isEnabled();
    }

    /**
     * Takes a write.
     *
     * @return how many bytes of it, from the start up to a block's end; the rest finds no room here
     * @throws IOException if an old block cannot be read, or the volume has failed
     */
    int write(ByteBuffer from, int at, long positionBytes, int lengthBytes) throws IOException {
        int done = 0;
        while (done < lengthBytes) {
            long block = (positionBytes + done) / blockSizeBytes;
            int inBlock = (int) ((positionBytes + done) % blockSizeBytes);
            int part = Math.min(lengthBytes - done, blockSizeBytes - inBlock);
            if (!state.buffer.overwrite(block, inBlock, from, at + done, part)
                    && !add(block, inBlock, from, at + done, part)) {
                return done;
            }
            done += part;
        }
        return done;
    }

    private boolean add(long block, int inBlock, ByteBuffer from, int at, int length) throws IOException {
        BlockPool pool = buffers.pool();
        int slot = pool.take();
        for (int i = 0; slot == SlotTable.NONE && i < MAX_TRIES && buffers.makeRoom(state); i++) {
            slot = pool.take();
        }
        if (slot == SlotTable.NONE) {
            return false;
        }
        boolean accepted = false;
        boolean added = false;
        try {
            state.pages.accept(block);
            accepted = true;
            if (length < blockSizeBytes) {
                complete(block, slot);
            }
            pool.memory(slot).put(pool.offset(slot) + inBlock, from, at, length);
            state.buffer.add(block, slot);
            added = true;
        } catch (VolumeFullException e) {
            // It may yet be a duplicate or a hole; storing it at once tells.
            return false;
        } finally {
            if (!added) {
                pool.giveBack(slot);
                state.forgetAccepted(accepted ? 1 : 0);
            }
        }
        return true;
    }

    /** Fills a slot with what the block is now. */
    private void complete(long block, int slot) throws IOException {
        Workspace workspace = store.workspaces().acquire();
        try {
            BlockPool pool = buffers.pool();
            reader.readRange(pool.memory(slot), pool.offset(slot), block * blockSizeBytes, blockSizeBytes, workspace);
        } finally {
            store.workspaces().release(workspace);
        }
    }
}
