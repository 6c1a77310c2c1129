package io.github.livededup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Blocks of one size, each distinct one stored once. A block lives while it has references: each put gives its caller
 * one, {@link #retain} gives one more, {@link #release} takes one away, and images hold their own. Addresses are
 * positive, stay as they are for as long as the block lives, and survive closing the volume. Buffers may be heap or
 * direct, of any byte order.
 *
 * <p>Every method but {@link #fingerprint} throws {@link VolumeClosedException} if the volume is closed; those that change something throw {@link
 * ReadOnlyException} if it is open for reading only and {@link VolumeFailedException} after a failed write.
 *
 * @since 0.1.0
 */
public interface BlockStore {
    /**
     * Stores a block, or finds the one that is stored, and gives the caller a reference. It is durable after the next
     * commit.
     *
     * @param block holds exactly one block between position and limit; the position moves to the limit, the content
     *     must not change during the call
     * @return the address and whether the block was new
     * @throws InvalidArgumentException if {@code block} does not hold exactly one block
     * @throws VolumeFullException if there is no room; the position stays
     * @throws IOException if the file system refuses
     */
    PutResult put(ByteBuffer block) throws IOException;

    /**
     * Stores blocks in their order, as {@link #put} does each; faster. If it fails half way the references of the blocks
     * before are given back.
     *
     * @param blocks holds a whole number of blocks between position and limit; the position moves to the limit
     * @param result is cleared and receives one outcome a block
     * @throws InvalidArgumentException if {@code blocks} is not a whole number of blocks or more than the capacity of
     *     {@code result}
     * @throws VolumeFullException if there is no room; the position stays
     * @throws IOException if the file system refuses
     */
    void putAll(ByteBuffer blocks, PutBatch result) throws IOException;

    /**
     * Reads a block and verifies its checksum.
     *
     * @param address its address
     * @param into receives one block at its position, which moves by the block size; at least that must remain
     * @throws NotFoundException if no live block has that address; nothing was written to {@code into}
     * @throws CorruptionException if the stored bytes fail their checksum; the position stays
     * @throws InvalidArgumentException if {@code into} is too small or read-only
     * @throws IOException if reading fails
     */
    void get(long address, ByteBuffer into) throws IOException;

    /**
     * Reads blocks, one after the other into a buffer; faster than one by one.
     *
     * @param addresses their addresses
     * @param from index of the first
     * @param count how many
     * @param into receives the blocks in order at its position, which moves by {@code count} blocks
     * @throws NotFoundException if one of them does not live; the position stays
     * @throws CorruptionException if one of them fails its checksum; the position stays
     * @throws InvalidArgumentException if {@code into} is too small or read-only
     * @throws IndexOutOfBoundsException if {@code from} and {@code count} leave the array
     * @throws IOException if reading fails
     */
    void getAll(long[] addresses, int from, int count, ByteBuffer into) throws IOException;

    /**
     * Adds a reference.
     *
     * @param address the block's address
     * @throws NotFoundException if no live block has that address
     * @throws VolumeFullException if there is no room
     * @throws IOException if metadata cannot be read
     */
    void retain(long address) throws IOException;

    /**
     * Takes away a reference that a put or {@link #retain} gave. The last one gone (images' own included), the block
     * dies at once: {@link #get} no longer finds it. A crash before the next commit brings it back.
     *
     * @param address the block's address
     * @throws NotFoundException if no reference of this kind is left
     * @throws VolumeFullException if there is no room
     * @throws IOException if metadata cannot be read
     */
    void release(long address) throws IOException;

    /**
     * The references that puts and {@link #retain} gave and {@link #release} has not taken; those of images do not
     * count.
     *
     * @param address the block's address
     * @return the number, 0 if there is no such block
     * @throws IOException if metadata cannot be read
     */
    long references(long address) throws IOException;

    /**
     * Finds a live block by its fingerprint.
     *
     * @param fingerprint exactly {@link FingerprintAlgorithm#lengthBytes()} bytes between position and limit; the
     *     position stays
     * @return the address, or empty if there is none. No reference is given: retain it at once if it is to stay
     * @throws InvalidArgumentException if the length is another
     * @throws IOException if reading fails
     */
    OptionalLong find(ByteBuffer fingerprint) throws IOException;

    /**
     * Computes the fingerprint of a block without storing it.
     *
     * @param block exactly one block between position and limit; the position stays
     * @return the fingerprint, a new array
     * @throws InvalidArgumentException if {@code block} does not hold exactly one block
     */
    byte[] fingerprint(ByteBuffer block);
}
