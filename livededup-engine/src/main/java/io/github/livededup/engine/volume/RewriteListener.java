package io.github.livededup.engine.volume;

import java.io.IOException;

/** Is told how far the rewriting of a group is. */
@FunctionalInterface
public interface RewriteListener {
    /**
     * Blocks were copied. No lock of this package is held, and the thread reads nothing, so it may wait here.
     *
     * @param bytes their stored bytes, since it was called before
     * @throws IOException gives the rewriting up
     */
    void copied(long bytes) throws IOException;
}
