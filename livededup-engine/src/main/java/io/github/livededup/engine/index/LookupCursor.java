package io.github.livededup.engine.index;

import io.github.livededup.engine.format.BlockAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream of lookups is: after a hit, the stream's next block is most often in the next slot. One per stream;
 * used by one thread at a time.
 */
public final class LookupCursor {
    /** More blocks than a batch has. */
    private static final int FAR = 1 << 16;

    private long lastHit = BlockAddress.HOLE;
    private int[] groups = new int[8];
    private @Nullable ByteBuffer tagPage;

    /** Blocks since one was found elsewhere than beside the last hit. For batches, as the next. */
    private int sinceJump;

    /** Blocks that were not found since the last that was. */
    private int missesInARow;

    /** Makes a cursor without a last hit. */
    public LookupCursor() {}

    /**
     * The last block that was found.
     *
     * @return its address, or {@link BlockAddress#HOLE}
     */
    public long lastHit() {
        return lastHit;
    }

    /**
     * Sets the last block that was found, for instance one that the stream itself stored.
     *
     * @param address its address, or {@link BlockAddress#HOLE} to forget it
     */
    public void lastHit(long address) {
        lastHit = address;
    }

    /**
     * The slot after the last hit.
     *
     * @return its address, or {@link BlockAddress#HOLE} if there is none
     */
    long neighbour() {
        return after(lastHit);
    }

    /** The slot after another, or {@link BlockAddress#HOLE} if there is none. */
    static long after(long address) {
        return address == BlockAddress.HOLE || BlockAddress.slot(address) == BlockAddress.MAX_SLOTS - 1
                ? BlockAddress.HOLE
                : address + 1;
    }

    int sinceJump() {
        return sinceJump;
    }

    int missesInARow() {
        return missesInARow;
    }

    /** Notes that a block was found elsewhere. */
    void jumped(long address) {
        lastHit = address;
        sinceJump = 0;
        missesInARow = 0;
    }

    /** Notes that some blocks were neighbours or not found. */
    void followed(int blocks, int missesAtEnd) {
        sinceJump = Math.min(sinceJump + blocks, FAR);
        missesInARow = Math.min(missesAtEnd < blocks ? missesAtEnd : missesInARow + blocks, FAR);
    }

    /** Room for candidate groups. */
    int[] groups() {
        return groups;
    }

    /** Room for a page of tags. */
    ByteBuffer tagPage() {
        if (tagPage == null) {
            tagPage = TagFiles.page();
        }
        return tagPage;
    }

    /** Makes room for more candidate groups than the last lookup had. */
    int[] groups(int atLeast) {
        groups = new int[Math.max(atLeast, 2 * groups.length)];
        return groups;
    }
}
