package io.github.livededup;

import java.util.Arrays;
import java.util.Objects;

/**
 * The outcome of a batch put, made to be used again so that putting allocates nothing per block. Not safe for use by
 * several threads.
 *
 * @since 0.1.0
 */
public final class PutBatch {
    private final long[] addresses;
    private final boolean[] isNew;
    private int size;

    /**
     * Makes a batch.
     *
     * @param capacity the most blocks of one put, at least 1
     * @throws InvalidArgumentException if the capacity is less than 1
     */
    public PutBatch(int capacity) {
        if (capacity < 1) {
            throw new InvalidArgumentException("capacity", capacity, "at least 1");
        }
        addresses = new long[capacity];
        isNew = new boolean[capacity];
    }

    /**
     * The most blocks of one put.
     *
     * @return the capacity in blocks
     */
    public int capacity() {
        return addresses.length;
    }

    /**
     * The blocks of the last put.
     *
     * @return the number of blocks
     */
    public int size() {
        return size;
    }

    /**
     * The address of a block of the last put.
     *
     * @param index the block's place in the batch
     * @return its address
     * @throws IndexOutOfBoundsException if {@code index} is not less than {@link #size()}
     */
    public long address(int index) {
        return addresses[Objects.checkIndex(index, size)];
    }

    /**
     * Whether a block of the last put was new.
     *
     * @param index the block's place in the batch
     * @return whether its bytes had to be stored
     * @throws IndexOutOfBoundsException if {@code index} is not less than {@link #size()}
     */
    public boolean isNew(int index) {
        return isNew[Objects.checkIndex(index, size)];
    }

    /**
     * The addresses of the last put.
     *
     * @return a new array of {@link #size()} addresses
     */
    public long[] addresses() {
        return Arrays.copyOf(addresses, size);
    }

    /** Empties the batch; called by the engine. */
    public void clear() {
        size = 0;
    }

    /**
     * Adds an outcome; called by the engine.
     *
     * @param address the block's address
     * @param blockIsNew whether its bytes had to be stored
     * @throws IndexOutOfBoundsException if the batch is full
     */
    public void add(long address, boolean blockIsNew) {
        addresses[size] = address;
        isNew[size] = blockIsNew;
        size++;
    }
}
