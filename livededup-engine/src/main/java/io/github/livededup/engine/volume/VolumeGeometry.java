package io.github.livededup.engine.volume;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupFooter;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.format.TableEntry;
import java.util.UUID;

/**
 * The sizes that are fixed when a volume is created.
 *
 * @param volumeId the volume
 * @param groupSizeBytes the size of a region, a power of two from 1 MiB to 1 GiB
 * @param blockSizeBytes the size of a block before compression; no stored block is longer
 * @param fingerprintBytes the length of a fingerprint, a multiple of 8
 */
public record VolumeGeometry(UUID volumeId, int groupSizeBytes, int blockSizeBytes, int fingerprintBytes) {
    /** A group has at most one slot for this many of its bytes; bounds the table of blocks that compress to nothing. */
    private static final int MIN_BYTES_PER_SLOT = 512;

    /**
     * The size of a table entry.
     *
     * @return the size in bytes
     */
    public int entryBytes() {
        return TableEntry.sizeBytes(fingerprintBytes);
    }

    /**
     * The most slots of a group.
     *
     * @return the number
     */
    public int maxSlots() {
        return Math.min(BlockAddress.MAX_SLOTS, groupSizeBytes / MIN_BYTES_PER_SLOT);
    }

    /**
     * Where the next stored block starts.
     *
     * @param dataEnd where the last one ends, from the group's start
     * @return the next multiple of 16
     */
    static int blockStart(int dataEnd) {
        return alignUp(dataEnd, TableEntry.DATA_UNIT_BYTES);
    }

    /**
     * Where a sealed group's table starts.
     *
     * @param dataEnd where the stored blocks end, from the group's start
     * @return the next multiple of 64
     */
    static int tableOffset(int dataEnd) {
        return alignUp(dataEnd, GroupFooter.ALIGNMENT_BYTES);
    }

    /**
     * Where a sealed group's footer starts.
     *
     * @param tableOffset where its table starts, from the group's start
     * @param slots the table's slots
     * @return the next multiple of 64 behind the table
     */
    long footerOffset(long tableOffset, int slots) {
        long tableEnd = tableOffset + (long) slots * entryBytes();
        return (tableEnd + GroupFooter.ALIGNMENT_BYTES - 1) & -GroupFooter.ALIGNMENT_BYTES;
    }

    /**
     * Where a group would end if it were sealed.
     *
     * @param dataEnd where its stored blocks end, from the group's start
     * @param slots its slots
     * @return the end of the footer, possibly beyond the region
     */
    long sealedEnd(int dataEnd, int slots) {
        return footerOffset(tableOffset(dataEnd), slots) + GroupFooter.SIZE_BYTES;
    }

    /**
     * Where a region starts in the file.
     *
     * @param region its number, from 0
     * @return the position in bytes
     */
    long regionStart(int region) {
        return (long) region * groupSizeBytes;
    }

    /**
     * Whether the figures of a group can be true, so that arithmetic on them is safe.
     *
     * @param group the figures
     * @return the first problem as "what: actual=… expected=…", or "" if there is none
     */
    String problem(GroupLayout group) {
        if (group.group() < 1
                || group.group() > BlockAddress.MAX_GROUP
                || group.region() < 0
                || group.region() > BlockAddress.MAX_GROUP) {
            return "group number: actual=" + group + " expected=group and region up to " + BlockAddress.MAX_GROUP;
        }
        if (group.slots() < 0 || group.slots() > maxSlots()) {
            return "group slots: actual=" + group.slots() + " expected=at most " + maxSlots();
        }
        if (group.dataEnd() < GroupHeader.SIZE_BYTES || group.dataEnd() > groupSizeBytes - GroupFooter.SIZE_BYTES) {
            return "group data end: actual=" + group.dataEnd() + " expected=within " + groupSizeBytes;
        }
        if (sealedEnd(group.dataEnd(), group.slots()) > groupSizeBytes) {
            return "group end: actual=" + sealedEnd(group.dataEnd(), group.slots()) + " expected=at most "
                    + groupSizeBytes;
        }
        if (group.sealed() && group.tableOffset() != tableOffset(group.dataEnd())) {
            return "group table offset: actual=" + group.tableOffset() + " expected=" + tableOffset(group.dataEnd());
        }
        return "";
    }

    private static int alignUp(int value, int alignment) {
        return (value + alignment - 1) & -alignment;
    }
}
