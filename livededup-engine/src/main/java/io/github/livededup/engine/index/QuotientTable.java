package io.github.livededup.engine.index;

import io.github.livededup.engine.io.disk.LargeMemory;
import java.nio.ByteBuffer;

/**
 * A quotient filter with values: a multiset of (hash, group), held as (remainder, group) near the hash's home. Not safe
 * for use by several threads.
 *
 * <p>Implementation note. Entries of one home form a run, sorted by remainder, the newest first among equals. Runs follow
 * one another in the order of their homes and begin at their home or, if that is taken, as near behind as possible. Three
 * rows of bits let runs be matched to homes (Bender et al., "Don't Thrash: How to Cache Your Hash on Flash", 2012):
 * occupied tells of a position that it is a home with a run; continuation and shifted tell of the entry in a position
 * that it is not its run's first, and that it is not in its home. A position with none of them is empty. At a load of
 * 0.9, a hundred entries may lie between a home and its run, so the rows lie apart from the entries and are searched 64
 * positions at a time; they lie beside each other word by word, since a lookup in a table that is larger than the processor's
 * caches and page tables waits for each place that it touches.
 */
final class QuotientTable {
    /** From a word of a row of bits to the next: one of each row. */
    static final int BITS_BYTES = QuotientShape.ROWS * Long.BYTES;

    private final QuotientShape shape;
    private final LargeMemory allocated;
    private final ByteBuffer memory;
    private final BitRow occupied;
    private final BitRow continuation;
    private final BitRow shifted;
    private final PackedCells cells;
    private final int groupBits;
    private final int groupMask;
    private int entries;

    /** For {@link #append}: the home of the last entry, and the cell after it. */
    private int appendHome = -1;

    private int appendCell;

    QuotientTable(QuotientShape shape) {
        this.shape = shape;
        this.allocated = LargeMemory.allocate(shape.memoryBytes());
        this.memory = allocated.buffer();
        int rowBytes = (int) BitRow.sizeBytes(shape.cells());
        this.occupied = new BitRow(memory, 0, BITS_BYTES);
        this.continuation = new BitRow(memory, Long.BYTES, BITS_BYTES);
        this.shifted = new BitRow(memory, 2 * Long.BYTES, BITS_BYTES);
        this.cells = new PackedCells(memory, QuotientShape.ROWS * rowBytes, shape.entryBits());
        this.groupBits = shape.groupBits();
        this.groupMask = (1 << groupBits) - 1;
    }

    /** Receives entries. */
    @FunctionalInterface
    interface Visitor {
        /** Called for each entry. */
        void visit(long hash, int group);
    }

    QuotientShape shape() {
        return shape;
    }

    int entries() {
        return entries;
    }

    /** For a table whose memory was filled from outside. */
    void entries(int count) {
        entries = count;
    }

    ByteBuffer memory() {
        return memory;
    }

    void free() {
        allocated.free();
    }

    /** Whether there is no cell left at the end that an insertion could move entries into. */
    boolean isAtItsEnd() {
        return !isEmpty(shape.cells() - 2);
    }

    /** Reads the two places where a hash is, so that they are near when it is inserted or looked up; what it tells means nothing. */
    long peek(long hash) {
        int home = shape.home(hash);
        return occupied.word(home / Long.SIZE) ^ cells.get(home);
    }

    /** Inserts an entry. The table must not be at its end. */
    void insert(long hash, int group) {
        int home = shape.home(hash);
        long remainder = hash - shape.firstHash(home);
        long entry = entry(remainder, group);
        entries++;
        if (isEmpty(home)) {
            occupied.set(home);
            cells.set(home, entry);
            return;
        }
        boolean hasRun = occupied.get(home);
        occupied.set(home);
        int start = runStart(home);
        int at = hasRun ? firstNotBelow(start, remainder) : start;
        makeRoom(at);
        if (hasRun && at == start) {
            continuation.set(at + 1); // what was the run's first
        }
        continuation.put(at, at != start);
        shifted.put(at, at != home);
        cells.set(at, entry);
    }

    /** Adds an entry whose hash is not below that of the entry before; for filling an empty table. */
    boolean append(long hash, int group) {
        int home = shape.home(hash);
        int at = Math.max(home, appendCell);
        if (at >= shape.cells() - 2) {
            return false;
        }
        if (home == appendHome) {
            continuation.set(at);
        } else {
            occupied.set(home);
        }
        if (at != home) {
            shifted.set(at);
        }
        cells.set(at, entry(hash - shape.firstHash(home), group));
        appendHome = home;
        appendCell = at + 1;
        entries++;
        return true;
    }

    /**
     * The groups of a hash.
     *
     * @param out receives the distinct groups as far as there is room
     * @return how many there are
     */
    int groups(long hash, int[] out) {
        int home = shape.home(hash);
        long nearby = cells.get(
                home); // not negative: this only fetches both places at once, before one is known to be needed
        if ((occupied.bit(home) & ~(nearby >>> (Long.SIZE - 1))) == 0) {
            return 0;
        }
        long remainder = hash - shape.firstHash(home);
        int found = 0;
        int at = runStart(home);
        do {
            long entry = cells.get(at);
            long there = entry >>> groupBits;
            if (there > remainder) {
                break;
            }
            int group = (int) entry & groupMask;
            if (there == remainder && !contains(out, Math.min(found, out.length), group)) {
                if (found < out.length) {
                    out[found] = group;
                }
                found++;
            }
            at++;
        } while (continuation.get(at));
        return found;
    }

    /** Where in the memory the {@link #BITS_BYTES} are that hold a home's bits. */
    static int bitsPlace(int home) {
        return home / Long.SIZE * BITS_BYTES;
    }

    /** Where in the memory a cell begins. */
    int cellPlace(int cell) {
        return cells.place(cell);
    }

    /** 1 if a home has a run, else 0. */
    int runs(int home) {
        return (int) occupied.bit(home);
    }

    /** Whether a run has a group for a hash. */
    boolean holds(long hash, int home, int start) {
        long remainder = hash - shape.firstHash(home);
        int at = start;
        long there;
        do {
            there = cells.get(at) >>> groupBits;
            at++;
        } while (there < remainder && continuation.get(at));
        return there == remainder;
    }

    /** Removes one entry; false if there is none. */
    boolean remove(long hash, int group) {
        int home = shape.home(hash);
        if (!occupied.get(home)) {
            return false;
        }
        long entry = entry(hash - shape.firstHash(home), group);
        int start = runStart(home);
        int at = start;
        while (cells.get(at) != entry) {
            at++;
            if (!continuation.get(at)) {
                return false;
            }
        }
        boolean first = at == start;
        boolean last = !continuation.get(at + 1);
        if (first && last) {
            occupied.clear(home);
        }
        closeGap(at, home);
        if (first && !last) { // the run's second is its first now
            continuation.clear(at);
            shifted.put(at, at != home);
        }
        entries--;
        return true;
    }

    /** Visits all entries in ascending order of their hashes. */
    void forEach(Visitor visitor) {
        int home = -1;
        long firstHash = 0;
        int words = (shape.cells() + Long.SIZE - 1) / Long.SIZE;
        for (int w = 0; w < words; w++) {
            long continued = continuation.word(w);
            long moved = shifted.word(w);
            for (long used = occupied.word(w) | continued | moved; used != 0; used &= used - 1) {
                int bit = Long.numberOfTrailingZeros(used);
                int at = w * Long.SIZE + bit;
                if ((continued >>> bit & 1) == 0) {
                    home = (moved >>> bit & 1) == 0 ? at : occupied.nextOne(home);
                    firstHash = shape.firstHash(home);
                }
                long entry = cells.get(at);
                visitor.visit(firstHash + (entry >>> groupBits), (int) entry & groupMask);
            }
        }
    }

    private long entry(long remainder, int group) {
        return (remainder << groupBits) | group;
    }

    private boolean isEmpty(int cell) {
        return !occupied.get(cell) && !continuation.get(cell) && !shifted.get(cell);
    }

    /** The cell where the run of an occupied home starts, or is to start. */
    int runStart(int home) {
        int inItsHome = shifted.lastZero(home); // there, a run starts in its home
        int runsBetween = occupied.count(inItsHome, home);
        return runsBetween == 0 ? inItsHome : continuation.nthZero(inItsHome, runsBetween);
    }

    /** Where in a run a remainder belongs: before the first that is not below, or in the cell after the run. */
    private int firstNotBelow(int start, long remainder) {
        int at = start;
        while (cells.get(at) >>> groupBits < remainder) {
            at++;
            if (!continuation.get(at)) {
                break;
            }
        }
        return at;
    }

    /** Moves entries up, from a cell to the next empty one. */
    private void makeRoom(int cell) {
        int empty = cell;
        while (!isEmpty(empty)) {
            empty = shifted.nextZero(empty); // the next that is empty, or has an entry that is in its home
        }
        if (empty > cell) {
            cells.moveUp(cell, empty);
            continuation.moveUp(cell, empty);
            shifted.setAfter(cell, empty);
        }
    }

    /** Moves entries down, over the one in a cell, as far as they are not in their homes. */
    private void closeGap(int cell, int homeOfEntry) {
        int end = shifted.nextZero(cell) - 1;
        int home = homeOfEntry;
        for (int at = cell + 1; at <= end; at++) {
            if (!continuation.get(at)) {
                home = occupied.nextOne(home);
            }
            shifted.put(at - 1, continuation.get(at) || home != at - 1);
        }
        cells.moveDown(cell, end);
        continuation.moveDown(cell, end);
        continuation.clear(end);
        shifted.clear(end);
    }

    private static boolean contains(int[] groups, int count, int group) {
        for (int i = 0; i < count; i++) {
            if (groups[i] == group) {
                return true;
            }
        }
        return false;
    }
}
