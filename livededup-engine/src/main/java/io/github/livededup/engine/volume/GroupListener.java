package io.github.livededup.engine.volume;

import java.io.IOException;

/** Told of new groups before anybody can append to them. */
@FunctionalInterface
public interface GroupListener {
    /**
     * A group is about to be used for the first time. No lock of this package is held.
     *
     * @param group its number
     * @param region its region
     * @throws IOException if it cannot be recorded; the group is then given up
     */
    void opened(int group, int region) throws IOException;
}
