package io.github.livededup.engine.volume;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.format.GroupFooter;
import io.github.livededup.engine.format.GroupHeader;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.io.MappedRegion;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One block group as readers see it; all its methods are called by readers in the gate. What its appender changes is
 * published by volatile writes:
 *
 * <pre>
 *  field       written by         read by
 *  slots       append, restore    everybody; entries below it are complete
 *  dataEnd     append, restore    everybody; written before slots
 *  flushedEnd  flush              readers; the file has all bytes below it
 *  sealed      seal               everybody; tableOffset and tableCrc are final then
 *  openTable   seal sets null     readers; written last
 *  retired     compaction         lookups; a larger set takes the place of a smaller one
 * </pre>
 *
 * A reader takes {@code openTable} first: if it is there, the table in memory serves, even if the group is sealed
 * meanwhile; if it is not, the group is sealed and the table in the file serves. The table's memory goes to another group only when
 * all readers have left the gate that came before it was taken out.
 */
final class BlockGroup {
    final GroupMapping mapping;
    volatile @Nullable OpenTable openTable;
    volatile boolean sealed;
    volatile int slots;
    volatile int dataEnd = GroupHeader.SIZE_BYTES;
    volatile int flushedEnd;
    /** Slots whose blocks died and get no reference any more; what is in the set never changes. */
    volatile @Nullable SlotSet retired;

    int tableOffset;
    int tableCrc;

    private final BlockFile file;
    private final VolumeGeometry geometry;
    private final Residency residency;
    private final GroupAppender appender;
    private final int group;
    private final int region;
    private final int entryBytes;
    private final int fingerprintBytes;

    /** What readers touched since the group was last dropped. */
    private final TouchedWindows touched;

    BlockGroup(GroupContext context, int group, int region) {
        this.file = context.file();
        this.geometry = context.geometry();
        this.residency = context.residency();
        this.group = group;
        this.region = region;
        this.entryBytes = geometry.entryBytes();
        this.fingerprintBytes = geometry.fingerprintBytes();
        this.touched = new TouchedWindows(geometry.groupSizeBytes());
        this.mapping = new GroupMapping(file.file(), geometry, group, region);
        this.openTable = new OpenTable(context.chunks());
        this.appender = new GroupAppender(context, this);
    }

    int group() {
        return group;
    }

    int region() {
        return region;
    }

    GroupAppender appender() {
        return appender;
    }

    GroupLayout layout() {
        if (sealed) {
            return new GroupLayout(group, region, true, slots, dataEnd, tableOffset, tableCrc);
        }
        int slotsNow = slots; // before dataEnd, so that dataEnd covers them
        return new GroupLayout(group, region, false, slotsNow, dataEnd, 0, 0);
    }

    boolean locate(int slot, StoredBlock into) throws IOException {
        EntryReader entry = into.entryReader(fingerprintBytes);
        if (!load(slot, entry)) {
            return false;
        }
        long offset = entry.dataOffsetBytes();
        int length = entry.storedBytes();
        if (offset < GroupHeader.SIZE_BYTES || offset + length > dataEnd) {
            throw damaged(slot, "stored bytes: actual=" + offset + "+" + length + " expected=within " + dataEnd);
        }
        if (offset + length > flushedEnd) {
            ByteBuffer copy = appender.copyUnflushed((int) offset, length, into);
            if (copy != null) {
                into.show(copy, 0, entry, null);
                return true;
            }
        }
        ByteBuffer mapped = mapping.buffer();
        if (offset + length > mapped.capacity()) {
            throw damaged(slot, "file: actual end=" + mapped.capacity() + " expected=at least " + (offset + length));
        }
        into.show(mapped, (int) offset, entry, this);
        return true;
    }

    /** See {@link DamagedBlocks#repair}. */
    boolean repair(int slot, ByteBuffer stored) throws IOException {
        EntryReader entry = new EntryReader(fingerprintBytes);
        if (!load(slot, entry)
                || entry.storedBytes() != stored.remaining()
                || entry.storedCrc() != Checksums.crc32c(stored, stored.position(), stored.remaining())) {
            return false;
        }
        long offset = entry.dataOffsetBytes();
        if (offset < GroupHeader.SIZE_BYTES || offset + stored.remaining() > flushedEnd) {
            return false; // what is not in the file yet is not damaged there
        }
        file.write(stored.duplicate(), geometry.regionStart(region) + offset);
        return true;
    }

    /** The {@link BlockPlace} of a slot, as its table entry says; the entry's checksum is not looked at. */
    long place(int slot) throws IOException {
        OpenTable open = openTable;
        if (slot >= slots) {
            return BlockPlace.UNKNOWN;
        }
        ByteBuffer table = table(open, slot);
        int at = at(open, slot);
        long offset = TableEntry.dataOffsetBytes(table, at, fingerprintBytes);
        int length = TableEntry.storedBytes(table, at, fingerprintBytes);
        touchedEntry(open, at);
        boolean isPossible = offset >= GroupHeader.SIZE_BYTES && offset + length <= dataEnd;
        return isPossible ? BlockPlace.of(group, offset, length) : BlockPlace.UNKNOWN;
    }

    /** Whether a slot holds a block that was not retired. */
    boolean isUsable(int slot) throws IOException {
        OpenTable open = openTable;
        if (slot >= slots || isRetired(slot)) {
            return false;
        }
        return !isVacant(open, slot);
    }

    private boolean isRetired(int slot) {
        SlotSet set = retired;
        return set != null && set.contains(slot);
    }

    boolean fingerprintMatches(int slot, byte[] fingerprint, int from, EntryReader entry) throws IOException {
        OpenTable open = openTable;
        if (slot >= slots || isRetired(slot)) {
            return false;
        }
        ByteBuffer table = table(open, slot);
        int at = at(open, slot);
        boolean matches = TableEntry.matches(table, at, fingerprint, from, fingerprintBytes)
                && entry.load(BlockAddress.of(group, slot), table, at);
        touchedEntry(open, at);
        return matches;
    }

    /** Takes over an entry; false if there is no block in the slot. */
    boolean load(int slot, EntryReader entry) throws IOException {
        OpenTable open = openTable;
        if (slot >= slots) {
            return false;
        }
        int at = at(open, slot);
        ByteBuffer table = table(open, slot);
        boolean isThere = entry.load(BlockAddress.of(group, slot), table, at);
        touchedEntry(open, at);
        if (isThere) {
            return true;
        }
        if (entry.isVacant()) {
            return false;
        }
        throw damaged(slot, "table entry checksum");
    }

    /** See {@link BlockGroups#forEachHead}. One checksum over a sealed group's table spares those of its entries. */
    int forEachHead(FingerprintHeads heads, FingerprintHeads.Visitor visitor) throws IOException {
        OpenTable open = openTable;
        int end = slots;
        int damaged = 0;
        ByteBuffer whole = null;
        if (open == null) {
            ByteBuffer mapped = sealedTable();
            whole = Checksums.crc32c(mapped, tableOffset, end * entryBytes) == tableCrc ? mapped : null;
        }
        EntryReader entry = new EntryReader(fingerprintBytes);
        for (int from = FingerprintHeads.lastPart(end); from >= 0; from -= FingerprintHeads.CAPACITY) {
            int to = Math.min(end, from + FingerprintHeads.CAPACITY);
            heads.clear();
            if (whole != null) {
                readHeads(from, to, whole, heads);
            } else {
                damaged += readIntactHeads(from, to, open, entry, heads);
            }
            visitor.visit(heads);
        }
        if (open == null) {
            touchedTable();
        }
        return damaged;
    }

    private void readHeads(int from, int to, ByteBuffer table, FingerprintHeads heads) {
        SlotSet gone = retired;
        for (int slot = from, at = tableOffset + from * entryBytes; slot < to; slot++, at += entryBytes) {
            if ((gone == null || !gone.contains(slot)) && !TableEntry.isVacant(table, at, fingerprintBytes)) {
                heads.add(slot, table.getLong(at), table.getLong(at + Long.BYTES));
            }
        }
    }

    /** Reads what is intact; returns the number of damaged entries. */
    private int readIntactHeads(int from, int to, @Nullable OpenTable open, EntryReader entry, FingerprintHeads heads)
            throws IOException {
        int damaged = 0;
        for (int slot = from; slot < to; slot++) {
            if (isRetired(slot)) {
                continue;
            }
            if (entry.load(BlockAddress.of(group, slot), table(open, slot), at(open, slot))) {
                heads.add(slot, entry.entry().getLong(0), entry.entry().getLong(Long.BYTES));
            } else if (!entry.isVacant()) {
                damaged++;
            }
        }
        return damaged;
    }

    /** Visits the intact entries of some slots, retired or not. */
    void forEachEntry(SlotSet wanted, EntryVisitor visitor) throws IOException {
        OpenTable open = openTable;
        EntryReader entry = new EntryReader(fingerprintBytes);
        for (int slot = 0, end = slots; slot < end; slot++) {
            if (!wanted.contains(slot)) {
                continue;
            }
            if (entry.load(BlockAddress.of(group, slot), table(open, slot), at(open, slot))) {
                visitor.visit(slot, entry.entry(), 0);
            }
            touchedEntry(open, at(open, slot));
        }
    }

    /** Whether a slot's entry was never filled, or was cleared by a compaction. */
    boolean isVacant(int slot) throws IOException {
        return isVacant(openTable, slot);
    }

    private boolean isVacant(@Nullable OpenTable open, int slot) throws IOException {
        int at = at(open, slot);
        boolean isVacant = TableEntry.isVacant(table(open, slot), at, fingerprintBytes);
        touchedEntry(open, at);
        return isVacant;
    }

    /** Copies whole entries as they are; returns how many. */
    int copyEntries(int fromSlot, ByteBuffer into) throws IOException {
        OpenTable open = openTable;
        int end = slots;
        int slot = fromSlot;
        while (slot < end && into.remaining() >= entryBytes) {
            into.put(into.position(), table(open, slot), at(open, slot), entryBytes);
            touchedEntry(open, at(open, slot));
            into.position(into.position() + entryBytes);
            slot++;
        }
        return slot - fromSlot;
    }

    /** Checks header, footer and table; each entry of an open group. */
    void check() throws IOException {
        String problem;
        if (openTable != null) {
            int damaged = forEachHead(new FingerprintHeads(), heads -> {});
            problem = damaged == 0 ? null : "damaged entries: actual=" + damaged + " expected=0";
        } else {
            problem = sealedProblem(sealedTable());
            touchedTable();
        }
        if (problem != null) {
            throw new CorruptionException(file.description(), "group " + group + ": " + problem);
        }
    }

    /** Checks that it lies in its region: the header, and a sealed group's footer. */
    void checkPlace() throws IOException {
        if (openTable != null) {
            if (flushedEnd > 0) {
                mapping.get();
            }
            return;
        }
        String problem = footerProblem(sealedTable());
        if (problem != null) {
            throw new CorruptionException(file.description(), "group " + group + ": " + problem);
        }
    }

    private @Nullable String sealedProblem(ByteBuffer mapped) {
        String problem = footerProblem(mapped);
        if (problem != null) {
            return problem;
        }
        int crc = Checksums.crc32c(mapped, tableOffset, slots * entryBytes);
        return crc == tableCrc ? null : "group table checksum: actual=" + crc + " expected=" + tableCrc;
    }

    private @Nullable String footerProblem(ByteBuffer mapped) {
        int footer = (int) geometry.footerOffset(tableOffset, slots);
        if (footer + GroupFooter.SIZE_BYTES > mapped.capacity()) {
            return "group footer: actual=beyond the end of the file expected=at " + footer;
        }
        GroupFooter.Table expected = new GroupFooter.Table(slots, entryBytes, dataEnd, tableOffset, tableCrc);
        return GroupFooter.problem(mapped, footer, geometry.volumeId(), group, expected);
    }

    /** Announces a range of stored blocks, as far as it is in the file. */
    void willNeed(int offset, int length) throws IOException {
        int flushed = Math.min(offset + length, flushedEnd);
        if (flushed <= offset) {
            return; // nothing to map, perhaps not even the header
        }
        MappedRegion mapped = mapping.get();
        int end = Math.min(flushed, mapped.buffer().capacity());
        if (end > offset) {
            mapped.willNeed(offset, end - offset);
        }
    }

    void prefetch() throws IOException {
        if (openTable == null) {
            int tableBytes = slots * entryBytes;
            sealedTable();
            mapping.get().willNeed(tableOffset, tableBytes);
        }
    }

    long touchedBytes() {
        return touched.bytes();
    }

    /** Drops it from resident memory; returns the bytes that do not count any more. */
    long dropResident() {
        long counted = touched.clear(); // before, so that what is read meanwhile counts again
        MappedRegion mapped = mapping.ifMapped();
        if (mapped != null) {
            mapped.dropResident();
        }
        return counted;
    }

    /** Drops it, since nobody finds it any more who could. */
    void forget() {
        residency.gone(dropResident());
    }

    /** Unmaps it; when no reader is left and none can come. */
    void unmap() {
        mapping.close();
        residency.gone(touched.clear());
    }

    private void touchedEntry(@Nullable OpenTable open, int at) {
        if (open == null) {
            touched(at, entryBytes);
        }
    }

    private void touchedTable() {
        touched(tableOffset, slots * entryBytes);
    }

    /**
     * Notes that a range of the mapping was read. Behind the reading, not before it: others may drop this group in between, and then
     * what was read would stay in memory and not count.
     */
    void touched(int offset, int length) {
        int fresh = touched.add(offset, length);
        if (fresh > 0) {
            residency.touched(fresh);
        }
    }

    private ByteBuffer table(@Nullable OpenTable open, int slot) throws IOException {
        return open != null ? open.chunk(slot) : sealedTable();
    }

    private int at(@Nullable OpenTable open, int slot) {
        return open != null ? open.at(slot) : tableOffset + slot * entryBytes;
    }

    /** The mapping of a sealed group, long enough for its table. */
    private ByteBuffer sealedTable() throws IOException {
        ByteBuffer mapped = mapping.buffer();
        long end = tableOffset + (long) slots * entryBytes;
        if (end > mapped.capacity()) {
            throw new CorruptionException(
                    file.description(),
                    "group " + group + ": file: actual end=" + mapped.capacity() + " expected=at least " + end);
        }
        return mapped;
    }

    private CorruptionException damaged(int slot, String what) {
        return new CorruptionException(
                file.description(),
                "block " + BlockAddress.of(group, slot) + " (group " + group + " slot " + slot + "): " + what);
    }
}
