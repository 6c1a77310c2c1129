package io.github.livededup;

/**
 * What a repair can do to a volume. None is ever done by itself.
 *
 * @since 0.1.0
 */
public enum RepairAction {
    /** Deletes the fingerprint index, which the next open makes anew from the block groups' tables. Nothing is lost. */
    REBUILD_INDEX,
    /**
     * Counts all references anew, from the images' maps and the references that callers of the block store hold, which are
     * recorded apart; and with them the live bytes of block groups, the images' mapped blocks, the references of shared
     * pages and the free pages. Nothing is lost. It takes some 4 bytes of memory for each live block.
     */
    REBUILD_COUNTS,
    /**
     * Accepts that committed changes are lost from the journal: what can be read of it is applied, the rest given up. A
     * journal that cannot be read at all is made anew.
     */
    CUT_JOURNAL,
    /** Goes back to the checkpoint of the older superblock, and applies what the journal holds since. */
    USE_OTHER_SUPERBLOCK
}
