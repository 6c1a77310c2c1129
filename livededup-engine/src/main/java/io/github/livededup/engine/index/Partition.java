package io.github.livededup.engine.index;

/**
 * The fingerprints of one block group: from 8 bytes of a fingerprint, its key, to slots. Keys need not be unique: of several slots the
 * highest, which was filled last, comes first. Lookups
 * are safe for use by many threads, and allocate nothing; adding and closing exclude everything else, which the caller
 * sees to.
 */
interface Partition extends AutoCloseable {
    /** There are no more slots for a key. */
    int NONE = -1;

    /**
     * A slot that may have a key. The group's table tells whether it is the right one; if not, ask with the next attempt.
     *
     * @param key the key
     * @param attempt counts from 0
     * @return the slot, or {@link #NONE} if there are no more
     */
    int slot(long key, int attempt);

    /**
     * The memory it takes, mapped files included.
     *
     * @return the bytes
     */
    long memoryBytes();

    /** Releases its resources. */
    @Override
    void close();
}
