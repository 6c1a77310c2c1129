package io.github.livededup.engine.format;

/**
 * A block group in the group directory; its record's number is the group's. A record of zeros is no group.
 *
 * <pre>
 *  0    u8   state: 1 open, 2 sealed
 *  1    u8   levels of pages of the tree of counts
 *  2    u8   levels of pages of the tree of counts from outside
 *  3    u8   levels of pages of the tree that holds the open group's table
 *  4    u32  region
 *  8    u32  slots
 *  12   u32  CRC32C of the table, once sealed
 *  16   u64  where the stored blocks end, from the region's start
 *  24   u64  where the table starts, from the region's start, once sealed
 *  32   u64  stored bytes of blocks with references
 *  40   u64  stored bytes of blocks without references
 *  48   u64  pointer to the root page of the tree of counts
 *  56   u64  pointer to the root page of the tree of counts from outside
 *  64   u64  pointer to the root page of the tree that holds the open group's table
 *  72   u32  blocks with references
 *  76   u32  zero
 *  80   u64  pointer to the root page of the tree of retired slots
 *  88   u8   levels of pages of that tree
 *  89   7 bytes zero
 * </pre>
 */
public final class GroupRecord {
    /** The size of a record. */
    public static final int BYTES = 96;
    /** No group. */
    public static final int STATE_FREE = 0;
    /** Blocks are appended. */
    public static final int STATE_OPEN = 1;
    /** Blocks and table are final. */
    public static final int STATE_SEALED = 2;
    /** The tree of reference counts. */
    public static final int TREE_COUNTS = 0;
    /** The tree of counts of references from outside. */
    public static final int TREE_EXTERNAL = 1;
    /** The tree that holds the open group's table. */
    public static final int TREE_OPEN_TABLE = 2;
    /** The tree of slots whose blocks died and may have lost their bytes. */
    public static final int TREE_RETIRED = 3;

    /** The trees whose roots lie together. */
    private static final int TREES = 3;

    private static final int STATE_OFFSET = 0;
    private static final int HEIGHTS_OFFSET = STATE_OFFSET + Byte.BYTES;
    private static final int REGION_OFFSET = HEIGHTS_OFFSET + TREES;
    private static final int SLOTS_OFFSET = REGION_OFFSET + Integer.BYTES;
    private static final int TABLE_CRC_OFFSET = SLOTS_OFFSET + Integer.BYTES;
    private static final int DATA_END_OFFSET = TABLE_CRC_OFFSET + Integer.BYTES;
    private static final int TABLE_OFFSET = DATA_END_OFFSET + Long.BYTES;
    private static final int LIVE_BYTES_OFFSET = TABLE_OFFSET + Long.BYTES;
    private static final int DEAD_BYTES_OFFSET = LIVE_BYTES_OFFSET + Long.BYTES;
    private static final int ROOTS_OFFSET = DEAD_BYTES_OFFSET + Long.BYTES;
    private static final int LIVE_BLOCKS_OFFSET = ROOTS_OFFSET + TREES * Long.BYTES;
    private static final int RETIRED_ROOT_OFFSET = LIVE_BLOCKS_OFFSET + Long.BYTES;
    private static final int RETIRED_HEIGHT_OFFSET = RETIRED_ROOT_OFFSET + Long.BYTES;

    private GroupRecord() {}

    /**
     * The state.
     *
     * @param page holds the record
     * @param at where it starts
     * @return one of the states
     */
    public static int state(byte[] page, int at) {
        return page[at + STATE_OFFSET];
    }

    /**
     * Sets the state.
     *
     * @param page holds the record
     * @param at where it starts
     * @param state one of the states
     */
    public static void putState(byte[] page, int at, int state) {
        page[at + STATE_OFFSET] = (byte) state;
    }

    /**
     * The region.
     *
     * @param page holds the record
     * @param at where it starts
     * @return its number
     */
    public static int region(byte[] page, int at) {
        return Bytes.intAt(page, at + REGION_OFFSET);
    }

    /**
     * Sets the region.
     *
     * @param page holds the record
     * @param at where it starts
     * @param region its number
     */
    public static void putRegion(byte[] page, int at, int region) {
        Bytes.putInt(page, at + REGION_OFFSET, region);
    }

    /**
     * The slots.
     *
     * @param page holds the record
     * @param at where it starts
     * @return their number
     */
    public static int slots(byte[] page, int at) {
        return Bytes.intAt(page, at + SLOTS_OFFSET);
    }

    /**
     * Where the stored blocks end.
     *
     * @param page holds the record
     * @param at where it starts
     * @return bytes from the region's start
     */
    public static long dataEnd(byte[] page, int at) {
        return Bytes.longAt(page, at + DATA_END_OFFSET);
    }

    /**
     * Sets how far the group is filled.
     *
     * @param page holds the record
     * @param at where it starts
     * @param slots the slots
     * @param dataEnd where the stored blocks end, from the region's start
     */
    public static void putFill(byte[] page, int at, int slots, long dataEnd) {
        Bytes.putInt(page, at + SLOTS_OFFSET, slots);
        Bytes.putLong(page, at + DATA_END_OFFSET, dataEnd);
    }

    /**
     * Where the table starts.
     *
     * @param page holds the record
     * @param at where it starts
     * @return bytes from the region's start, 0 if the group is not sealed
     */
    public static long tableOffset(byte[] page, int at) {
        return Bytes.longAt(page, at + TABLE_OFFSET);
    }

    /**
     * The checksum of the table.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the CRC32C
     */
    public static int tableCrc(byte[] page, int at) {
        return Bytes.intAt(page, at + TABLE_CRC_OFFSET);
    }

    /**
     * Sets the table.
     *
     * @param page holds the record
     * @param at where it starts
     * @param tableOffset where it starts, from the region's start
     * @param tableCrc its CRC32C
     */
    public static void putTable(byte[] page, int at, long tableOffset, int tableCrc) {
        Bytes.putLong(page, at + TABLE_OFFSET, tableOffset);
        Bytes.putInt(page, at + TABLE_CRC_OFFSET, tableCrc);
    }

    /**
     * Stored bytes of blocks with references.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the bytes
     */
    public static long liveBytes(byte[] page, int at) {
        return Bytes.longAt(page, at + LIVE_BYTES_OFFSET);
    }

    /**
     * Stored bytes of blocks without references.
     *
     * @param page holds the record
     * @param at where it starts
     * @return the bytes
     */
    public static long deadBytes(byte[] page, int at) {
        return Bytes.longAt(page, at + DEAD_BYTES_OFFSET);
    }

    /**
     * Blocks with references.
     *
     * @param page holds the record
     * @param at where it starts
     * @return their number
     */
    public static int liveBlocks(byte[] page, int at) {
        return Bytes.intAt(page, at + LIVE_BLOCKS_OFFSET);
    }

    /**
     * Sets what has references and what has not.
     *
     * @param page holds the record
     * @param at where it starts
     * @param liveBytes stored bytes of blocks with references
     * @param deadBytes stored bytes of blocks without
     * @param liveBlocks blocks with references
     */
    public static void putLive(byte[] page, int at, long liveBytes, long deadBytes, int liveBlocks) {
        Bytes.putLong(page, at + LIVE_BYTES_OFFSET, liveBytes);
        Bytes.putLong(page, at + DEAD_BYTES_OFFSET, deadBytes);
        Bytes.putInt(page, at + LIVE_BLOCKS_OFFSET, liveBlocks);
    }

    /**
     * A tree's root page.
     *
     * @param page holds the record
     * @param at where it starts
     * @param tree which tree
     * @return the pointer
     */
    public static long root(byte[] page, int at, int tree) {
        return Bytes.longAt(page, at + rootOffset(tree));
    }

    /**
     * A tree's levels of pages.
     *
     * @param page holds the record
     * @param at where it starts
     * @param tree which tree
     * @return the levels
     */
    public static int height(byte[] page, int at, int tree) {
        return page[at + heightOffset(tree)];
    }

    /**
     * Sets where a tree starts.
     *
     * @param page holds the record
     * @param at where it starts
     * @param tree which tree
     * @param root pointer to the root page
     * @param height levels of pages
     */
    public static void putRoot(byte[] page, int at, int tree, long root, int height) {
        Bytes.putLong(page, at + rootOffset(tree), root);
        page[at + heightOffset(tree)] = (byte) height;
    }

    private static int rootOffset(int tree) {
        return tree == TREE_RETIRED ? RETIRED_ROOT_OFFSET : ROOTS_OFFSET + tree * Long.BYTES;
    }

    private static int heightOffset(int tree) {
        return tree == TREE_RETIRED ? RETIRED_HEIGHT_OFFSET : HEIGHTS_OFFSET + tree;
    }
}
