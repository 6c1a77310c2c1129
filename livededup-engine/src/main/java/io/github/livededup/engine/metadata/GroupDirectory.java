package io.github.livededup.engine.metadata;

import java.io.IOException;

/** The block groups: where each lies and what it holds. */
public final class GroupDirectory {
    GroupDirectory() {}

    /**
     * The highest group number in use.
     *
     * @return the number, 0 if there is no group
     */
    public int highestGroup() {
        throw new UnsupportedOperationException();
    }

    /**
     * A group's record.
     *
     * @param group its number, from 1
     * @return a new record, in state FREE if there is no such group
     * @throws IOException if reading fails
     */
    public GroupInfo get(int group) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds an open group without blocks.
     *
     * @param group its number, one that is free
     * @param region the region it lies in
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void open(int group, int region) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Notes how far an open group is filled, as of the checkpoint to come.
     *
     * @param group the group
     * @param slots its blocks
     * @param dataEnd where its stored blocks end, from the region's start
     * @throws IOException if reading fails
     */
    public void progress(int group, int slots, long dataEnd) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes an open group sealed and drops its table's pages.
     *
     * @param group the group
     * @param slots its blocks
     * @param dataEnd where its stored blocks end, from the region's start
     * @param tableOffset where its table starts, from the region's start
     * @param tableCrc the CRC32C of its table
     * @throws IOException if reading fails
     */
    public void seal(int group, int slots, long dataEnd, long tableOffset, int tableCrc) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a group out that has no references.
     *
     * @param group the group
     * @throws IllegalStateException if a block of it has references
     * @throws IOException if reading fails
     */
    public void free(int group) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes a group's figures, when blocks come, are referenced for the first time, or lose their last reference.
     *
     * @param group the group
     * @param liveBytes added to the stored bytes of blocks with references
     * @param deadBytes added to the stored bytes of blocks without
     * @param liveBlocks added to the blocks with references
     * @throws io.github.livededup.CorruptionException if a figure would become negative
     * @throws IOException if reading fails
     */
    public void adjustBytes(int group, long liveBytes, long deadBytes, int liveBlocks) throws IOException {
        throw new UnsupportedOperationException();
    }
}
