package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.NotFoundException;
import io.github.livededup.VolumeClosedException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.lifecycle.ReaderGate;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The block groups of a volume: finds stored blocks. Safe for use by many threads;
 * readers take no lock but for bytes that are not in the file yet.
 *
 * <p>Restoring comes first, see {@link #restore()}.
 *
 * <p>Locks: the list's monitor, each group's append lock, the force lock, the drop lock of the resident budget. None is
 * taken under another, except the buffer pool's and the growing file's under an append lock; a {@link BlockListener} is
 * called under an append lock, other listeners under none.
 */
public final class BlockGroups implements Closeable {
    private final VolumeGeometry geometry;
    private final GroupSettings settings;
    private final BlockFile file;
    private final ReaderGate gate;
    private final GroupList list;
    private final Space space;
    private final Residency residency;
    private final GroupContext context;
    private final ThreadLocal<EntryReader> entryReaders;
    private final DamagedBlocks damaged;
    private final BlockPlaces places;
    private final GroupWriters writers;
    private final AtomicInteger retirements = new AtomicInteger();
    private final GroupReclaim reclaim;

    /**
     * Makes the groups of a volume, none at first.
     *
     * @param file {@code blocks.dat}, closed by {@link #close}
     * @param geometry the volume's sizes
     * @param settings what may differ at each open
     */
    public BlockGroups(VolumeFile file, VolumeGeometry geometry, GroupSettings settings) {
        this.geometry = geometry;
        this.settings = settings;
        this.file = new BlockFile(file);
        this.gate = new ReaderGate(file.description());
        this.list = new GroupList(file.description());
        this.space = new Space(file.description(), settings.maxPhysicalBytes(), settings.otherBytes());
        this.residency = new Residency(settings.residentBudgetBytes(), list::now);
        TableChunks chunks = new TableChunks(gate, geometry.entryBytes());
        this.context = new GroupContext(this.file, geometry, space, residency, new AppendBuffers(), chunks);
        this.reclaim = new GroupReclaim(context, list, gate, retirements);
        this.damaged = new DamagedBlocks(list, gate, settings.readOnly());
        this.places = new BlockPlaces(list, gate);
        this.writers = new GroupWriters(context, list, gate, settings);
        this.entryReaders = ThreadLocal.withInitial(() -> new EntryReader(geometry.fingerprintBytes()));
    }

    /**
     * Gives writers their groups, and seals groups.
     *
     * @return always the same
     */
    public GroupWriters writers() {
        return writers;
    }

    // ---- forcing

    /** Writes what is buffered, without forcing. */
    void flush() throws IOException {
        for (BlockGroup group : list.open()) {
            group.appender().flush();
        }
    }

    /**
     * Makes all blocks durable that were appended before, and all groups sealed before. Does nothing if nothing was written
     * since the last time.
     *
     * @throws IOException if writing or forcing fails; never to be tried again
     */
    public void force() throws IOException {
        flush();
        file.force();
    }

    /**
     * Has the next {@link #force()} less to wait for, where one small force follows the other. To be called after a force that
     * somebody waited for.
     */
    public void writeAhead() {
        for (BlockGroup group : list.open()) {
            group.appender().writeAhead();
        }
    }

    /** Whether {@link #force()} would do something. */
    boolean isDirty() {
        return file.isDirty()
                || list.open().stream().anyMatch(group -> group.appender().hasUnflushed());
    }

    /**
     * The blocks that are known to be damaged.
     *
     * @return always the same set
     */
    public DamagedBlocks damaged() {
        return damaged;
    }

    /**
     * Tells where blocks lie.
     *
     * @return always the same
     */
    public BlockPlaces places() {
        return places;
    }

    // ---- reading

    /**
     * Begins a stretch of reading, for a thread that takes addresses from maps or counts and then reads their blocks: until
     * it leaves, a block that had references when it entered is found, even if it dies and its group is compacted. It
     * must leave soon, for compaction waits, and not wait for anything that a compaction holds. A thread may enter more
     * than once.
     *
     * @return the ticket for {@link #leave}
     * @throws VolumeClosedException if this is closed
     */
    public int enter() throws VolumeClosedException {
        return gate.enter();
    }

    /**
     * Ends a stretch of reading.
     *
     * @param ticket what {@link #enter} returned
     */
    public void leave(int ticket) {
        gate.leave(ticket);
    }

    /**
     * Whether a block may get another reference: it is in its group's table and was not retired.
     *
     * @param address the block's address
     * @return false if not, or if there is no such block
     * @throws CorruptionException if the group is damaged
     * @throws IOException if mapping fails
     */
    public boolean isUsable(long address) throws IOException {
        int ticket = gate.enter();
        try {
            BlockGroup group = find(address);
            return group != null && group.isUsable(BlockAddress.slot(address));
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * How often blocks were retired. While the append lock is held and this is as before, every address that was usable
     * before still is.
     *
     * @return a number that only grows
     */
    public int retirements() {
        return retirements.get();
    }

    /**
     * Finds a stored block. It is not read, and its own checksum not checked.
     *
     * @param address the block's address
     * @param into shows the block; released first if it shows another, and to be released soon after
     * @return whether there is such a block
     * @throws CorruptionException if its table entry or group is damaged
     * @throws VolumeClosedException if this is closed
     * @throws IOException if mapping fails
     */
    public boolean locate(long address, StoredBlock into) throws IOException {
        into.release();
        int ticket = gate.enter();
        boolean held = false;
        try {
            BlockGroup group = find(address);
            if (group != null && group.locate(BlockAddress.slot(address), into)) {
                into.hold(gate, ticket);
                held = true;
            }
            return held;
        } finally {
            if (!held) {
                gate.leave(ticket);
            }
        }
    }

    /**
     * As {@link #locate}, for a thread that has {@linkplain #enter entered}: what is shown is valid until it is released or used again, and no longer than
     * until the thread leaves.
     *
     * @param address the block's address
     * @param into shows the block; released first if it shows another
     * @return whether there is such a block
     * @throws CorruptionException if its table entry or group is damaged
     * @throws IOException if mapping fails
     */
    public boolean locateEntered(long address, StoredBlock into) throws IOException {
        into.release();
        BlockGroup group = find(address);
        return group != null && group.locate(BlockAddress.slot(address), into);
    }

    /**
     * Whether a slot holds a fingerprint, in an intact entry.
     *
     * @param address the block's address
     * @param fingerprint holds the fingerprint
     * @param from where it starts there
     * @return true if so; false if not, if there is no such block, or if its entry is damaged
     * @throws CorruptionException if the group is damaged
     * @throws IOException if mapping fails
     */
    public boolean fingerprintMatches(long address, byte[] fingerprint, int from) throws IOException {
        int ticket = gate.enter();
        try {
            BlockGroup group = find(address);
            return group != null
                    && group.fingerprintMatches(BlockAddress.slot(address), fingerprint, from, entryReaders.get());
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Reads a block's fingerprint.
     *
     * @param address the block's address
     * @param into receives it
     * @param at where it starts there
     * @throws NotFoundException if there is no such block
     * @throws CorruptionException if its table entry or group is damaged
     * @throws IOException if mapping fails
     */
    public void fingerprint(long address, byte[] into, int at) throws IOException {
        load(address).entry().get(0, into, at, geometry.fingerprintBytes());
    }

    /**
     * The length of a stored block.
     *
     * @param address the block's address
     * @return from 1 to 65,536
     * @throws NotFoundException if there is no such block
     * @throws CorruptionException if its table entry or group is damaged
     * @throws IOException if mapping fails
     */
    public int storedBytes(long address) throws IOException {
        return load(address).storedBytes();
    }

    /**
     * The length of a stored block for counting what lives: a block may come and go although its entry or its whole group is damaged, and
     * the change that has it come or go must not fail.
     *
     * @param address the block's address
     * @return from 1 to 65,536, or 0 if its table entry or group is damaged
     * @throws NotFoundException if its group has no such slot
     * @throws IOException if mapping fails
     */
    public int countedBytes(long address) throws IOException {
        EntryReader entry = entryReaders.get();
        int slot = BlockAddress.slot(address);
        int ticket = gate.enter();
        try {
            BlockGroup group = find(address);
            if (group == null || slot >= group.slots) {
                throw noSuchBlock(address);
            }
            return group.load(slot, entry) ? entry.storedBytes() : 0;
        } catch (CorruptionException e) {
            return 0;
        } finally {
            gate.leave(ticket);
        }
    }

    private EntryReader load(long address) throws IOException {
        EntryReader entry = entryReaders.get();
        int ticket = gate.enter();
        try {
            BlockGroup group = find(address);
            if (group == null || !group.load(BlockAddress.slot(address), entry)) {
                throw noSuchBlock(address);
            }
            return entry;
        } finally {
            gate.leave(ticket);
        }
    }

    private NotFoundException noSuchBlock(long address) {
        return new NotFoundException(file.description(), "block " + address + ": no such block");
    }

    /**
     * Visits the fingerprints of a group's usable slots in parts, from the part of the highest slots to that of the lowest, each in slot
     * order. What is damaged is left out. Nothing is allocated per fingerprint.
     *
     * @param group its number
     * @param heads filled anew for each part
     * @param visitor receives the parts; may read other blocks, but not close this
     * @return the number of damaged entries
     * @throws NotFoundException if there is no such group
     * @throws CorruptionException if the group is damaged
     * @throws IOException if mapping fails
     */
    public int forEachHead(int group, FingerprintHeads heads, FingerprintHeads.Visitor visitor) throws IOException {
        int ticket = gate.enter();
        try {
            return list.require(group).forEachHead(heads, visitor);
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Copies entries of a group as they are, for a checkpoint of open groups. To be durable as a whole, take {@link
     * #layouts} first, then {@link #force()}, then copy no more slots than the layout tells.
     *
     * @param group its number
     * @param fromSlot the first slot
     * @param into filled from its position with whole entries; the position moves behind them
     * @return how many entries, 0 if there are no more
     * @throws NotFoundException if there is no such group
     * @throws IOException if mapping fails
     */
    public int copyEntries(int group, int fromSlot, ByteBuffer into) throws IOException {
        int ticket = gate.enter();
        try {
            return list.require(group).copyEntries(fromSlot, into);
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Checks a group: its header, and if it is sealed, its footer and its table as a whole, else each entry.
     *
     * @param group its number
     * @throws NotFoundException if there is no such group
     * @throws CorruptionException if something is damaged
     * @throws IOException if mapping fails
     */
    public void check(int group) throws IOException {
        int ticket = gate.enter();
        try {
            list.require(group).check();
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Checks that all groups lie in their regions: their headers, and the footers of sealed ones, but not their tables.
     *
     * @throws CorruptionException if one does not
     * @throws IOException if mapping fails
     */
    public void checkPlaces() throws IOException {
        int ticket = gate.enter();
        try {
            for (BlockGroup group : list.all()) {
                group.checkPlace();
            }
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * Tells the system that a group's table will be needed soon; a hint. Open groups have theirs in memory.
     *
     * @param group its number; nothing happens if there is no such group
     * @throws CorruptionException if the group is damaged
     * @throws IOException if mapping fails
     */
    public void prefetch(int group) throws IOException {
        int ticket = gate.enter();
        try {
            BlockGroup fetched = list.find(group);
            if (fetched != null) {
                fetched.prefetch();
            }
        } finally {
            gate.leave(ticket);
        }
    }

    /**
     * The slots of a group.
     *
     * @param group its number
     * @return the number of slots now, 0 if there is no such group
     */
    public int slotCount(int group) {
        BlockGroup found = list.find(group);
        return found == null ? 0 : found.slots;
    }

    /**
     * Whether a group is sealed; it never opens again.
     *
     * @param group its number
     * @return false if it is open or there is no such group
     */
    public boolean isSealed(int group) {
        BlockGroup found = list.find(group);
        return found != null && found.sealed;
    }

    /**
     * A group's figures now.
     *
     * @param group its number
     * @return the figures
     * @throws NotFoundException if there is no such group
     */
    public GroupLayout layout(int group) throws NotFoundException {
        return list.require(group).layout();
    }

    /**
     * The figures of all groups, each of one moment.
     *
     * @return a new list by group number
     */
    public List<GroupLayout> layouts() {
        return list.all().stream().map(BlockGroup::layout).toList();
    }

    /**
     * The room left for blocks under the maximum size.
     *
     * @return the bytes, {@link Long#MAX_VALUE} without a maximum
     */
    public long freeBytes() {
        return space.freeBytes();
    }

    /**
     * The number of groups there are, open ones too.
     *
     * @return the number
     */
    public int count() {
        return list.count();
    }

    /**
     * The sizes that are fixed when a volume is created.
     *
     * @return always the same
     */
    public VolumeGeometry geometry() {
        return geometry;
    }

    /**
     * The bytes the groups take on disk, space allocated ahead included.
     *
     * @return the bytes
     */
    public long usedBytes() {
        return space.usedBytes();
    }

    /**
     * Restores groups; before anything else is done, by one thread.
     *
     * @return what restores them
     */
    public GroupRestore restore() {
        return new GroupRestore(context, list, settings.readOnly());
    }

    /**
     * Takes back the space of dead blocks.
     *
     * @return what does so
     */
    public GroupReclaim reclaim() {
        return reclaim;
    }

    /** Refuses further calls, waits until every block shown is released, unmaps all, and closes the file. */
    @Override
    public void close() throws IOException {
        if (gate.close()) {
            for (BlockGroup group : list.all()) {
                group.unmap();
            }
            file.file().close();
        }
    }

    /**
     * How much of the mappings readers touched since it was dropped.
     *
     * @return the bytes, of whole windows
     */
    long touchedBytes() {
        return residency.touchedBytes();
    }

    private @Nullable BlockGroup find(long address) {
        return BlockAddress.isValid(address) ? list.find(BlockAddress.group(address)) : null;
    }
}
