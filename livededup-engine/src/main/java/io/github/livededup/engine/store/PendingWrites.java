package io.github.livededup.engine.store;

import java.io.IOException;

/** Writes that a layer above keeps in memory: they are stored before a commit, so that it covers them. */
public interface PendingWrites {
    /** Keeps nothing back. */
    PendingWrites NONE = new PendingWrites() {
        @Override
        public void storeAll() {}

        @Override
        public void storeWhatCanBe() {}

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void release() {}
    };

    /**
     * Stores every write that returned before this call. Called without any lock.
     *
     * @throws IOException if that fails; what cannot be stored stays, and all the rest is stored
     */
    void storeAll() throws IOException;

    /**
     * As {@link #storeAll}, for whoever gains by it but does not depend on it: what cannot be stored stays, and whoever wrote it
     * hears of it at the next commit.
     */
    void storeWhatCanBe();

    /**
     * What is kept now.
     *
     * @return the bytes of its blocks
     */
    long bytes();

    /** Gives its memory back; nobody reads or writes any more. */
    void release();
}
