package io.github.livededup.engine.metadata;

/**
 * A block group as the directory knows it.
 *
 * @param group its number, from 1
 * @param state what it is
 * @param region the region its blocks lie in
 * @param slots its blocks, as of the last checkpoint while it is open
 * @param dataEnd where its stored blocks end, from the region's start, as of the last checkpoint while it is open
 * @param tableOffset where its table starts, from the region's start; 0 while it is open
 * @param tableCrc the CRC32C of its table; 0 while it is open
 * @param liveBytes stored bytes of blocks with references
 * @param deadBytes stored bytes of blocks without
 * @param liveBlocks blocks with references
 */
public record GroupInfo(
        int group,
        State state,
        int region,
        int slots,
        long dataEnd,
        long tableOffset,
        int tableCrc,
        long liveBytes,
        long deadBytes,
        int liveBlocks) {
    /**
     * The same group, filled as far as it is now.
     *
     * @param newSlots its blocks
     * @param newDataEnd where its stored blocks end, from the region's start
     * @return a new record
     */
    public GroupInfo withFill(int newSlots, long newDataEnd) {
        return new GroupInfo(
                group, state, region, newSlots, newDataEnd, tableOffset, tableCrc, liveBytes, deadBytes, liveBlocks);
    }

    /** What a group is. */
    public enum State {
        /** It does not exist. */
        FREE,
        /** Blocks are appended to it. */
        OPEN,
        /** Its blocks and table are final. */
        SEALED
    }
}
