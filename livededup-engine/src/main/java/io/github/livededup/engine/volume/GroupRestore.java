package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Restores the groups of a volume when it is opened: first those of the checkpoint, then what the journal tells, record by
 * record. Used by one thread, before anything else is done with the groups.
 */
public final class GroupRestore {
    private final GroupContext context;
    private final GroupList list;
    private final boolean readOnly;

    GroupRestore(GroupContext context, GroupList list, boolean readOnly) {
        this.context = context;
        this.list = list;
        this.readOnly = readOnly;
    }

    /**
     * Restores a sealed group from the checkpoint. The file is looked at when the group is first used.
     *
     * @param layout its figures
     * @throws CorruptionException if they cannot be true
     */
    public void sealed(GroupLayout layout) throws CorruptionException {
        sealed(layout, new SlotSet(0));
    }

    /**
     * As {@link #sealed(GroupLayout)}, for a group that may have retired slots.
     *
     * @param layout its figures
     * @param retired slots whose bytes may be gone; empty if there are none
     * @throws CorruptionException if they cannot be true
     */
    public void sealed(GroupLayout layout, SlotSet retired) throws CorruptionException {
        BlockGroup group = place(layout);
        group.appender().restoreSealed(layout);
        if (retired.count() > 0) {
            group.retired = retired;
        }
        list.add(group);
    }

    /**
     * Restores an open group, from the checkpoint or as the journal tells it was opened; without entries as yet.
     *
     * @param group its number
     * @param region its region
     * @throws CorruptionException if they cannot be true
     * @throws IOException if the file must be made longer and that fails
     */
    public void open(int group, int region) throws IOException {
        BlockGroup restored = place(new GroupLayout(group, region, false, 0, GroupHeader.SIZE_BYTES, 0, 0));
        if (!readOnly) {
            restored.appender().prepare(false);
        }
        list.add(restored);
    }

    /**
     * Refuses more slots than a group of this volume can have.
     *
     * @param group the group's number
     * @param slots its slots
     * @throws CorruptionException if they are too many
     */
    public void checkSlots(int group, int slots) throws CorruptionException {
        int most = context.geometry().maxSlots();
        if (slots < 0 || slots > most) {
            throw corruption("group " + group + " slots: actual=" + slots + " expected=at most " + most);
        }
    }

    /**
     * Restores entries of an open group, as {@link BlockGroups#copyEntries} gave them. What lies behind the last one's bytes
     * in the file is garbage that will be overwritten.
     *
     * @param group its number
     * @param fromSlot the first entry's slot
     * @param entries whole entries from position to limit, little-endian; the position moves to the limit
     * @throws CorruptionException if there is no such group or an entry is damaged
     */
    public void entries(int group, int fromSlot, ByteBuffer entries) throws CorruptionException {
        GroupAppender appender = require(group).appender();
        int entryBytes = context.geometry().entryBytes();
        for (int slot = fromSlot; entries.remaining() >= entryBytes; slot++) {
            appender.restoreEntry(slot, entries, entries.position());
            entries.position(entries.position() + entryBytes);
        }
    }

    /**
     * Restores one appended block, as the journal tells. Records may come in another order than the slots', and may tell
     * what the checkpoint or a sealed group's table holds already; slots of which nothing is told stay vacant.
     *
     * @param address the block's address
     * @param entry its table entry from position to limit, little-endian; both stay
     * @throws CorruptionException if there is no such group, or the entry is damaged or of another length
     */
    public void appended(long address, ByteBuffer entry) throws CorruptionException {
        int entryBytes = context.geometry().entryBytes();
        if (entry.remaining() != entryBytes) {
            throw corruption("block " + address + ": table entry: actual=" + entry.remaining() + " expected="
                    + entryBytes + " bytes");
        }
        require(BlockAddress.group(address))
                .appender()
                .restoreEntry(BlockAddress.slot(address), entry, entry.position());
    }

    /**
     * Seals a restored open group, as the journal tells; table and footer are in the file already.
     *
     * @param layout what {@link GroupWriters#seal} returned then
     * @throws CorruptionException if there is no such group or the figures cannot be true
     * @throws IOException if giving space back fails
     */
    public void seal(GroupLayout layout) throws IOException {
        checkPlausible(layout);
        BlockGroup group = require(layout.group());
        if (group.region() != layout.region() || !layout.sealed() || layout.slots() < group.slots) {
            throw corruption("sealed group: actual=" + layout + " expected=to follow " + group.layout());
        }
        group.appender().restoreSealed(layout);
        list.sealed(group);
        if (!readOnly) {
            group.appender().trimRegion();
        }
    }

    private BlockGroup place(GroupLayout layout) throws CorruptionException {
        checkPlausible(layout);
        if (!list.reserve(layout.group(), layout.region())) {
            throw corruption(
                    "group " + layout.group() + " or region " + layout.region() + ": actual=given twice expected=once");
        }
        return new BlockGroup(context, layout.group(), layout.region());
    }

    private void checkPlausible(GroupLayout layout) throws CorruptionException {
        String problem = context.geometry().problem(layout);
        if (!problem.isEmpty()) {
            throw corruption(problem);
        }
    }

    private BlockGroup require(int group) throws CorruptionException {
        BlockGroup found = list.find(group);
        if (found == null) {
            throw corruption("group " + group + ": actual=absent expected=restored");
        }
        return found;
    }

    private CorruptionException corruption(String problem) {
        return new CorruptionException(context.file().description(), problem);
    }
}
