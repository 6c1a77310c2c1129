package io.github.livededup.engine.index;

import java.util.concurrent.locks.StampedLock;

/**
 * One part of the filter: a table that grows and shrinks by being rebuilt from itself. Safe for use by many threads.
 *
 * <p>Locking: writers hold the monitor, so there is one at a time; it excludes readers by the write lock only while it
 * changes cells or swaps tables. Readers go on while a new table is being filled. Readers take the read lock. Those who ask about
 * many hashes at once read optimistically; they hold another lock, one for all segments, that is held while a table is freed.
 */
final class FilterSegment {
    /** Heap memory of a segment: itself, lock, table with its rows, buffer and its cleaner. */
    static final int HEAP_BYTES = 416;

    private static final int FIRST_HOMES = 64;
    private static final double MAX_LOAD = 0.9;
    /** The load of a table that was made smaller. */
    private static final double SHRUNK_LOAD = 0.87;
    /** A table grows by this part of it. */
    private static final int STEPS = 16;
    /**
     * Small tables grow by so many homes, or by half: each growth copies all entries. It bounds what a filter takes beside 4 bytes an entry, with the
     * fixed cost of its segments, to a quarter of a MiB.
     */
    private static final int SMALL_STEP_HOMES = 768;

    /** Enough for the processor to fetch all it can at once, few enough that readers hardly wait. */
    private static final int TOGETHER = 16;

    private final StampedLock lock = new StampedLock();
    private final StampedLock freeing;
    private QuotientTable table;

    /** What was read ahead; kept, or the compiler would leave the reading out. */
    @SuppressWarnings("unused")
    private long peeked;

    /**
     * Makes an empty segment.
     *
     * @param expectedEntries the entries it has room for from the start
     * @param highestGroup the highest group it can hold from the start
     * @param freeing is held by those who read without a lock of this segment
     */
    FilterSegment(long expectedEntries, int highestGroup, StampedLock freeing) {
        this.freeing = freeing;
        int groupBits = Math.max(1, bits(highestGroup));
        table = new QuotientTable(QuotientShape.of(homesFor(expectedEntries), groupBits, QuotientShape.MAX_HASH_BITS));
    }

    /**
     * Adds an entry.
     *
     * @param hash whose highest bits are used
     * @param group at least 1
     * @return false if the segment is as large as it can be, and full
     */
    synchronized boolean add(long hash, int group) {
        int groupBits = Math.max(table.shape().groupBits(), bits(group));
        if (groupBits > table.shape().groupBits()) {
            rebuild(table.shape().homes(), groupBits);
        }
        int homes = table.shape().homes();
        if (table.entries() >= homes * MAX_LOAD) {
            if (homes == QuotientShape.MAX_HOMES) {
                return false;
            }
            rebuild(homes + step(homes), groupBits);
        } else if (table.isAtItsEnd()) {
            rebuild(homes, groupBits);
        }
        long stamp = lock.writeLock();
        try {
            table.insert(hash >>> (Long.SIZE - table.shape().hashBits()), group);
        } finally {
            lock.unlockWrite(stamp);
        }
        return true;
    }

    /**
     * Adds entries of a group, as {@link #add} does.
     *
     * @param hashes holds their hashes
     * @param from where these begin there
     * @param to where they end
     * @param group at least 1
     */
    synchronized void addAll(long[] hashes, int from, int to, int group) {
        int at = from;
        while (at < to) {
            int done = addTogether(hashes, at, Math.min(at + TOGETHER, to), group);
            if (done == at) { // it has to grow
                add(hashes[at], group);
                done++;
            }
            at = done;
        }
    }

    /** Adds as many as there is room for; returns where it stopped. */
    private int addTogether(long[] hashes, int from, int to, int group) {
        if (bits(group) > table.shape().groupBits()) {
            return from;
        }
        int dropped = Long.SIZE - table.shape().hashBits();
        long room = (long) (table.shape().homes() * MAX_LOAD) - table.entries();
        int end = (int) Math.min(to, from + Math.max(0, room));
        int at = from;
        long stamp = lock.writeLock();
        try {
            long seen = 0;
            for (int i = from; i < end; i++) {
                seen ^= table.peek(hashes[i] >>> dropped);
            }
            peeked = seen;
            while (at < end && !table.isAtItsEnd()) {
                table.insert(hashes[at++] >>> dropped, group);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
        return at;
    }

    /** As {@link QuotientTable#groups}. */
    int groups(long hash, int[] out) {
        long stamp = lock.readLock();
        try {
            return table.groups(hash >>> (Long.SIZE - table.shape().hashBits()), out);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** For reading without a lock, see {@link #isUnchanged}. */
    long stamp() {
        return lock.tryOptimisticRead();
    }

    /** The table after {@link #stamp}. The caller holds the lock that excludes freeing. */
    QuotientTable tableAtStamp() {
        return table;
    }

    /** Whether what was read of the table since {@link #stamp} holds. */
    boolean isUnchanged(long stamp) {
        return lock.validate(stamp);
    }

    /** Removes an entry; false if there is none. */
    synchronized boolean remove(long hash, int group) {
        if (bits(group) > table.shape().groupBits()) {
            return false;
        }
        boolean removed;
        long stamp = lock.writeLock();
        try {
            removed = table.remove(hash >>> (Long.SIZE - table.shape().hashBits()), group);
        } finally {
            lock.unlockWrite(stamp);
        }
        trim();
        return removed;
    }

    /** Makes the table smaller if it is larger than what it holds needs by more than it grows at a time. */
    synchronized void trim() {
        int homes = table.shape().homes();
        int enough = homesFor(table.entries());
        if (homes - enough > step(homes)) {
            rebuild(enough, table.shape().groupBits());
        }
    }

    /** Uses the table while nobody changes it. */
    synchronized <X extends Exception> void withTable(Use<X> use) throws X {
        use.use(table);
    }

    /** Puts another table in place of the one there is. */
    synchronized void replace(QuotientTable other) {
        QuotientTable old = table;
        long stamp = lock.writeLock();
        try {
            table = other;
        } finally {
            lock.unlockWrite(stamp);
        }
        stamp = freeing.writeLock();
        try {
            old.free();
        } finally {
            freeing.unlockWrite(stamp);
        }
    }

    synchronized int entries() {
        return table.entries();
    }

    synchronized long memoryBytes() {
        return HEAP_BYTES + (long) table.memory().capacity();
    }

    /** What is done with a table. */
    @FunctionalInterface
    interface Use<X extends Exception> {
        /** Called once. */
        void use(QuotientTable table) throws X;
    }

    private void rebuild(int homes, int groupBits) {
        QuotientTable old = table;
        QuotientShape shape = QuotientShape.of(
                Math.min(homes, QuotientShape.MAX_HOMES), groupBits, old.shape().hashBits());
        while (true) {
            QuotientTable filled = new QuotientTable(shape);
            if (fill(filled, old)) {
                replace(filled);
                return;
            }
            filled.free();
            shape = shape.withMoreOverflow(); // unusually many entries at its end
        }
    }

    private static boolean fill(QuotientTable empty, QuotientTable from) {
        int dropped = from.shape().hashBits() - empty.shape().hashBits();
        boolean[] complete = {true};
        from.forEach((hash, group) -> complete[0] &= empty.append(hash >>> dropped, group));
        return complete[0];
    }

    private static int homesFor(long entries) {
        return (int) Math.min(QuotientShape.MAX_HOMES, Math.max(FIRST_HOMES, (long) (entries / SHRUNK_LOAD) + 1));
    }

    private static int step(int homes) {
        return Math.max(homes / STEPS, Math.min(homes / 2, SMALL_STEP_HOMES));
    }

    private static int bits(int group) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(group);
    }
}
