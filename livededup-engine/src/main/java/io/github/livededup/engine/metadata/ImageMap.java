package io.github.livededup.engine.metadata;

import java.io.IOException;

/**
 * Which block lies where in each image: copy-on-write trees of block addresses. Changing a map keeps the reference
 * counts and the catalogue's count of mapped blocks. References to new blocks are added before those to old ones go.
 */
public final class ImageMap {
    /** Image blocks are below this number. */
    public static final long MAX_BLOCKS = 1L << 48;

    ImageMap() {}

    /**
     * The address of a block.
     *
     * @param imageId the image
     * @param block its block
     * @return the address, 0 for a hole
     * @throws IOException if reading fails
     */
    public long get(int imageId, long block) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The addresses of consecutive blocks.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param into takes the addresses, 0 for a hole
     * @param from where they start there
     * @param count how many
     * @throws IOException if reading fails
     */
    public void read(int imageId, long firstBlock, long[] into, int from, int count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * How many pages mapping may take at most.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param firstAddress the first block's address; the following blocks take the following slots
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToMap(int imageId, long firstBlock, long firstAddress, int count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * How many pages mapping may take at most.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param addresses holds the addresses
     * @param from where they start there
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToMap(int imageId, long firstBlock, long[] addresses, int from, int count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * How many pages unmapping may take at most.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many blocks
     * @return the pages, for {@link MetadataStore#reserve}
     * @throws IOException if reading fails
     */
    public long pagesToUnmap(int imageId, long firstBlock, long count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Maps consecutive blocks to consecutive slots of one group.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param firstAddress the first block's address; the following blocks take the following slots
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void map(int imageId, long firstBlock, long firstAddress, int count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Maps consecutive blocks.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param addresses holds the addresses; 0 makes a hole
     * @param from where they start there
     * @param count how many blocks
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void map(int imageId, long firstBlock, long[] addresses, int from, int count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes a range of holes. It costs the mapped pages in the range; see {@link #endOfStep} for long ranges.
     *
     * @param imageId the image
     * @param firstBlock its first block
     * @param count how many blocks, up to {@link #MAX_BLOCKS}
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void unmap(int imageId, long firstBlock, long count) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Where to end a step of a long {@link #unmap}, so that the lock is not held and memory not filled for too long: a
     * large image is emptied by unmapping from 0 to the end of a step, and so on, each step on its own in the journal.
     *
     * @param imageId the image
     * @param fromBlock where the step starts
     * @param toBlock where the whole range ends
     * @param pages how many map pages of its own the step may empty; pages that other images share too cost nothing
     * @return where the step ends, above {@code fromBlock} unless the range is empty; {@code toBlock} for the last one
     * @throws IOException if reading fails
     */
    public long endOfStep(int imageId, long fromBlock, long toBlock, int pages) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives an image without mapped blocks all blocks of another, at once whatever its size: they share the pages until
     * either changes.
     *
     * @param fromId the image whose map is taken
     * @param toId the image that gets it
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void share(int fromId, int toId) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The next block that is mapped.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @param toBlock where to stop
     * @return the block at or after, {@code toBlock} if there is none before it
     * @throws IOException if reading fails
     */
    public long nextMapped(int imageId, long fromBlock, long toBlock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The next block that is a hole.
     *
     * @param imageId the image
     * @param fromBlock where to look from
     * @param toBlock where to stop
     * @return the block at or after, {@code toBlock} if there is none before it
     * @throws IOException if reading fails
     */
    public long nextHole(int imageId, long fromBlock, long toBlock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Visits the mapped pages of a range in order; pages without a mapped block are skipped.
     *
     * @param imageId the image
     * @param fromBlock where to start
     * @param toBlock where to stop
     * @param visitor takes each page's part of the range
     * @throws IOException if reading or the visitor fails
     */
    public void forEachLeaf(int imageId, long fromBlock, long toBlock, LeafVisitor visitor) throws IOException {
        throw new UnsupportedOperationException();
    }
}
