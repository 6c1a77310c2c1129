package io.github.livededup.engine.image;

import io.github.livededup.engine.lifecycle.Attempts;
import io.github.livededup.engine.store.BlockStoreCore;
import io.github.livededup.engine.store.PendingWrites;
import io.github.livededup.engine.store.PreparationHelper;
import io.github.livededup.engine.store.Workspace;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The write buffers of all images: their common memory, and how they are stored. */
final class WriteBuffers implements PendingWrites {
    private static final Logger LOG = System.getLogger(WriteBuffers.class.getName());
    /** When memory is used up, an image that has less than this part of it has a larger one stored. */
    private static final int FAIR_SHARES = 8;
    /** From so many blocks on, another thread prepares half of them; fewer are done before it has begun. */
    private static final int SHARED_BLOCKS = 32;

    private final BlockStoreCore store;
    private final Collection<ImageState> states;
    private final BlockPool pool;
    private final int blockSizeBytes;

    WriteBuffers(BlockStoreCore store, Collection<ImageState> states) {
        this.store = store;
        this.states = states;
        blockSizeBytes = store.settings().blockSizeBytes();
        pool = new BlockPool(store.settings().writeBufferBytes() / blockSizeBytes, blockSizeBytes);
    }

    BlockPool pool() {
        return pool;
    }

    /** Whether there is memory at all. */
    boolean isEnabled() {
        return pool.capacity() > 0;
    }

    @Override
    public long bytes() {
        return (long) pool.used() * blockSizeBytes;
    }

    /** Every image is tried, so that one that cannot be stored keeps only its own writes back. */
    @Override
    public void storeAll() throws IOException {
        if (pool.used() == 0) {
            return;
        }
        Attempts attempts = new Attempts();
        for (ImageState state : states) {
            attempts.run(state::flushWrites);
        }
        attempts.end();
    }

    @Override
    public void storeWhatCanBe() {
        if (pool.used() > 0) {
            states.forEach(WriteBuffers::storeIfCan);
        }
    }

    /**
     * Stores what all images but one keep in memory, before that one's blocks are given back: those that others are about to
     * share would be given back, and counted as freed, only to be stored anew. Where that cannot be, they are given back all
     * the same.
     *
     * @param goingId the image that goes; what it keeps is void
     */
    void storeOthers(int goingId) {
        if (pool.used() > 0) {
            for (ImageState state : states) {
                if (state.id != goingId) {
                    storeIfCan(state);
                }
            }
        }
    }

    /** As {@link #storeWhatCanBe}, for one image; false if something stays in memory. */
    static boolean storeIfCan(ImageState state) {
        try {
            state.flushWrites();
            return true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "writes to {0} stay in memory: {1}", state.nameAtOpen(), e.getMessage());
            return false;
        }
    }

    @Override
    public void release() {
        pool.release();
    }

    /**
     * Stores what is in an image's buffer. Its write lock is held. What cannot be stored stays.
     *
     * @throws IOException if storing fails
     */
    void flush(ImageState state) throws IOException {
        long[] blocks = state.buffer.blocks();
        int size = state.buffer.size();
        Workspace workspace = store.workspaces().acquire();
        try {
            int stored = 0;
            while (stored < size) {
                int count = Math.min(Workspace.BATCH_BLOCKS, size - stored);
                stored += count < SHARED_BLOCKS
                        ? storeRun(state, blocks, stored, count, workspace)
                        : storeShared(state, blocks, stored, count, workspace);
            }
        } finally {
            store.workspaces().release(workspace);
        }
        state.pages.giveBack();
    }

    /** Stores some blocks; returns how many, the first ones. */
    private int storeRun(ImageState state, long[] blocks, int from, int count, Workspace workspace) throws IOException {
        prepare(state, blocks, from, count, workspace);
        return store(state, blocks, from, workspace);
    }

    /** As {@link #storeRun}, while another thread prepares half of them. */
    private int storeShared(ImageState state, long[] blocks, int from, int count, Workspace workspace)
            throws IOException {
        PreparationHelper helper = store.preparationHelper();
        int own = count - count / 2;
        PreparationHelper.Part rest = tools -> prepare(state, blocks, from + own, count - own, tools);
        if (!helper.begin(rest)) {
            return storeRun(state, blocks, from, count, workspace);
        }
        try {
            int stored = storeRun(state, blocks, from, own, workspace);
            return stored < own ? stored : own + store(state, blocks, from + own, helper.end(rest));
        } finally {
            helper.release();
        }
    }

    private void prepare(ImageState state, long[] blocks, int from, int count, Workspace workspace) throws IOException {
        ByteBuffer staging = workspace.staging();
        for (int i = 0; i < count; i++) {
            state.buffer.read(blocks[from + i], 0, staging, i * blockSizeBytes, blockSizeBytes);
        }
        store.preparer().prepare(workspace.batch(), staging, 0, count, workspace);
    }

    private int store(ImageState state, long[] blocks, int from, Workspace workspace) throws IOException {
        int done = store.writeBack().store(workspace.batch(), state.id, blocks, from, workspace);
        state.buffer.remove(blocks, from, from + done);
        return done;
    }

    /**
     * Frees memory for an image whose write lock is held: its own blocks are stored, or those of the image that has most.
     *
     * @return false if nothing was freed
     * @throws IOException if storing fails
     */
    boolean makeRoom(ImageState state) throws IOException {
        if (state.buffer.size() < Math.max(1, pool.capacity() / FAIR_SHARES)) {
            ImageState largest = largest();
            // Tried only: the other image's lock must not be waited for with this one's held.
            if (largest != null && largest != state && largest.writeLock.tryLock()) {
                try {
                    // If the other image cannot be stored, that is no reason to refuse writes to this one.
                    if (storeIfCan(largest)) {
                        return true;
                    }
                } finally {
                    largest.writeLock.unlock();
                }
            }
        }
        if (state.buffer.isEmpty()) {
            return false;
        }
        flush(state);
        return true;
    }

    private @Nullable ImageState largest() {
        ImageState largest = null;
        for (ImageState state : states) {
            if (largest == null || state.buffer.size() > largest.buffer.size()) {
                largest = state;
            }
        }
        return largest;
    }
}
