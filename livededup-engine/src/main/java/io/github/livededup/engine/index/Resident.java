package io.github.livededup.engine.index;

import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * A group's partition as long as it is in memory. Lookups hold the read lock; loading, adding, swapping and closing hold
 * the write lock, so nobody touches a closed partition. A new one begins with its write lock held by whoever loads it.
 */
final class Resident {
    /** What {@link #slot} answers when the partition is not in memory any more; ask the cache again. */
    static final int CLOSED = -2;

    final int group;
    final StampedLock lock = new StampedLock();

    /** Null until loaded and once closed. Guarded by {@link #lock}. */
    @Nullable
    Partition partition;

    /** Whether it must stay: its group is open. Guarded by the cache. */
    boolean pinned;

    /** What the cache counts for it. Guarded by the cache. */
    long chargedBytes;

    /** For the clock; a lost update is no harm. */
    boolean recentlyUsed;

    Resident(int group) {
        this.group = group;
    }

    /** As {@link Partition#slot}, or {@link #CLOSED}. Waits while it is being loaded. */
    int slot(long key, int attempt) {
        long stamp = lock.readLock();
        try {
            if (partition == null) {
                return CLOSED;
            }
            if (!recentlyUsed) {
                recentlyUsed = true;
            }
            return partition.slot(key, attempt);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Waits while it is being loaded; whether it then is in memory. */
    boolean isOpen() {
        long stamp = lock.readLock();
        try {
            return partition != null;
        } finally {
            lock.unlockRead(stamp);
        }
    }
}
