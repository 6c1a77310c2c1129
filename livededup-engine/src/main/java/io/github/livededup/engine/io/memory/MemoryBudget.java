package io.github.livededup.engine.io.memory;

import io.github.livededup.VolumeFullException;

/** The bytes the files of a directory take, and their limit. */
final class MemoryBudget {
    private long capacityBytes;
    private long usedBytes;

    MemoryBudget(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    synchronized void limit(long newCapacityBytes) {
        capacityBytes = newCapacityBytes;
    }

    synchronized long capacityBytes() {
        return capacityBytes;
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    /** Takes bytes, all or none. */
    synchronized void take(String resource, long bytes) throws VolumeFullException {
        if (bytes > capacityBytes - usedBytes) {
            throw new VolumeFullException(
                    resource, "no room: actual=" + (capacityBytes - usedBytes) + " expected=" + bytes + " bytes");
        }
        usedBytes += bytes;
    }

    /** Takes bytes even beyond the limit. */
    synchronized void force(long bytes) {
        usedBytes += bytes;
    }

    synchronized void giveBack(long bytes) {
        usedBytes -= bytes;
    }
}
