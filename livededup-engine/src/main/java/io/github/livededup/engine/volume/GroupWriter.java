package io.github.livededup.engine.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A stream's place in an open group. Given out by {@link GroupWriters#acquire} and given back with {@link
 * GroupWriters#release}. Safe for use by many threads.
 */
public final class GroupWriter {
    private final BlockGroup group;
    private boolean released;

    GroupWriter(BlockGroup group) {
        this.group = group;
    }

    BlockGroup blockGroup() {
        return group;
    }

    /** Marks it as given back; whether it was not before. The caller holds the directory's lock. */
    boolean markReleased() {
        boolean first = !released;
        released = true;
        return first;
    }

    /**
     * The group blocks are appended to.
     *
     * @return its number
     */
    public int group() {
        return group.group();
    }

    /**
     * Appends a block. It can be located at once; it is durable after the next {@link BlockGroups#force()}. Space for it, and
     * for sealing the group, is allocated first.
     *
     * @param fingerprint holds the block's fingerprint
     * @param fingerprintFrom where it starts there
     * @param stored the bytes to store, heap or direct; position and limit stay
     * @param offset where they start, absolute
     * @param lengthBytes how many, from 1 to 65,536
     * @param codec their codec, from 0 to 255
     * @param storedCrc their CRC32C
     * @param listener told of the block before others can find it
     * @return the block's address, or {@link io.github.livededup.engine.format.BlockAddress#HOLE} if the group has no room or
     *     is sealed: then seal it and acquire another writer
     * @throws io.github.livededup.VolumeFullException if the disk is full or the maximum size reached; nothing changed
     * @throws IOException if writing earlier blocks fails, or the listener does; this one is not appended
     */
    public long append(
            byte[] fingerprint,
            int fingerprintFrom,
            ByteBuffer stored,
            int offset,
            int lengthBytes,
            int codec,
            int storedCrc,
            BlockListener listener)
            throws IOException {
        return group.appender()
                .append(fingerprint, fingerprintFrom, stored, offset, lengthBytes, codec, storedCrc, false, listener);
    }

    /**
     * Sets room aside for blocks of any content, allocated and not to be had by others; the group is not sealed before it
     * is used up or given back.
     *
     * @param blocks how many
     * @return false if the group has not so much room or is sealed; nothing is set aside then
     * @throws io.github.livededup.VolumeFullException if the disk is full or the maximum size reached; nothing changed
     * @throws IOException if the file system refuses
     */
    public boolean hold(int blocks) throws IOException {
        return group.appender().hold(blocks);
    }

    /**
     * Gives room back that was set aside.
     *
     * @param blocks for how many blocks
     */
    public void unhold(int blocks) {
        group.appender().unhold(blocks);
    }

    /**
     * As {@link #append}, in room that {@link #hold} set aside, of which it uses up one block's.
     *
     * @param fingerprint holds the block's fingerprint
     * @param fingerprintFrom where it starts there
     * @param stored the bytes to store
     * @param offset where they start
     * @param lengthBytes how many, at most a block
     * @param codec their codec
     * @param storedCrc their CRC32C
     * @param listener told of the block before others can find it
     * @return the block's address; never a hole if there was room set aside
     * @throws IOException if writing earlier blocks fails, or the listener does; this one is not appended
     */
    public long appendHeld(
            byte[] fingerprint,
            int fingerprintFrom,
            ByteBuffer stored,
            int offset,
            int lengthBytes,
            int codec,
            int storedCrc,
            BlockListener listener)
            throws IOException {
        return group.appender()
                .append(fingerprint, fingerprintFrom, stored, offset, lengthBytes, codec, storedCrc, true, listener);
    }
}
