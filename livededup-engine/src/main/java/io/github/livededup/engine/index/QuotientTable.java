package io.github.livededup.engine.index;

import java.nio.ByteBuffer;

/**
 * A quotient filter with values: a multiset of (hash, group), held as (remainder, group) near the hash's home. Not safe
 * for use by several threads.
 *
 * <p>Implementation note. Entries of one home form a run, sorted by remainder, the newest first among equals. Runs follow
 * one another in the order of their homes and begin at their home or, if that is taken, as near behind as possible. Runs
 * without an empty cell or a run in its home between them form a cluster. A cell has three bits that let runs be matched
 * to homes (Bender et al., "Don't Thrash: How to Cache Your Hash on Flash", 2012): OCCUPIED belongs to the position: it
 * is a home with a run; CONTINUATION and SHIFTED belong to the entry: it is not its run's first; it is not in its home. A
 * cell with none of them is empty.
 */
final class QuotientTable {
    private static final int OCCUPIED = 1;
    private static final int CONTINUATION = 2;
    private static final int SHIFTED = 4;
    private static final int META = OCCUPIED | CONTINUATION | SHIFTED;

    private final QuotientShape shape;
    private final PackedCells cells;
    private final int remainderShift;
    private final int groupMask;
    private int entries;

    /** For {@link #append}: the home of the last entry, and the cell after it. */
    private int appendHome = -1;

    private int appendCell;

    QuotientTable(QuotientShape shape) {
        this.shape = shape;
        this.cells = new PackedCells(shape.cells(), shape.cellBits());
        this.remainderShift = QuotientShape.META_BITS + shape.groupBits();
        this.groupMask = (1 << shape.groupBits()) - 1;
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
        return cells.memory();
    }

    void free() {
        cells.free();
    }

    /** Whether there is no cell left at the end that an insertion could shift entries into. */
    boolean isAtItsEnd() {
        return cells.get(shape.cells() - 2) != 0;
    }

    /** Inserts an entry. The table must not be at its end. */
    void insert(long hash, int group) {
        int home = shape.home(hash);
        long remainder = hash - shape.firstHash(home);
        long entry = remainder << remainderShift | (long) group << QuotientShape.META_BITS;
        entries++;
        long atHome = cells.get(home);
        if ((atHome & META) == 0) {
            cells.set(home, entry | OCCUPIED);
            return;
        }
        cells.set(home, atHome | OCCUPIED);
        int start = runStart(home);
        int at = start;
        if ((atHome & OCCUPIED) != 0) {
            at = firstNotBelow(start, remainder);
            if (at == start) {
                cells.set(start, cells.get(start) | CONTINUATION);
            } else {
                entry |= CONTINUATION;
            }
        }
        shiftIn(at, at == home ? entry : entry | SHIFTED);
    }

    /** Adds an entry whose hash is not below that of the entry before; for filling an empty table. */
    boolean append(long hash, int group) {
        int home = shape.home(hash);
        int at = Math.max(home, appendCell);
        if (at >= shape.cells() - 2) {
            return false;
        }
        long entry = hash - shape.firstHash(home) << remainderShift | (long) group << QuotientShape.META_BITS;
        if (home == appendHome) {
            entry |= CONTINUATION | SHIFTED;
        } else if (at == home) {
            entry |= OCCUPIED;
        } else {
            entry |= SHIFTED;
            cells.set(home, cells.get(home) | OCCUPIED);
        }
        cells.set(at, entry);
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
        if ((cells.get(home) & OCCUPIED) == 0) {
            return 0;
        }
        long remainder = hash - shape.firstHash(home);
        int found = 0;
        int at = runStart(home);
        do {
            long cell = cells.get(at);
            long there = cell >>> remainderShift;
            if (there > remainder) {
                break;
            }
            int group = (int) (cell >>> QuotientShape.META_BITS) & groupMask;
            if (there == remainder && !contains(out, Math.min(found, out.length), group)) {
                if (found < out.length) {
                    out[found] = group;
                }
                found++;
            }
            at++;
        } while ((cells.get(at) & CONTINUATION) != 0);
        return found;
    }

    /** Removes one entry; false if there is none. */
    boolean remove(long hash, int group) {
        int home = shape.home(hash);
        if ((cells.get(home) & OCCUPIED) == 0) {
            return false;
        }
        long remainder = hash - shape.firstHash(home);
        long entry = remainder << shape.groupBits() | group;
        int start = runStart(home);
        int at = start;
        while (cells.get(at) >>> QuotientShape.META_BITS != entry) {
            at++;
            if ((cells.get(at) & CONTINUATION) == 0) {
                return false;
            }
        }
        boolean first = at == start;
        if (first && (cells.get(at + 1) & CONTINUATION) == 0) { // the only one of its run
            cells.set(home, cells.get(home) & ~OCCUPIED);
        }
        shiftOut(at, home);
        if (first) {
            long now = cells.get(at);
            if ((now & CONTINUATION) != 0) { // the run's second is its first now
                now &= ~CONTINUATION;
                cells.set(at, at == home ? now & ~SHIFTED : now);
            }
        }
        entries--;
        return true;
    }

    /** Visits all entries in ascending order of their hashes. */
    void forEach(Visitor visitor) {
        int home = -1;
        int last = shape.cells() - 1;
        for (int at = 0; at < last; at++) {
            long cell = cells.get(at);
            if ((cell & META) == 0) {
                continue;
            }
            if ((cell & CONTINUATION) == 0) {
                home = (cell & SHIFTED) == 0 ? at : nextHome(home);
            }
            visitor.visit(
                    shape.firstHash(home) + (cell >>> remainderShift),
                    (int) (cell >>> QuotientShape.META_BITS) & groupMask);
        }
    }

    /** The cell where the run of a home marked OCCUPIED starts, or is to start. */
    private int runStart(int home) {
        int clusterHome = home;
        while ((cells.get(clusterHome) & SHIFTED) != 0) {
            clusterHome--;
        }
        int start = clusterHome;
        while (clusterHome != home) {
            do {
                start++;
            } while ((cells.get(start) & CONTINUATION) != 0);
            clusterHome = nextHome(clusterHome);
        }
        return start;
    }

    private int nextHome(int home) {
        int next = home + 1;
        while ((cells.get(next) & OCCUPIED) == 0) {
            next++;
        }
        return next;
    }

    /** Where in a run a remainder belongs: before the first that is not below, or in the cell after the run. */
    private int firstNotBelow(int start, long remainder) {
        int at = start;
        while (cells.get(at) >>> remainderShift < remainder) {
            at++;
            if ((cells.get(at) & CONTINUATION) == 0) {
                break;
            }
        }
        return at;
    }

    /** Puts an entry into a cell and moves what is there up to the next empty cell. */
    private void shiftIn(int cell, long entry) {
        int at = cell;
        long moving = entry;
        while (true) {
            long there = cells.get(at);
            if ((there & META) == 0) {
                cells.set(at, moving);
                return;
            }
            cells.set(at, moving & ~OCCUPIED | there & OCCUPIED);
            moving = there & ~OCCUPIED | SHIFTED;
            at++;
        }
    }

    /** Takes the entry out of a cell and moves back what follows it in the cluster. */
    private void shiftOut(int cell, int homeOfEntry) {
        int at = cell;
        int home = homeOfEntry;
        while (true) {
            long occupied = cells.get(at) & OCCUPIED;
            long next = cells.get(at + 1);
            if ((next & SHIFTED) == 0) { // empty, or in its home
                cells.set(at, 0);
                return;
            }
            long moved = next & ~OCCUPIED | occupied;
            if ((next & CONTINUATION) == 0) {
                home = nextHome(home);
                if (home == at) {
                    moved &= ~SHIFTED;
                }
            }
            cells.set(at, moved);
            at++;
        }
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
