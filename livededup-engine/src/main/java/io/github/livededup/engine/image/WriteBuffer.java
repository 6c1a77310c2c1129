package io.github.livededup.engine.image;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.StampedLock;

/**
 * The blocks of one image that are written and not stored yet. Whoever changes it holds the image's write lock; readers
 * look into it without a lock and repeat what a change came between, so each sees a block as it was at one moment. A block
 * is taken out only after it is in the map, so whoever looks here first and then in the map never misses it.
 */
final class WriteBuffer {
    private static final int OPTIMISTIC_TRIES = 4;
    /** Most flushes store no more. */
    private static final int MIN_LISTED = 64;

    private final BlockPool pool;
    private final SlotTable slots = new SlotTable();
    private final StampedLock lock = new StampedLock();
    private volatile int size;
    /** What {@link #blocks()} returned. */
    private long[] listed = {};

    WriteBuffer(BlockPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /**
     * Reads a part of a block, if it is here.
     *
     * @param block the image's block
     * @param inBlock where to start in it
     * @param into receives the bytes; may receive garbage if the block is not here
     * @param at where, absolute
     * @param length how many bytes
     * @return whether it is here
     */
    boolean read(long block, int inBlock, ByteBuffer into, int at, int length) {
        if (size == 0) {
            return false;
        }
        for (int i = 0; i < OPTIMISTIC_TRIES; i++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                boolean found = copy(block, inBlock, into, at, length);
                if (lock.validate(stamp)) {
                    return found;
                }
            }
        }
        long stamp = lock.readLock();
        try {
            return copy(block, inBlock, into, at, length);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private boolean copy(long block, int inBlock, ByteBuffer into, int at, int length) {
        int slot = slots.find(block);
        if (slot == SlotTable.NONE) {
            return false;
        }
        pool.copy(slot, inBlock, into, at, length);
        return true;
    }

    // ---- with the image's write lock held

    boolean contains(long block) {
        return slots.find(block) != SlotTable.NONE;
    }

    /** Changes a part of a block that is here; returns false if it is not. */
    boolean overwrite(long block, int inBlock, ByteBuffer from, int at, int length) {
        int slot = slots.find(block);
        if (slot == SlotTable.NONE) {
            return false;
        }
        long stamp = lock.writeLock();
        try {
            pool.memory(slot).put(pool.offset(slot) + inBlock, from, at, length);
        } finally {
            lock.unlockWrite(stamp);
        }
        return true;
    }

    /** Adds a block that is not here yet; its slot holds all of it. */
    void add(long block, int slot) {
        long stamp = lock.writeLock();
        try {
            slots.put(block, slot);
            size = slots.size();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** All blocks in order; {@link #size} of them count. The array may be used again by the next call. */
    long[] blocks() {
        long[] into = listed;
        if (into.length < size) {
            into = new long[Math.max(MIN_LISTED, Integer.highestOneBit(size - 1) * 2)];
            if (into.length <= SlotTable.KEEP_CAPACITY) {
                listed = into;
            }
        }
        slots.blocks(into);
        return into;
    }

    /** The blocks of a range, in order. */
    long[] blocks(long from, long to) {
        return size == 0 ? new long[0] : slots.blocks(from, to);
    }

    /** Takes blocks out and gives their memory back. */
    void remove(long[] blocks, int from, int to) {
        long stamp = lock.writeLock();
        try {
            for (int i = from; i < to; i++) {
                pool.giveBack(slots.remove(blocks[i]));
            }
            if (slots.size() == 0) {
                slots.clear();
            }
            size = slots.size();
        } finally {
            lock.unlockWrite(stamp);
        }
    }
}
