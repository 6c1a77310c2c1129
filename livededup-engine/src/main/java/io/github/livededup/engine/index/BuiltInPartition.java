package io.github.livededup.engine.index;

import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;

/**
 * A partition in plain JDK code: an open-addressing table with linear probing in memory outside the heap.
 *
 * <p>A cell is a long: 32 bits of the key above the slot plus 1; 0 is empty. The home of a key follows from those 32 bits,
 * so the table grows without its keys. That two keys agree in them costs a confirmation, no more.
 */
final class BuiltInPartition implements Partition {
    private static final int FIRST_CELLS = 1024;
    private static final double MAX_LOAD = 0.8;
    private static final double GROWTH = 1.5;

    private ByteBuffer cells;
    private int cellCount;
    private int entries;

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
        if (entries >= cellCount * MAX_LOAD) {
            grow();
        }
        if (insert((tag(key) << Integer.SIZE) | (slot + 1))) {
            entries++;
        }
    }

    /**
     * Adds slots of which none is there, and all are below those that are. As they come after theirs, none has to move.
     *
     * @param heads the slots in ascending order
     */
    void addBelow(FingerprintHeads heads) {
        int count = heads.count();
        while (entries + count > cellCount * MAX_LOAD) {
            grow();
        }
        ByteBuffer filled = cells;
        for (int i = count - 1; i >= 0; i--) {
            long tag = tag(FingerprintKeys.key(heads, i));
            int at = home(tag);
            while (filled.getLong(at * Long.BYTES) != 0) {
                at = next(at);
            }
            filled.putLong(at * Long.BYTES, (tag << Integer.SIZE) | (heads.slot(i) + 1));
        }
        entries += count;
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

    private static long tag(long key) {
        return key >>> Integer.SIZE;
    }
}
