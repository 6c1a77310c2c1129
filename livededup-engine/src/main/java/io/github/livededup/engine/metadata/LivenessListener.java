package io.github.livededup.engine.metadata;

import java.io.IOException;

/**
 * Told, in the middle of a change and under the same lock, of blocks whose reference count leaves or reaches 0. It may
 * call {@link GroupDirectory#countLive}, and nothing else that changes metadata.
 */
public interface LivenessListener {
    /** Does nothing. */
    LivenessListener NONE = new LivenessListener() {
        @Override
        public void live(long address) {}

        @Override
        public void dead(long address) {}
    };

    /**
     * A block has its first reference.
     *
     * @param address the block
     * @throws IOException if the change cannot be followed
     */
    void live(long address) throws IOException;

    /**
     * A block lost its last reference.
     *
     * @param address the block
     * @throws IOException if the change cannot be followed
     */
    void dead(long address) throws IOException;
}
