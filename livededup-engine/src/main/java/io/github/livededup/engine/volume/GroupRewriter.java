package io.github.livededup.engine.volume;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupFooter;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.lifecycle.ReaderGate;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Copies one sealed group to another region without some of its slots, whose entries become vacant. Blocks stay in slot
 * order, so the locality of the group does. Stored bytes are copied as they are, damaged ones too: the damage is then
 * still found by their checksum. Where a long stretch of the table is vacant nothing is written, if the region is a hole
 * there. Space is allocated before anything is written to it. For one use by one thread.
 */
final class GroupRewriter {
    /** Blocks copied between two calls of the listener, and in one stay in the reader gate. */
    private static final int STEP_SLOTS = 256;
    /** The table is put together in pieces of so many entries. */
    private static final int PIECE_SLOTS = 64;
    /** A vacant stretch at least this long is left as a hole. */
    private static final int MIN_HOLE_BYTES = 4 * 4096;

    private final BlockFile file;
    private final Space space;
    private final VolumeGeometry geometry;
    private final AppendBuffers buffers;
    private final ReaderGate gate;
    private final BlockGroup from;
    private final BlockGroup to;
    private final SlotSet without;
    private final long start;
    private final StoredBlock block = new StoredBlock();
    /** For entries' checks. */
    private final CRC32C entryCrc = new CRC32C();

    private final EntryReader entry;
    private final byte[] fingerprint;
    private final AppendBuffer buffer;
    /** The new table; entries of slots left out are zero. */
    private final ByteBuffer table;

    private final int slots;
    private int claimedBytes;
    /** Pages below this one are allocated or left as holes. */
    private int allocatedTo;

    private long copiedBytes;
    private long damagedBlocks;

    GroupRewriter(GroupContext context, ReaderGate gate, BlockGroup from, BlockGroup to, SlotSet without) {
        this.file = context.file();
        this.space = context.space();
        this.geometry = context.geometry();
        this.buffers = context.buffers();
        this.gate = gate;
        this.from = from;
        this.to = to;
        this.without = without;
        this.start = geometry.regionStart(to.region());
        this.entry = new EntryReader(geometry.fingerprintBytes());
        this.fingerprint = new byte[geometry.fingerprintBytes()];
        this.slots = lastKept(from, without) + 1;
        this.table = ByteBuffer.allocate(slots * geometry.entryBytes()).order(ByteOrder.LITTLE_ENDIAN);
        this.buffer = buffers.take();
    }

    private static int lastKept(BlockGroup group, SlotSet without) {
        int slot = group.slots - 1;
        while (slot >= 0 && without.contains(slot)) {
            slot--;
        }
        return slot;
    }

    /** Makes the copy. */
    RewrittenGroup run(RewriteListener listener) throws IOException {
        int dataEnd = measure();
        file.growTo(start + geometry.groupSizeBytes());
        buffer.startAt(0);
        GroupHeader.write(
                buffer.bytes(),
                buffer.reserve(GroupHeader.SIZE_BYTES),
                geometry.volumeId(),
                to.group(),
                to.region(),
                geometry.groupSizeBytes());
        allocateTo(dataEnd);
        for (int slot = 0; slot < slots; slot += STEP_SLOTS) {
            long before = copiedBytes;
            copy(slot, Math.min(slot + STEP_SLOTS, slots));
            listener.copied(copiedBytes - before);
        }
        int tableOffset = VolumeGeometry.tableOffset(dataEnd);
        int crc = writeTable(dataEnd, tableOffset);
        GroupLayout layout = new GroupLayout(to.group(), to.region(), true, slots, dataEnd, tableOffset, crc);
        to.appender().adoptSealed(layout, claimedBytes);
        RewrittenGroup rewritten = new RewrittenGroup(to, copiedBytes, damagedBlocks);
        buffers.giveBack(buffer); // nothing fails any more, or giveUp() would give it back again
        return rewritten;
    }

    /** Gives back what was taken; false if the region may still hold something. */
    boolean giveUp() {
        buffers.giveBack(buffer);
        try {
            if (allocatedTo > 0) {
                file.file().punch(start, geometry.groupSizeBytes());
            }
            space.release(claimedBytes);
            return true;
        } catch (IOException e) {
            // The caller is on its way out with the failure that led here; the next open punches the region.
            return false;
        }
    }

    /** Where the blocks will end; a damaged entry shows before anything is written. */
    private int measure() throws IOException {
        int end = GroupHeader.SIZE_BYTES;
        int ticket = gate.enter();
        try {
            for (int slot = 0; slot < slots; slot++) {
                if (!without.contains(slot) && from.load(slot, entry)) {
                    end = VolumeGeometry.blockStart(end) + entry.storedBytes();
                }
            }
        } finally {
            gate.leave(ticket);
        }
        return end;
    }

    private void copy(int fromSlot, int toSlot) throws IOException {
        int ticket = gate.enter();
        try {
            for (int slot = fromSlot; slot < toSlot; slot++) {
                if (!without.contains(slot) && from.load(slot, entry) && from.locate(slot, block)) {
                    copyBlock(slot);
                    block.release();
                }
            }
        } finally {
            gate.leave(ticket);
        }
    }

    private void copyBlock(int slot) throws IOException {
        int length = block.lengthBytes();
        int at = VolumeGeometry.blockStart(buffer.end());
        if (!buffer.hasRoom(at + length - buffer.end())) {
            buffer.writeTo(file, start);
        }
        damagedBlocks += block.isIntact() ? 0 : 1;
        buffer.padTo(at);
        buffer.put(block.buffer(), block.offset(), length);
        entry.entry().get(0, fingerprint);
        TableEntry.write(
                BlockAddress.of(from.group(), slot),
                table,
                slot * geometry.entryBytes(),
                fingerprint,
                0,
                fingerprint.length,
                at,
                length,
                block.codec(),
                block.storedCrc(),
                entryCrc);
        copiedBytes += length;
    }

    /** Writes table and footer behind the blocks; returns the table's checksum. */
    private int writeTable(int dataEnd, int tableOffset) throws IOException {
        CRC32C crc = new CRC32C();
        crc.update(table.array(), 0, table.capacity());
        int tableCrc = (int) crc.getValue();
        if (!buffer.hasRoom(tableOffset - buffer.end())) {
            flush();
        }
        buffer.padTo(tableOffset);
        boolean mayLeaveHoles = file.file().seek(start + allocatedTo, true) >= start + geometry.groupSizeBytes();
        int at = 0;
        while (at < table.capacity()) {
            int kept = mayLeaveHoles ? vacantFrom(at) : at;
            if (kept - at >= MIN_HOLE_BYTES) {
                flush();
                buffer.startAt(tableOffset + kept);
                at = kept;
            }
            int piece = Math.min(PIECE_SLOTS * geometry.entryBytes(), table.capacity() - at);
            put(table, at, piece);
            at += piece;
        }
        if (!buffer.hasRoom(GroupFooter.ALIGNMENT_BYTES + GroupFooter.SIZE_BYTES)) {
            flush();
        }
        buffer.padTo((int) geometry.footerOffset(tableOffset, slots));
        GroupFooter.Table described =
                new GroupFooter.Table(slots, geometry.entryBytes(), dataEnd, tableOffset, tableCrc);
        GroupFooter.write(
                buffer.bytes(), buffer.reserve(GroupFooter.SIZE_BYTES), geometry.volumeId(), to.group(), described);
        flush();
        return tableCrc;
    }

    /** Where a vacant stretch of the new table ends, in whole entries. */
    private int vacantFrom(int at) {
        int end = at;
        while (end < table.capacity() && table.getLong(end) == 0 && isVacantEntry(end)) {
            end += geometry.entryBytes();
        }
        return end;
    }

    private boolean isVacantEntry(int at) {
        return TableEntry.isVacant(table, at, geometry.fingerprintBytes());
    }

    private void put(ByteBuffer bytes, int at, int count) throws IOException {
        if (!buffer.hasRoom(count)) {
            flush();
        }
        buffer.put(bytes, at, count);
    }

    /** Writes what is buffered, into space that is allocated first. */
    private void flush() throws IOException {
        int first = buffer.start() & -4096;
        if (first > allocatedTo) {
            allocatedTo = first;
        }
        allocateTo(buffer.end());
        buffer.writeTo(file, start);
    }

    private void allocateTo(int end) throws IOException {
        int pageEnd = GroupAppender.pageEnd(end);
        if (pageEnd > allocatedTo) {
            int bytes = pageEnd - allocatedTo;
            space.claimToReclaim(bytes);
            claimedBytes += bytes;
            file.file().allocate(start + allocatedTo, bytes);
            allocatedTo = pageEnd;
        }
    }
}
