package io.github.livededup.engine.volume;

import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.lifecycle.ReaderGate;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes the space of dead blocks back. A group goes through these steps; the caller, one thread at a time, sees to the
 * order and to the locks:
 *
 * <ol>
 *   <li>{@link #retire}, while nothing is appended nor mapped: dead blocks get no reference any more;
 *   <li>{@link #awaitReaders}: nobody is left who took an address from a map while its block lived;
 *   <li>{@link #rewrite}: the other blocks are copied to another region, with a table in which the dead slots are vacant;
 *   <li>{@link #swap}, when the copy is durable and the group directory was changed: readers go to the copy. {@link #drop}
 *       instead, for a group without a block;
 *   <li>{@link #awaitReaders}, and a checkpoint that makes the directory durable;
 *   <li>{@link #release}: the old region is unmapped and punched.
 * </ol>
 *
 * <p>Where there is no room for a copy, the retired slots are made durable by a checkpoint instead, and {@link #punchRetired}
 * gives back the pages between the live blocks.
 */
public final class GroupReclaim {
    private static final long PAGE_BYTES = 4096;

    private final GroupContext context;
    private final GroupList list;
    private final ReaderGate gate;
    private final AtomicInteger retirements;

    GroupReclaim(GroupContext context, GroupList list, ReaderGate gate, AtomicInteger retirements) {
        this.context = context;
        this.list = list;
        this.gate = gate;
        this.retirements = retirements;
    }

    /** A group that gave its region up; the region is still taken. */
    public static final class Vacated {
        private final BlockGroup group;

        private Vacated(BlockGroup group) {
            this.group = group;
            group.forget();
        }
    }

    /**
     * Sets what compaction may take beyond the maximum size for a copy, since it gives back more soon.
     *
     * @param bytes how much
     */
    public void reserve(long bytes) {
        context.space().reclaimReserve(bytes);
    }

    /**
     * Adds the slots of a sealed group that hold a block to a set, as far as another set does not have them.
     *
     * @param group its number
     * @param live slots to leave out
     * @return the slots with a block that is not in {@code live}
     * @throws NotFoundException if there is no such group
     * @throws IOException if the group's table cannot be read
     */
    public SlotSet occupiedWithout(int group, SlotSet live) throws IOException {
        int ticket = gate.enter();
        try {
            BlockGroup asked = list.require(group);
            int slots = asked.slots;
            SlotSet others = new SlotSet(slots);
            for (int slot = 0; slot < slots; slot++) {
                if (!live.contains(slot) && !asked.isVacant(slot)) {
                    others.add(slot);
                }
            }
            return others;
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Keeps blocks from being found and referenced again. It lasts until the volume is closed.
     *
     * @param group a sealed group's number
     * @param dead its slots whose blocks have no reference; with those that were retired before
     * @return those of them that were not retired before
     * @throws NotFoundException if there is no such group
     */
    public SlotSet retire(int group, SlotSet dead) throws NotFoundException {
        BlockGroup retiring = list.require(group);
        SlotSet before = retiring.retired;
        SlotSet fresh = new SlotSet(retiring.slots);
        for (int slot = 0; slot < retiring.slots; slot++) {
            if (dead.contains(slot) && (before == null || !before.contains(slot))) {
                fresh.add(slot);
            }
        }
        retiring.retired = dead;
        retirements.incrementAndGet();
        return fresh;
    }

    /**
     * Visits the intact entries of some slots.
     *
     * @param group a group's number
     * @param slots which
     * @param visitor receives them
     * @throws NotFoundException if there is no such group
     * @throws IOException if the table cannot be read, or the visitor throws it
     */
    public void forEachEntry(int group, SlotSet slots, EntryVisitor visitor) throws IOException {
        int ticket = gate.enter();
        try {
            list.require(group).forEachEntry(slots, visitor);
        } finally {
            gate.leave(ticket);
        }
    }

    /** Waits until everybody has left who began to read before. The caller holds no lock and reads nothing. */
    public void awaitReaders() {
        gate.awaitReaders();
    }

    /**
     * Copies a sealed group's blocks to a free region; not forced.
     *
     * @param group its number
     * @param without slots to leave out
     * @param listener told of progress; may throw to give up
     * @return the copy, to be given to {@link #swap} or {@link #abandon}
     * @throws NotFoundException if there is no such group
     * @throws io.github.livededup.CorruptionException if its table is damaged; nothing changed
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading or writing fails, or the listener throws it; nothing changed
     */
    public RewrittenGroup rewrite(int group, SlotSet without, RewriteListener listener) throws IOException {
        BlockGroup from = list.require(group);
        int region = list.reserveRegion();
        GroupRewriter rewriter = null;
        boolean done = false;
        try {
            BlockGroup to = new BlockGroup(context, group, region);
            rewriter = new GroupRewriter(context, gate, from, to, without);
            RewrittenGroup rewritten = rewriter.run(listener);
            done = true;
            return rewritten;
        } finally {
            if (!done && (rewriter == null || rewriter.giveUp())) {
                list.releaseRegion(region);
            }
        }
    }

    /**
     * Gives a copy up that was not swapped in.
     *
     * @param rewritten the copy
     * @throws IOException if giving its space back fails
     */
    public void abandon(RewrittenGroup rewritten) throws IOException {
        release(new Vacated(rewritten.group()));
    }

    /**
     * Lets readers go to a copy.
     *
     * @param rewritten the copy, durable
     * @return the group's former place
     */
    public Vacated swap(RewrittenGroup rewritten) {
        return new Vacated(list.replace(rewritten.group()));
    }

    /**
     * Takes a sealed group out whose blocks are all retired.
     *
     * @param group its number
     * @return its former place
     * @throws NotFoundException if there is no such group
     */
    public Vacated drop(int group) throws NotFoundException {
        list.require(group);
        return new Vacated(list.remove(group));
    }

    /**
     * Gives a region back to the file system, once a checkpoint without it is durable and readers were awaited.
     *
     * @param vacated the group's former place
     * @return the bytes given back
     * @throws IOException if it fails; the region is then not used again before the next open
     */
    public long release(Vacated vacated) throws IOException {
        BlockGroup group = vacated.group;
        int bytes = group.appender().allocatedBytes();
        group.unmap();
        context.file().file().punch(start(group.region()), context.geometry().groupSizeBytes());
        context.space().release(bytes);
        list.releaseRegion(group.region());
        return bytes;
    }

    /**
     * Gives back the pages between the live blocks of a sealed group in place, where there is no room for a copy. Its retired
     * slots must be durable as such, and readers awaited since they were retired.
     *
     * @param group its number
     * @return the bytes given back
     * @throws NotFoundException if there is no such group
     * @throws io.github.livededup.CorruptionException if its table is damaged; part of it may be done
     * @throws IOException if it fails
     */
    public long punchRetired(int group) throws IOException {
        BlockGroup punched = list.require(group);
        if (punched.retired == null) {
            return 0;
        }
        EntryReader entry = new EntryReader(context.geometry().fingerprintBytes());
        int ticket = gate.enter();
        try {
            long from = GroupHeader.SIZE_BYTES;
            for (int slot = 0; slot < punched.slots; slot++) {
                if (punched.isUsable(slot) && punched.load(slot, entry)) {
                    punchPages(punched, from, entry.dataOffsetBytes());
                    from = Math.max(from, entry.dataOffsetBytes() + entry.storedBytes());
                }
            }
            punchPages(punched, from, punched.tableOffset);
        } finally {
            gate.leave(ticket);
        }
        return recount(punched);
    }

    /** Gives the whole pages of a range back. */
    private void punchPages(BlockGroup group, long from, long to) throws IOException {
        long first = GroupAppender.pageEnd((int) from);
        long end = to & -PAGE_BYTES;
        if (first < end) {
            context.file().file().punch(start(group.region()) + first, end - first);
        }
    }

    private long recount(BlockGroup group) throws IOException {
        VolumeFile file = context.file().file();
        // The file may have been cut off, even before the group.
        long end = Math.min(
                file.sizeBytes(), start(group.region()) + context.geometry().groupSizeBytes());
        return group.appender().recount(file.dataBytes(start(group.region()), end));
    }

    /**
     * Gives back what open groups have allocated ahead.
     *
     * @return the bytes given back
     * @throws IOException if it fails
     */
    public long trimOpen() throws IOException {
        long bytes = 0;
        for (BlockGroup group : list.open()) {
            bytes += group.appender().trimAhead();
        }
        return bytes;
    }

    /**
     * Gives back what a crash left in regions that no group takes, as far as there is room for that. After restoring, before
     * anything else is done.
     *
     * @throws IOException if it fails
     */
    public void punchUnowned() throws IOException {
        BitSet taken = list.takenRegions();
        long size = context.file().file().sizeBytes();
        long groupSize = context.geometry().groupSizeBytes();
        long data = context.file().file().seek(0, true);
        while (data < size) {
            long region = data / groupSize;
            long start = region * groupSize;
            long end = Math.min(size, start + groupSize);
            if (region > BlockAddress.MAX_GROUP || !taken.get((int) region)) {
                punchUnowned(start, end);
            }
            // However long the file is, only what is there takes time.
            data = Math.max(end, context.file().file().seek(end, true));
        }
    }

    /**
     * Counts anew what groups take that were punched in place. After restoring, before anything else is done.
     *
     * @throws IOException if it fails
     */
    public void recountPunched() throws IOException {
        for (BlockGroup group : list.all()) {
            if (group.retired != null) {
                recount(group);
            }
        }
    }

    private void punchUnowned(long start, long end) throws IOException {
        try {
            context.file().file().punch(start, end - start);
        } catch (VolumeFullException e) {
            // Punching takes room on some file systems. A full volume opens all the same, and a later open tries again.
        }
    }

    private long start(int region) {
        return context.geometry().regionStart(region);
    }
}
