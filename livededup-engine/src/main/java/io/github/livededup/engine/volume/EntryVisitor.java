package io.github.livededup.engine.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives the entries of a group's table. */
@FunctionalInterface
public interface EntryVisitor {
    /**
     * Called for each intact entry, in slot order.
     *
     * @param slot its slot
     * @param table little-endian; valid during the call only; absolute access only, position and limit stay
     * @param at where the entry starts; see {@link io.github.livededup.engine.format.TableEntry}
     * @throws IOException ends the iteration
     */
    void visit(int slot, ByteBuffer table, int at) throws IOException;
}
