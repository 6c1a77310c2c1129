package io.github.livededup.engine.store;

import java.io.IOException;

/** Asked for room by a writer that found none. */
@FunctionalInterface
public interface SpaceReclaimer {
    /** Never finds any. */
    SpaceReclaimer NONE = () -> 0;

    /**
     * Gives back what can be given back at once. The caller holds no lock of the store.
     *
     * @return the bytes given back; 0 if trying again is useless
     * @throws IOException if it fails
     */
    long freeDead() throws IOException;
}
