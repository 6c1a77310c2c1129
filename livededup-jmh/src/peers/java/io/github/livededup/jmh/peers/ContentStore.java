package io.github.livededup.jmh.peers;

import java.io.IOException;

/** A store of blocks by their SHA-256, as an embedder would build it on each peer. For one thread. */
interface ContentStore extends AutoCloseable {
    /**
     * Stores blocks that are not there yet.
     *
     * @param blocks whole blocks of 4 KiB, one after the other
     * @param keys receives what {@link #get} takes for each
     * @throws IOException if that fails
     */
    void put(byte[] blocks, Object[] keys) throws IOException;

    /**
     * Reads a block.
     *
     * @param key of the block
     * @param into receives it
     * @throws IOException if that fails
     */
    void get(Object key, byte[] into) throws IOException;

    /**
     * Makes everything durable.
     *
     * @throws IOException if that fails
     */
    void commit() throws IOException;

    @Override
    void close() throws IOException;
}
