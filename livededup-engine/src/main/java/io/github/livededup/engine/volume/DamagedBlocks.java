package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.lifecycle.ReaderGate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Blocks whose stored bytes failed their checksum when they were read. Whoever writes the same content repairs them. It is
 * a hint: bounded, forgotten when the volume is closed, and a block in it may be intact by now. Safe for use by many threads.
 */
public final class DamagedBlocks {
    private static final int MAX_BLOCKS = 1 << 16;

    private final Set<Long> addresses = new HashSet<>();
    /** So that writers, who ask for every duplicate, take no lock as long as all is well. */
    private volatile boolean isEmpty = true;

    private final GroupList list;
    private final ReaderGate gate;
    private final boolean readOnly;

    /** Makes an empty set. */
    DamagedBlocks(GroupList list, ReaderGate gate, boolean readOnly) {
        this.list = list;
        this.gate = gate;
        this.readOnly = readOnly;
    }

    /**
     * Notes a block; passed over if there are too many already.
     *
     * @param address its address
     */
    public void add(long address) {
        synchronized (addresses) {
            if (addresses.size() < MAX_BLOCKS) {
                addresses.add(address);
                isEmpty = false;
            }
        }
    }

    /**
     * Whether a block was noted.
     *
     * @param address its address
     * @return true if so
     */
    public boolean contains(long address) {
        if (isEmpty) {
            return false;
        }
        synchronized (addresses) {
            return addresses.contains(address);
        }
    }

    /**
     * Forgets a block.
     *
     * @param address its address
     */
    public void remove(long address) {
        synchronized (addresses) {
            addresses.remove(address);
            isEmpty = addresses.isEmpty();
        }
    }

    /**
     * Writes a block's stored bytes once more, in the same place, because those that are there are damaged. Only bytes that
     * have the length and the checksum of its table entry are taken, so nothing gets worse. Durable after the next {@link BlockGroups#force()}. A reader at the same time sees damaged or intact bytes, and their checksum tells.
     *
     * @param address the block's address
     * @param stored the bytes from position to limit, which stay
     * @return false if there is no such block, if the bytes are not the ones its entry tells of, or not in the file yet
     * @throws CorruptionException if its table entry or group is damaged
     * @throws IOException if writing fails
     */
    public boolean repair(long address, ByteBuffer stored) throws IOException {
        if (readOnly) {
            throw new ReadOnlyException("block " + address, "opened for reading only");
        }
        int ticket = gate.enter();
        try {
            BlockGroup group = BlockAddress.isValid(address) ? list.find(BlockAddress.group(address)) : null;
            return group != null && group.repair(BlockAddress.slot(address), stored);
        } finally {
            gate.leave(ticket);
        }
    }
}
