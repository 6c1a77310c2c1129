package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A partition in plain JDK code: an open-addressing table with linear probing in memory outside the heap.
 *
 * <p>A cell is a long: 32 bits of the key above the slot plus 1; 0 is empty. The home of a key follows from those 32 bits,
 * so the table grows without its keys. That two keys agree in them costs a confirmation, no more.
 *
 * <p>While a table is filled, a bit for each cell tells whether it is taken: so the next free one is found without reading cells, and
 * without a branch that cannot be foreseen.
 */
final class BuiltInPartition implements Partition {
    private static final int FIRST_CELLS = 1024;
    private static final double MAX_LOAD = 0.8;
    private static final double GROWTH = 1.5;

    private ByteBuffer cells;
    private int cellCount;
    private int entries;

    /** A bit for each cell that is taken. Only while the table is filled. */
    private long @Nullable [] taken;

    /**
     * Makes an empty partition, which grows as needed.
     *
     * @param expectedEntries the entries it has room for from the start
     */
    BuiltInPartition(int expectedEntries) {
        cellCount = Math.max(FIRST_CELLS, (int) (expectedEntries / MAX_LOAD) + 1);
        cells = OffHeap.allocate(cellCount * Long.BYTES);
    }

    /**
     * Adds a slot, if it is not there.
     *
     * @param key its key
     * @param slot the slot
     */
    void add(long key, int slot) {
        taken = null;
        if (entries >= cellCount * MAX_LOAD) {
            grow();
        }
        if (insert(cell(key, slot))) {
            entries++;
        }
    }

    /**
     * Fills in slots of which none is there, and all are below those that are. As they come after theirs, none has to move. There is
     * room for what was expected.
     *
     * @param heads the slots in ascending order
     */
    void addBelow(FingerprintHeads heads) {
        int count = heads.count();
        while (entries + count > cellCount * MAX_LOAD) {
            taken = null;
            grow();
        }
        if (taken == null && entries == 0) {
            taken = new long[cellCount / Long.SIZE + 1];
            taken[cellCount / Long.SIZE] = -1L << cellCount; // there are no such cells
        }
        if (taken == null) {
            for (int i = count - 1; i >= 0; i--) {
                insert(cell(FingerprintKeys.key(heads, i), heads.slot(i)));
            }
        } else {
            append(heads, taken);
        }
        entries += count;
    }

    /** Puts cells behind all that are there. */
    private void append(FingerprintHeads heads, long[] bits) {
        ByteBuffer filled = cells;
        for (int i = heads.count() - 1; i >= 0; i--) {
            long cell = cell(FingerprintKeys.key(heads, i), heads.slot(i));
            int home = home(cell >>> Integer.SIZE);
            int word = home / Long.SIZE;
            long free = ~bits[word] & -1L << home;
            while (free == 0) {
                word = word + 1 == bits.length ? 0 : word + 1;
                free = ~bits[word];
            }
            bits[word] |= free & -free;
            filled.putLong((word * Long.SIZE + Long.numberOfTrailingZeros(free)) * Long.BYTES, cell);
        }
    }

    /** Tells that it is filled: what only that needs is given up. */
    void filled() {
        taken = null;
    }

    /** Puts a cell behind those of higher slots and before those of lower ones; false if it is there. */
    private boolean insert(long cell) {
        long moving = cell;
        int at = home(cell >>> Integer.SIZE);
        long there = cellAt(at);
        while (there != 0) {
            if (there == moving) {
                return false;
            }
            if (there >>> Integer.SIZE == moving >>> Integer.SIZE && there < moving) {
                cells.putLong(at * Long.BYTES, moving);
                moving = there;
            }
            at = next(at);
            there = cellAt(at);
        }
        cells.putLong(at * Long.BYTES, moving);
        return true;
    }

    @Override
    public int slot(long key, int attempt) {
        long tag = tag(key);
        int skip = attempt;
        int at = home(tag);
        for (long there = cellAt(at); there != 0; there = cellAt(at)) {
            if (there >>> Integer.SIZE == tag && skip-- == 0) {
                return (int) there - 1;
            }
            at = next(at);
        }
        return NONE;
    }

    /** The number of entries. */
    int entries() {
        return entries;
    }

    @Override
    public long memoryBytes() {
        return (long) cellCount * Long.BYTES;
    }

    @Override
    public void close() {
        OffHeap.free(cells);
    }

    private void grow() {
        ByteBuffer old = cells;
        int oldCount = cellCount;
        cellCount = (int) (oldCount * GROWTH);
        cells = OffHeap.allocate(cellCount * Long.BYTES);
        for (int i = 0; i < oldCount; i++) {
            long cell = old.getLong(i * Long.BYTES);
            if (cell != 0) {
                insert(cell);
            }
        }
        OffHeap.free(old);
    }

    private long cellAt(int cell) {
        return cells.getLong(cell * Long.BYTES);
    }

    private int home(long tag) {
        return (int) ((tag * cellCount) >>> Integer.SIZE);
    }

    private int next(int cell) {
        return cell + 1 == cellCount ? 0 : cell + 1;
    }

    private static long cell(long key, int slot) {
        return (tag(key) << Integer.SIZE) | (slot + 1);
    }

    private static long tag(long key) {
        return key >>> Integer.SIZE;
    }
}
