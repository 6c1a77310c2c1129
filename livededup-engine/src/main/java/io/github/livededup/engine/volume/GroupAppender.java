package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.InvalidArgumentException;
import io.github.livededup.VolumeFullException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupFooter;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.format.TableEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Appends to an open group and seals it. Space is allocated ahead of everything that is promised: always so much that the
 * group could be sealed as it is. Under its lock only those of the pools of buffers and chunks and the file's, for growing, are taken.
 */
final class GroupAppender {
    private static final int PAGE_BYTES = 4096;
    /** What a table entry can tell. */
    private static final int MAX_STORED_BYTES = 1 << 16;

    private static final int MAX_STEP_BYTES = 8 << 20;
    /** Few requests, and small flushes are not bothered. */
    private static final int WRITING_STEP_BYTES = 4 << 20;
    /** A step is at most this part of a group. */
    private static final int STEPS_PER_GROUP = 16;

    private final BlockFile file;
    private final VolumeGeometry geometry;
    private final Space space;
    private final AppendBuffers buffers;
    private final BlockGroup group;
    private final long start;
    private final ReentrantLock lock = new ReentrantLock();
    private final WrittenAhead ahead = new WrittenAhead();

    /** What lies below, the system was told to begin to write. */
    private int writingEnd;

    /** Where the bytes on disk end, as far as this appender took care of them. */
    private volatile int allocatedEnd;
    /** What of it are holes: of a rewritten group's table, where all slots are vacant. */
    private int holeBytes;

    /** Blocks of any content that will find room here, whatever others append. */
    private volatile int heldBlocks;

    private @Nullable AppendBuffer buffer;
    /** For entries' checks. */
    private final CRC32C entryCrc = new CRC32C();

    GroupAppender(GroupContext context, BlockGroup group) {
        this.file = context.file();
        this.geometry = context.geometry();
        this.space = context.space();
        this.buffers = context.buffers();
        this.group = group;
        this.start = geometry.regionStart(group.region());
    }

    /** Makes the group's region part of the file, and reserves its first space if it is new. */
    void prepare(boolean fresh) throws IOException {
        lock.lock();
        try {
            file.growTo(start + geometry.groupSizeBytes());
            if (fresh) {
                reserve(geometry.sealedEnd(group.dataEnd, 0));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what a group allocated that never came to be; as well as that goes. */
    void giveUp() throws IOException {
        int end = allocatedEnd;
        allocatedEnd = 0;
        space.release(end);
        if (end > 0) {
            file.file().punch(start, end);
        }
    }

    /** Counts what a restored group has on disk. */
    void restoreAllocated(int end) {
        int pageEnd = pageEnd(end);
        if (pageEnd > allocatedEnd) {
            space.add(pageEnd - allocatedEnd);
            allocatedEnd = pageEnd;
        }
    }

    int allocatedBytes() {
        return allocatedEnd - holeBytes;
    }

    /** Takes over what a sealed group really has on disk; returns the bytes that it has less than was counted. */
    int recount(long bytesOnDisk) {
        lock.lock();
        try {
            int less = (int) Math.max(0, allocatedBytes() - bytesOnDisk);
            holeBytes += less;
            space.release(less);
            return less;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over a sealed group that was written elsewhere, and whose space was claimed. */
    void adoptSealed(GroupLayout layout, int allocatedBytes) {
        lock.lock();
        try {
            group.dataEnd = layout.dataEnd();
            group.flushedEnd = layout.dataEnd();
            group.slots = layout.slots();
            allocatedEnd = pageEnd((int) geometry.sealedEnd(layout.dataEnd(), layout.slots()));
            holeBytes = allocatedEnd - allocatedBytes;
            publishSealed(layout.tableOffset(), layout.tableCrc());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives back what is allocated ahead, by a process before this one as well; the next append allocates anew. Returns the
     * bytes given back of those counted.
     */
    int trimAhead() throws IOException {
        lock.lock();
        try {
            int keep = pageEnd((int) heldEnd(group.dataEnd, group.slots, heldBlocks));
            if (group.sealed
                    || keep >= geometry.groupSizeBytes()
                    || !file.file().punch(start + keep, geometry.groupSizeBytes() - keep)) {
                return 0;
            }
            int end = allocatedEnd;
            int spare = Math.max(0, end - keep);
            allocatedEnd = end - spare;
            ahead.cutTo(keep);
            space.release(spare);
            return spare;
        } finally {
            lock.unlock();
        }
    }

    /** The room left if space were no question. */
    long roomBytes() {
        return geometry.groupSizeBytes() - heldEnd(group.dataEnd, group.slots, heldBlocks);
    }

    /** The room left in what is allocated. */
    long slackBytes() {
        return allocatedEnd - heldEnd(group.dataEnd, group.slots, heldBlocks);
    }

    boolean isHeld() {
        return heldBlocks > 0;
    }

    /** Whether blocks of any content would find room, if space were no question. */
    boolean hasRoomFor(int blocks) {
        return group.openTable != null
                && (long) blocks * heldBytes() < geometry.groupSizeBytes()
                && group.slots + blocks <= geometry.maxSlots()
                && heldEnd(group.dataEnd, group.slots, blocks) <= geometry.groupSizeBytes();
    }

    /** See {@link GroupWriter#hold}. */
    boolean hold(int blocks) throws IOException {
        lock.lock();
        try {
            int held = heldBlocks + blocks;
            if (!hasRoomFor(held)) {
                return false;
            }
            reserve(heldEnd(group.dataEnd, group.slots, held));
            heldBlocks = held;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** See {@link GroupWriter#unhold}. */
    void unhold(int blocks) {
        lock.lock();
        try {
            heldBlocks = Math.max(0, heldBlocks - blocks);
        } finally {
            lock.unlock();
        }
    }

    /** The most that a block takes beside its table entry. */
    private int heldBytes() {
        return geometry.blockSizeBytes() + TableEntry.DATA_UNIT_BYTES;
    }

    /** Where the group would end, at most, sealed with so many blocks more. */
    private long heldEnd(int dataEnd, int slots, int blocks) {
        return geometry.sealedEnd(dataEnd + blocks * heldBytes(), slots + blocks);
    }

    /**
     * See {@link GroupWriter#append} and {@link GroupWriter#appendHeld}.
     *
     * @param fromHeld whether to use room that is held, if there is any
     * @param listener told before the slot can be seen
     */
    long append(
            byte[] fingerprint,
            int from,
            ByteBuffer stored,
            int offset,
            int length,
            int codec,
            int crc,
            boolean fromHeld,
            BlockListener listener)
            throws IOException {
        Objects.checkFromIndexSize(from, geometry.fingerprintBytes(), fingerprint.length);
        Objects.checkFromIndexSize(offset, length, stored.capacity());
        if (length < 1 || length > MAX_STORED_BYTES) {
            throw new InvalidArgumentException("stored bytes", length, "1.." + MAX_STORED_BYTES);
        }
        lock.lock();
        try {
            OpenTable table = group.openTable;
            int slot = group.slots;
            int at = VolumeGeometry.blockStart(group.dataEnd);
            int end = at + length;
            int held = fromHeld ? Math.max(0, heldBlocks - 1) : heldBlocks;
            if (table == null
                    || slot + held >= geometry.maxSlots()
                    || end > geometry.groupSizeBytes()
                    || heldEnd(end, slot + 1, held) > geometry.groupSizeBytes()) {
                return BlockAddress.HOLE;
            }
            reserve(heldEnd(end, slot + 1, held));
            AppendBuffer open = buffer();
            if (!open.hasRoom(end - open.end())) {
                flush(open);
            }
            table.growTo(slot);
            int endBefore = open.end();
            open.padTo(at);
            open.put(stored, offset, length);
            long address = BlockAddress.of(group.group(), slot);
            ByteBuffer chunk = table.chunk(slot);
            int fingerprintBytes = geometry.fingerprintBytes();
            TableEntry.write(
                    address,
                    chunk,
                    table.at(slot),
                    fingerprint,
                    from,
                    fingerprintBytes,
                    at,
                    length,
                    codec,
                    crc,
                    entryCrc);
            tell(listener, address, chunk, table.at(slot), open, endBefore);
            group.dataEnd = end;
            group.slots = slot + 1;
            heldBlocks = held;
            return address;
        } finally {
            lock.unlock();
        }
    }

    /** Tells of a block; if the listener fails, takes its bytes back. The next block overwrites its table entry. */
    private static void tell(
            BlockListener listener, long address, ByteBuffer chunk, int at, AppendBuffer open, int endBefore)
            throws IOException {
        boolean done = false;
        try {
            listener.added(address, chunk, at);
            done = true;
        } finally {
            if (!done) {
                open.cutTo(endBefore);
            }
        }
    }

    /** Copies bytes that are not in the file yet to the holder's scratch buffer; null if they are by now. */
    @Nullable
    ByteBuffer copyUnflushed(int offset, int length, StoredBlock into) {
        lock.lock();
        try {
            AppendBuffer open = buffer;
            if (open == null || offset + length <= group.flushedEnd) {
                return null;
            }
            ByteBuffer scratch = into.scratch(Math.max(length, geometry.blockSizeBytes()));
            open.copyOut(offset, length, scratch);
            return scratch;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is buffered; returns whether there was anything. */
    boolean flush() throws IOException {
        lock.lock();
        try {
            AppendBuffer open = buffer;
            if (open == null || open.isEmpty()) {
                return false;
            }
            flush(open);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** See {@link BlockGroups#writeAhead}. Whoever appends is not waited for. */
    void writeAhead() {
        if (lock.tryLock()) {
            try {
                if (!group.sealed) {
                    ahead.write(file, start, group.flushedEnd, allocatedEnd);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    boolean hasUnflushed() {
        return group.flushedEnd < group.dataEnd && !group.sealed;
    }

    /** See {@link GroupWriters#seal}; null if it is sealed already, or someone holds room in it. */
    @Nullable
    GroupLayout seal() throws IOException {
        GroupLayout layout;
        lock.lock();
        try {
            OpenTable table = group.openTable;
            if (table == null || heldBlocks > 0) {
                return null;
            }
            reserve(geometry.sealedEnd(group.dataEnd, group.slots));
            AppendBuffer open = buffer();
            flush(open);
            boolean done = false;
            try {
                int tableOffset = VolumeGeometry.tableOffset(group.dataEnd);
                publishSealed(tableOffset, writeTable(open, table, tableOffset));
                table.release();
                done = true;
            } finally {
                if (!done) {
                    open.startAt(group.flushedEnd); // still open; the table's bytes are garbage behind its data
                }
            }
            layout = group.layout();
        } finally {
            lock.unlock();
        }
        trim();
        return layout;
    }

    /** See {@link GroupRestore#seal}. */
    void restoreSealed(GroupLayout layout) {
        lock.lock();
        try {
            group.dataEnd = layout.dataEnd();
            group.flushedEnd = layout.dataEnd();
            group.slots = layout.slots();
            publishSealed(layout.tableOffset(), layout.tableCrc());
            restoreAllocated((int) geometry.sealedEnd(layout.dataEnd(), layout.slots()));
        } finally {
            lock.unlock();
        }
    }

    /** See {@link GroupRestore#appended}. */
    void restoreEntry(int slot, ByteBuffer entry, int from) throws CorruptionException {
        int fingerprintBytes = geometry.fingerprintBytes();
        long offset = TableEntry.dataOffsetBytes(entry, from, fingerprintBytes);
        long end = offset + TableEntry.storedBytes(entry, from, fingerprintBytes);
        lock.lock();
        try {
            OpenTable table = group.openTable;
            if (table == null) {
                return; // sealed: the table in the file has it
            }
            boolean vacant = TableEntry.isVacant(entry, from, fingerprintBytes);
            long address = BlockAddress.of(group.group(), slot);
            if (slot >= geometry.maxSlots()
                    || (!vacant && !TableEntry.isIntact(address, entry, from, fingerprintBytes))
                    || (!vacant && offset < GroupHeader.SIZE_BYTES)
                    || end > geometry.groupSizeBytes()
                    || geometry.sealedEnd((int) end, slot + 1) > geometry.groupSizeBytes()) {
                throw new CorruptionException(
                        file.description(),
                        "group " + group.group() + " slot " + slot + ": restored entry: actual end=" + end
                                + " expected=an intact entry within " + geometry.groupSizeBytes());
            }
            table.growTo(slot);
            table.chunk(slot).put(table.at(slot), entry, from, geometry.entryBytes());
            if (!vacant && end > group.dataEnd) {
                restoreEnd((int) end);
            }
            group.slots = Math.max(group.slots, slot + 1);
        } finally {
            lock.unlock();
        }
    }

    /** Everything below is in the file; what lies behind it is garbage that the next append overwrites. */
    void restoreEnd(int end) {
        group.dataEnd = end;
        group.flushedEnd = end;
        restoreAllocated(end);
    }

    /** Writes table and footer; returns the table's checksum. */
    private int writeTable(AppendBuffer open, OpenTable table, int tableOffset) throws IOException {
        CRC32C crc = new CRC32C();
        int entryBytes = geometry.entryBytes();
        int slots = group.slots;
        open.padTo(tableOffset);
        for (int slot = 0; slot < slots; slot += table.inChunk(slot)) {
            int bytes = Math.min(table.inChunk(slot), slots - slot) * entryBytes;
            ByteBuffer chunk = table.chunk(slot);
            crc.update(chunk.array(), chunk.arrayOffset(), bytes);
            if (!open.hasRoom(bytes)) {
                open.writeTo(file, start);
            }
            open.put(chunk, 0, bytes);
        }
        int tableCrc = (int) crc.getValue();
        if (!open.hasRoom(GroupFooter.ALIGNMENT_BYTES + GroupFooter.SIZE_BYTES)) {
            open.writeTo(file, start);
        }
        open.padTo((int) geometry.footerOffset(tableOffset, slots));
        int footer = open.reserve(GroupFooter.SIZE_BYTES);
        GroupFooter.Table described = new GroupFooter.Table(slots, entryBytes, group.dataEnd, tableOffset, tableCrc);
        GroupFooter.write(open.bytes(), footer, geometry.volumeId(), group.group(), described);
        open.writeTo(file, start);
        return tableCrc;
    }

    private void publishSealed(int tableOffset, int tableCrc) {
        group.tableOffset = tableOffset;
        group.tableCrc = tableCrc;
        group.sealed = true;
        group.openTable = null;
        AppendBuffer open = buffer;
        if (open != null) {
            buffer = null;
            buffers.giveBack(open);
        }
    }

    /** Gives back what was allocated ahead and is not needed by a sealed group; if that takes room there is not, it stays and counts. */
    private void trim() throws IOException {
        int keep = pageEnd((int) geometry.sealedEnd(group.dataEnd, group.slots));
        int end = allocatedEnd;
        if (end > keep && punchIfThereIsRoom(keep, end)) {
            allocatedEnd = keep;
            space.release(end - keep);
        }
    }

    /** Gives back what a crash left allocated behind a sealed group. */
    void trimRegion() throws IOException {
        int keep = pageEnd((int) geometry.sealedEnd(group.dataEnd, group.slots));
        if (keep < geometry.groupSizeBytes()) {
            punchIfThereIsRoom(keep, geometry.groupSizeBytes());
        }
    }

    /** Gives a range back; false if it stays, since the file system cannot or, full, has no room for the change. */
    private boolean punchIfThereIsRoom(int from, int end) throws IOException {
        try {
            return file.file().punch(start + from, end - from);
        } catch (VolumeFullException e) {
            return false;
        }
    }

    private AppendBuffer buffer() {
        AppendBuffer open = buffer;
        if (open == null) {
            open = buffers.take();
            open.startAt(group.flushedEnd);
            buffer = open;
            if (group.flushedEnd == 0) {
                GroupHeader.write(
                        open.bytes(),
                        open.reserve(GroupHeader.SIZE_BYTES),
                        geometry.volumeId(),
                        group.group(),
                        group.region(),
                        geometry.groupSizeBytes());
            }
        }
        return open;
    }

    private void flush(AppendBuffer open) throws IOException {
        int bytes = open.end() - open.start();
        open.writeTo(file, start);
        ahead.flushed(bytes);
        group.flushedEnd = open.end();
        // The disk works while the processors do, and the next force has less to wait for.
        if (open.end() - writingEnd >= WRITING_STEP_BYTES) {
            file.file().startWriting(start + writingEnd, open.end() - writingEnd);
            writingEnd = open.end();
        }
    }

    /** Allocates up to an offset, with a step to spare if there is room for that. */
    private void reserve(long neededEnd) throws IOException {
        int from = allocatedEnd;
        if (neededEnd <= from) {
            return;
        }
        int least = pageEnd((int) neededEnd);
        int step = Math.min(MAX_STEP_BYTES, geometry.groupSizeBytes() / STEPS_PER_GROUP);
        int generous = Math.max(least, Math.min(geometry.groupSizeBytes(), from + step));
        try {
            allocate(from, generous);
        } catch (VolumeFullException full) {
            if (generous == least) {
                throw full;
            }
            allocate(from, least);
        }
    }

    private void allocate(int from, int end) throws IOException {
        space.claim(end - from);
        boolean done = false;
        try {
            file.file().allocate(start + from, end - from);
            allocatedEnd = end;
            done = true;
        } finally {
            if (!done) {
                space.release(end - from);
            }
        }
    }

    static int pageEnd(int end) {
        return (end + PAGE_BYTES - 1) & -PAGE_BYTES;
    }
}
