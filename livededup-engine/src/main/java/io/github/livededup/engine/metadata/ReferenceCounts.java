package io.github.livededup.engine.metadata;

import java.io.IOException;

/**
 * How often each block is referenced: by places in distinct map pages, and from outside through the block store. Both
 * together are the count; the outside ones are kept apart too. A page of a map that several images share counts once.
 */
public final class ReferenceCounts {
    /** The highest count. */
    public static final long MAX_COUNT = 0xFFFF_FFFFL;

    ReferenceCounts() {}

    /**
     * Changes a block's count. The image maps do this themselves.
     *
     * @param address the block
     * @param delta what to add
     * @return the new count
     * @throws io.github.livededup.CorruptionException if it would become negative or too high
     * @throws IOException if reading fails
     */
    long add(long address, int delta) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes a block's count of references from outside, and with it its count.
     *
     * @param address the block
     * @param delta what to add
     * @return the new count, all references together
     * @throws io.github.livededup.CorruptionException if a count would become negative or too high
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public long addExternal(long address, int delta) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * A block's count.
     *
     * @param address the block
     * @return all references together
     * @throws IOException if reading fails
     */
    public long count(long address) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * A block's count of references from outside.
     *
     * @param address the block
     * @return the references
     * @throws IOException if reading fails
     */
    public long external(long address) throws IOException {
        throw new UnsupportedOperationException();
    }
}
