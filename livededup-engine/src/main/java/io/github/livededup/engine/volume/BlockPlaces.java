package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.lifecycle.ReaderGate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells where blocks lie in their groups, many at a time and without an object for each. Safe for use by many threads. */
public final class BlockPlaces {
    private final GroupList list;
    private final ReaderGate gate;

    BlockPlaces(GroupList list, ReaderGate gate) {
        this.list = list;
        this.gate = gate;
    }

    /**
     * Where blocks lie, for planning and figures: nothing is checked but that it is possible, so behind a damaged table
     * entry the answer may be wrong.
     *
     * @param addresses the blocks; holes are allowed
     * @param count how many of them, from index 0
     * @param into receives a {@link BlockPlace} for each, {@link BlockPlace#UNKNOWN} for what is none or in a damaged group
     * @throws VolumeClosedException if this is closed
     * @throws IOException if mapping fails
     */
    public void find(long[] addresses, int count, long[] into) throws IOException {
        int ticket = gate.enter();
        try {
            for (int i = 0; i < count; i++) {
                BlockGroup group = group(addresses[i]);
                into[i] = group == null ? BlockPlace.UNKNOWN : place(group, BlockAddress.slot(addresses[i]));
            }
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Tells the system that a range of a group will be read soon; a hint.
     *
     * @param group its number; nothing happens if there is no such group, or it is damaged
     * @param offsetBytes where the range starts in the group
     * @param lengthBytes how long it is
     * @throws IOException if mapping fails
     */
    void willNeed(int group, int offsetBytes, int lengthBytes) throws IOException {
        int ticket = gate.enter();
        try {
            BlockGroup needed = list.find(group);
            if (needed != null) {
                needed.willNeed(offsetBytes, lengthBytes);
            }
        } catch (CorruptionException e) {
            // Whoever reads it is told what is wrong with it.
            return;
        } finally {
            gate.leave(ticket);
        }
    }

    private @Nullable BlockGroup group(long address) {
        return BlockAddress.isValid(address) ? list.find(BlockAddress.group(address)) : null;
    }

    private static long place(BlockGroup group, int slot) throws IOException {
        try {
            return group.place(slot);
        } catch (CorruptionException damaged) {
            return BlockPlace.UNKNOWN;
        }
    }
}
