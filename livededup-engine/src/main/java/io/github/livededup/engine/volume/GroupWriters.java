package io.github.livededup.engine.volume;

import io.github.livededup.ReadOnlyException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.lifecycle.ReaderGate;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives writers their groups, opens new ones, and seals those that are full. Safe for use by many threads; the locks are those
 * that {@link BlockGroups} tells.
 */
public final class GroupWriters {
    private final GroupContext context;
    private final GroupList list;
    private final ReaderGate gate;
    private final GroupSettings settings;

    GroupWriters(GroupContext context, GroupList list, ReaderGate gate, GroupSettings settings) {
        this.context = context;
        this.list = list;
        this.gate = gate;
        this.settings = settings;
    }

    /**
     * Finds a group to append to: an open one without a writer, else a new one, else the open one with most room.
     *
     * @param listener told first if the group is new
     * @return the writer, to be given back by {@link #release}
     * @throws VolumeFullException if no open group has room and none can be opened
     * @throws ReadOnlyException if the volume is open for reading only
     * @throws IOException if the file system refuses, or the listener does
     */
    public GroupWriter acquire(GroupListener listener) throws IOException {
        checkWritable();
        if (gate.isClosed()) {
            throw new VolumeClosedException(context.file().description(), "closed");
        }
        while (true) {
            Optional<GroupWriter> idle = list.takeIdle();
            if (idle.isPresent()) {
                return idle.get();
            }
            try {
                GroupList.Place place = list.reserve(settings.maxOpenGroups());
                if (place != null) {
                    return open(place, listener);
                }
                Optional<GroupWriter> shared =
                        list.takeMost(group -> group.appender().roomBytes(), Long.MIN_VALUE);
                if (shared.isPresent()) {
                    return shared.get();
                }
                list.awaitCreation();
            } catch (VolumeFullException full) {
                // What open groups allocated already may take some more blocks.
                long least = context.geometry().blockSizeBytes()
                        + 2L * context.geometry().entryBytes()
                        + TableEntry.DATA_UNIT_BYTES;
                return list.takeMost(group -> group.appender().slackBytes(), least)
                        .orElseThrow(() -> full);
            }
        }
    }

    /**
     * Finds a group with room for blocks of any content and sets it aside, see {@link GroupWriter#hold}: an open one
     * without a writer, else a new one, whatever the number of open groups.
     *
     * @param blocks how many
     * @param listener told first if the group is new
     * @return the writer, to be given back by {@link #release}
     * @throws VolumeFullException if there is no room for them
     * @throws IOException if the file system refuses, or the listener does
     */
    public GroupWriter acquireHolding(int blocks, GroupListener listener) throws IOException {
        checkWritable();
        GroupWriter writer =
                list.takeIdle(group -> group.appender().hasRoomFor(blocks)).orElse(null);
        if (writer == null) {
            GroupList.Place place = Objects.requireNonNull(list.reserve(Integer.MAX_VALUE));
            writer = open(place, listener);
        }
        boolean done = false;
        try {
            done = writer.hold(blocks);
        } finally {
            if (!done) {
                list.giveBack(writer);
            }
        }
        if (!done) {
            throw new VolumeFullException(
                    context.file().description(),
                    "blocks to hold: actual=" + blocks + " expected=what a group has room for");
        }
        return writer;
    }

    private GroupWriter open(GroupList.Place place, GroupListener listener) throws IOException {
        BlockGroup group = new BlockGroup(context, place.group(), place.region());
        boolean done = false;
        try {
            group.appender().prepare(true);
            listener.opened(place.group(), place.region());
            done = true;
        } finally {
            if (!done) {
                try {
                    group.appender().giveUp();
                } finally {
                    list.unreserve(place);
                }
            }
        }
        return list.addTaken(group);
    }

    /**
     * Gives a writer back. Its group stays open for others, unless it was sealed. Again does nothing.
     *
     * @param writer what {@link #acquire} returned
     */
    public void release(GroupWriter writer) {
        list.giveBack(writer);
    }

    /**
     * Seals an open group: writes what is buffered, its table and its footer, without forcing, and gives unused space back;
     * a full disk may keep that. Readers go on meanwhile.
     *
     * @param group its number
     * @return its final figures, or null if another thread sealed it or holds room in it
     * @throws VolumeFullException if the disk is full; the group stays open
     * @throws IOException if writing fails; the group stays open unless only giving space back failed
     */
    public @Nullable GroupLayout seal(int group) throws IOException {
        checkWritable();
        return seal(list.require(group));
    }

    /**
     * As {@link #seal(int)}, for a writer's group, which a compaction may have sealed, moved or freed meanwhile.
     *
     * @param full what {@link #acquire} returned
     * @return its final figures, or null if another thread sealed it
     * @throws IOException as {@link #seal(int)} says
     */
    public @Nullable GroupLayout seal(GroupWriter full) throws IOException {
        checkWritable();
        return seal(full.blockGroup());
    }

    private @Nullable GroupLayout seal(BlockGroup sealing) throws IOException {
        try {
            return sealing.appender().seal();
        } finally {
            if (sealing.sealed) {
                list.sealed(sealing);
            }
        }
    }

    private void checkWritable() throws ReadOnlyException {
        if (settings.readOnly()) {
            throw new ReadOnlyException(context.file().description(), "opened for reading only");
        }
    }
}
