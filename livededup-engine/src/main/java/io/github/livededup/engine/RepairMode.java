package io.github.livededup.engine;

import io.github.livededup.RepairAction;
import java.util.Set;

/**
 * What is done otherwise than by an ordinary opening.
 *
 * @param olderSuperblock whether it goes back to the older superblock
 * @param rebuildCounts whether reference counts and free pages are made anew
 * @param cutJournal whether a journal is accepted of which committed changes are lost
 */
record RepairMode(boolean olderSuperblock, boolean rebuildCounts, boolean cutJournal) {
    /** An ordinary opening. */
    static final RepairMode NONE = new RepairMode(false, false, false);

    boolean isNone() {
        return !olderSuperblock && !rebuildCounts && !cutJournal;
    }

    static RepairMode of(Set<RepairAction> actions) {
        return new RepairMode(
                actions.contains(RepairAction.USE_OTHER_SUPERBLOCK),
                actions.contains(RepairAction.REBUILD_COUNTS),
                actions.contains(RepairAction.CUT_JOURNAL));
    }
}
