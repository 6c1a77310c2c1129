package io.github.livededup.engine.index;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The partitions in memory, bounded in number and bytes; the ones of open groups stay, whatever the bounds. Safe for use
 * by many threads. A group has at most one partition in memory.
 *
 * <p>Lock order: a resident's lock, then the cache's monitor. (A new resident's lock is taken under the monitor before
 * anyone else can see it.) Loading happens under the resident's lock alone, so groups load side by side.
 */
final class PartitionCache {
    /** Each mapped partition takes a file descriptor and a mapping. */
    static final int MAX_RESIDENTS = 512;

    private static final int FIRST_GROUPS = 256;

    /** Brings partitions in and takes them out. */
    interface Source {
        /** Makes a group's partition. */
        Partition load(int group) throws IOException;

        /** Whether a group is open, so that its partition has to stay. */
        boolean isOpenGroup(int group);

        /** Tells that a partition was taken out for want of room. */
        void evicted(int group);

        /** Closes a partition that is not used any more. */
        void release(int group, Partition partition);
    }

    private final Source source;
    private final long budgetBytes;

    /** By group. Replaced by a larger one under the monitor. */
    private volatile AtomicReferenceArray<@Nullable Resident> byGroup = new AtomicReferenceArray<>(FIRST_GROUPS);

    /** The clock: the hand is at the head. Guarded by the monitor, as the rest. */
    private final ArrayDeque<Resident> clock = new ArrayDeque<>();

    private long residentBytes;

    PartitionCache(Source source, long budgetBytes) {
        this.source = source;
        this.budgetBytes = budgetBytes;
    }

    /** A group's partition if it is, or is just coming, into memory. */
    @Nullable
    Resident peek(int group) {
        AtomicReferenceArray<@Nullable Resident> all = byGroup;
        return group < all.length() ? all.get(group) : null;
    }

    /**
     * Brings a group's partition in, or finds it, if someone else did.
     *
     * @throws IOException if it cannot be made
     */
    Resident load(int group) throws IOException {
        while (true) {
            Resident fresh = new Resident(group);
            long stamp = fresh.lock.writeLock();
            Resident there = putIfAbsent(fresh);
            if (there == null) {
                fill(fresh, stamp);
                evict(fresh);
                return fresh;
            }
            if (there.isOpen()) {
                return there;
            }
            Thread.onSpinWait(); // it is just being taken out
        }
    }

    /** Adds a slot to an open group's partition, which is brought in if need be. */
    void add(int group, long key, int slot) throws IOException {
        while (true) {
            Resident resident = peek(group);
            if (resident == null) {
                resident = load(group);
            }
            long grownTo = -1;
            long stamp = resident.lock.writeLock();
            try {
                if (resident.partition == null) {
                    Thread.onSpinWait(); // it is just being taken out
                    continue;
                }
                if (resident.partition instanceof BuiltInPartition partition) {
                    partition.add(key, slot);
                    grownTo = partition.memoryBytes();
                }
            } finally {
                resident.lock.unlockWrite(stamp);
            }
            if (grownTo > resident.chargedBytes) { // a stale read only charges later
                charge(resident, grownTo);
            }
            return;
        }
    }

    /** Lets go of a partition whose group is not open any more: it stays as long as there is room. */
    void unpin(int group) {
        Resident resident = peek(group);
        if (resident != null) {
            synchronized (this) {
                resident.pinned = false;
            }
        }
    }

    /** Puts Chronicle Map's partition in the place of another; false if there is none in memory (any more), or has been put before. */
    boolean swap(int group, Partition partition) {
        Resident resident = peek(group);
        if (resident == null) {
            return false;
        }
        long stamp = resident.lock.writeLock();
        try {
            Partition old = resident.partition;
            if (old == null || old instanceof ChronicleMapPartition) {
                return false;
            }
            resident.partition = partition;
            charge(resident, partition.memoryBytes());
            source.release(group, old);
            return true;
        } finally {
            resident.lock.unlockWrite(stamp);
        }
    }

    /** Takes a group's partition out of memory. */
    void drop(int group) {
        Resident resident = peek(group);
        if (resident != null) {
            takeOut(resident);
        }
    }

    /** Takes all partitions out of memory; nothing else may be in flight. */
    void clear() {
        AtomicReferenceArray<@Nullable Resident> all = byGroup;
        for (int group = 0; group < all.length(); group++) {
            drop(group);
        }
    }

    synchronized int residents() {
        return clock.size();
    }

    synchronized long residentBytes() {
        return residentBytes;
    }

    private synchronized @Nullable Resident putIfAbsent(Resident fresh) {
        int group = fresh.group;
        AtomicReferenceArray<@Nullable Resident> all = byGroup;
        if (group >= all.length()) {
            AtomicReferenceArray<@Nullable Resident> larger =
                    new AtomicReferenceArray<>(Math.max(group + 1, 2 * all.length()));
            for (int i = 0; i < all.length(); i++) {
                larger.set(i, all.get(i));
            }
            byGroup = larger;
            all = larger;
        }
        Resident there = all.get(group);
        if (there == null) {
            all.set(group, fresh);
        }
        return there;
    }

    private void fill(Resident fresh, long stamp) throws IOException {
        try {
            boolean open = source.isOpenGroup(fresh.group);
            Partition partition = source.load(fresh.group);
            fresh.partition = partition;
            fresh.recentlyUsed = true;
            synchronized (this) {
                fresh.pinned = open;
                fresh.chargedBytes = partition.memoryBytes();
                residentBytes += fresh.chargedBytes;
                clock.addLast(fresh);
            }
            if (open && !source.isOpenGroup(fresh.group)) {
                unpin(fresh.group); // it was sealed meanwhile, perhaps before there was anything to unpin
            }
        } finally {
            if (fresh.partition == null) {
                synchronized (this) {
                    byGroup.set(fresh.group, null);
                }
            }
            fresh.lock.unlockWrite(stamp);
        }
    }

    private synchronized void charge(Resident resident, long bytes) {
        residentBytes += bytes - resident.chargedBytes;
        resident.chargedBytes = bytes;
    }

    /** Takes out what is too much, but not the newest. */
    private void evict(Resident newest) {
        Resident victim = nextVictim(newest);
        while (victim != null) {
            takeOut(victim);
            source.evicted(victim.group);
            victim = nextVictim(newest);
        }
    }

    private synchronized @Nullable Resident nextVictim(Resident newest) {
        if (residentBytes <= budgetBytes && clock.size() <= MAX_RESIDENTS) {
            return null;
        }
        for (int steps = 2 * clock.size(); steps > 0; steps--) {
            Resident candidate = clock.removeFirst();
            clock.addLast(candidate);
            if (candidate.pinned || candidate == newest) {
                continue;
            }
            if (!candidate.recentlyUsed) {
                return candidate;
            }
            candidate.recentlyUsed = false;
        }
        return null;
    }

    private synchronized void forget(Resident victim) {
        byGroup.set(victim.group, null);
        clock.remove(victim);
        residentBytes -= victim.chargedBytes;
    }

    private void takeOut(Resident victim) {
        long stamp = victim.lock.writeLock();
        try {
            Partition partition = victim.partition;
            if (partition == null) {
                return;
            }
            victim.partition = null;
            try {
                source.release(victim.group, partition); // first, for the next one opens the same file
            } finally { // even if that failed: whoever meets it looks for another until it is gone
                forget(victim);
            }
        } finally {
            victim.lock.unlockWrite(stamp);
        }
    }
}
