package io.github.livededup.engine.index;

import io.github.livededup.engine.format.BlockAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream of lookups is: after a hit, the stream's next block is most often in the next slot. One per stream;
 * used by one thread at a time.
 */
public final class LookupCursor {
    private long lastHit = BlockAddress.HOLE;
    private int[] groups = new int[8];
    private @Nullable ByteBuffer tagPage;

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
        return lastHit == BlockAddress.HOLE || BlockAddress.slot(lastHit) == BlockAddress.MAX_SLOTS - 1
                ? BlockAddress.HOLE
                : lastHit + 1;
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
