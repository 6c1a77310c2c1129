package io.github.livededup.engine.volume;

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

    /** Makes an empty set. */
    DamagedBlocks() {}

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
}
