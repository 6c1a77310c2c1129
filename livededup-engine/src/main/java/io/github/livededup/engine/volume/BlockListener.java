package io.github.livededup.engine.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Told of a new block before anybody can find it. */
@FunctionalInterface
public interface BlockListener {
    /** For whoever need not know. */
    BlockListener NONE = (address, table, at) -> {};

    /**
     * A block is about to be found by others. The group's append lock is held: nothing of this package may be called, and
     * nothing that waits for another who appends.
     *
     * @param address its address
     * @param table holds its table entry, complete; position and limit stay. Valid during the call
     * @param at where the entry starts, absolute
     * @throws IOException if it cannot be recorded; the block is then not appended
     */
    void added(long address, ByteBuffer table, int at) throws IOException;
}
