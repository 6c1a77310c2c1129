package io.github.livededup.engine.store;

import io.github.livededup.engine.codec.BlockCodec;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.RangeChecksum;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A run of blocks on their way into the store, made to be used again. {@link BlockPreparer} fills it without any lock,
 * {@link BlockSettler} gives each block its address. Everything is kept in parallel arrays, so a block costs no object.
 * Confined to one thread at a time; handing it over needs a happens-before edge.
 */
public final class BlockBatch {
    /** The block is all zero: a hole. */
    static final byte ZERO = 0;
    /** The block is stored already; its address is known. */
    static final byte FOUND = 1;
    /** The block was not found and is ready to be appended. */
    static final byte PENDING = 2;
    /** As {@link #PENDING}, but a block with this fingerprint and other bytes is stored: append without looking again. */
    static final byte COLLIDED = 3;
    /** As {@link #PENDING}, but a block with this fingerprint is stored whose bytes are damaged; its address is known. */
    static final byte DAMAGED = 4;

    final int fingerprintBytes;
    final int blockSizeBytes;
    final byte[] state;
    final byte[] fingerprints;
    final long[] addresses;
    final boolean[] isNew;
    final int[] storedOffset;
    final int[] storedLength;
    final byte[] codec;
    final int[] storedCrc;
    /** Receives compressed blocks; {@link #storedOffset} points into it unless the codec is raw. */
    final ByteBuffer compressed;

    /** One for each buffer, since each keeps a view of its last one. */
    private final RangeChecksum rawChecksum = new RangeChecksum();

    private final RangeChecksum compressedChecksum = new RangeChecksum();

    ByteBuffer source;
    int sourceOffset;
    int size;
    /** What {@link #compressed} holds so far. */
    int compressedBytes;
    /** {@link io.github.livededup.engine.volume.BlockGroups#retirements()} before the first lookup. */
    int retirements;

    int newBlocks;
    int duplicateBlocks;
    int zeroBlocks;
    long newStoredBytes;

    /**
     * Makes a batch.
     *
     * @param capacity the most blocks
     * @param blockSizeBytes the block size
     * @param fingerprintBytes the fingerprint's length
     */
    public BlockBatch(int capacity, int blockSizeBytes, int fingerprintBytes) {
        this.blockSizeBytes = blockSizeBytes;
        this.fingerprintBytes = fingerprintBytes;
        state = new byte[capacity];
        fingerprints = new byte[capacity * fingerprintBytes];
        addresses = new long[capacity];
        isNew = new boolean[capacity];
        storedOffset = new int[capacity];
        storedLength = new int[capacity];
        codec = new byte[capacity];
        storedCrc = new int[capacity];
        compressed = ByteBuffer.allocateDirect(
                        capacity * blockSizeBytes + BlockCodec.maxCompressedBytes(blockSizeBytes) - blockSizeBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        source = compressed;
    }

    /** Gives its memory outside the heap back at once; it is not used any more. */
    public void free() {
        OffHeap.free(compressed);
    }

    /**
     * The most blocks.
     *
     * @return the capacity
     */
    public int capacity() {
        return state.length;
    }

    /**
     * Blocks of the present run.
     *
     * @return their number
     */
    public int size() {
        return size;
    }

    /**
     * The address of a settled block, {@link BlockAddress#HOLE} for a zero block.
     *
     * @param index the block's place in the run
     * @return the address
     */
    public long address(int index) {
        return addresses[index];
    }

    /**
     * The addresses of the settled run, shared with the batch.
     *
     * @return the array; {@link #size()} of it count
     */
    public long[] addresses() {
        return addresses;
    }

    /**
     * Whether a prepared block is not all zero and has a fingerprint.
     *
     * @param index the block's place in the run
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @return true if so
     */
    public boolean hasFingerprint(int index, byte[] fingerprint, int from) {
        int at = fingerprintOffset(index);
        return state[index] != ZERO
                && Arrays.equals(fingerprints, at, at + fingerprintBytes, fingerprint, from, from + fingerprintBytes);
    }

    /**
     * Whether any of the prepared blocks is all zero.
     *
     * @return true if so
     */
    public boolean hasZeros() {
        for (int i = 0; i < size; i++) {
            if (state[i] == ZERO) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether settling had to store a block.
     *
     * @param index the block's place in the run
     * @return true if so
     */
    public boolean isNew(int index) {
        return isNew[index];
    }

    /**
     * Blocks of the run that settling had to store.
     *
     * @return their number
     */
    public int newBlocks() {
        return newBlocks;
    }

    /**
     * Blocks of the run that were stored already.
     *
     * @return their number
     */
    public int duplicateBlocks() {
        return duplicateBlocks;
    }

    /**
     * Blocks of the run that are all zero.
     *
     * @return their number
     */
    public int zeroBlocks() {
        return zeroBlocks;
    }

    /**
     * Bytes that the new blocks take.
     *
     * @return the bytes, without alignment
     */
    public long newStoredBytes() {
        return newStoredBytes;
    }

    void start(ByteBuffer from, int fromOffset, int blocks) {
        source = from;
        sourceOffset = fromOffset;
        size = blocks;
        compressedBytes = 0;
        newBlocks = 0;
        duplicateBlocks = 0;
        zeroBlocks = 0;
        newStoredBytes = 0;
    }

    /** Forgets what settling counted, for another try. */
    void startAgain() {
        newBlocks = 0;
        duplicateBlocks = 0;
        zeroBlocks = 0;
        newStoredBytes = 0;
    }

    /** The checksum of bytes as they are to be stored: of the source, or of {@link #compressed}. */
    int storedChecksum(boolean isRaw, int offset, int lengthBytes) {
        return isRaw
                ? rawChecksum.crc32c(source, offset, lengthBytes)
                : compressedChecksum.crc32c(compressed, offset, lengthBytes);
    }

    int sourceOffset(int index) {
        return sourceOffset + index * blockSizeBytes;
    }

    int fingerprintOffset(int index) {
        return index * fingerprintBytes;
    }
}
