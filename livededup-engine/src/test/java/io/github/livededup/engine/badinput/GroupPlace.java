package io.github.livededup.engine.badinput;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.EntryPlace;
import io.github.livededup.engine.format.TableEntry;
import io.github.livededup.engine.fuzz.MetadataPages;
import io.github.livededup.engine.fuzz.VolumeBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a block group lies in a volume of groups of 1 MiB and entries of 48 bytes, as its record in the group directory says.
 *
 * @param recordPage the page of the record
 * @param record where the record starts in {@code metadata.dat}
 * @param start where the group starts in {@code blocks.dat}
 * @param slots its slots
 * @param table where its table starts in {@code blocks.dat}
 */
record GroupPlace(long recordPage, long record, long start, int slots, long table) {
    private static final int GROUP_BYTES = 1 << 20;
    private static final int ENTRY_BYTES = 48;
    private static final int RECORD_BYTES = 96;

    static GroupPlace firstSealed(VolumeBytes volume) {
        return first(volume, 2, false);
    }

    /** The first that has retired slots. */
    static GroupPlace firstRetired(VolumeBytes volume) {
        return first(volume, 2, true);
    }

    static GroupPlace firstOpen(VolumeBytes volume) {
        return first(volume, 1, false);
    }

    private static GroupPlace first(VolumeBytes volume, int state, boolean isRetired) {
        MetadataPages.Found page = MetadataPages.first(MetadataPages.of(volume), MetadataPages.GROUPS, 0);
        for (int index = 1; index < 42; index++) {
            long at = page.position() + MetadataPages.HEADER + index * RECORD_BYTES;
            ByteBuffer record = volume.buffer("metadata.dat", at, RECORD_BYTES);
            if (record.get(0) == state && (record.getLong(80) != 0) == isRetired) {
                long start = record.getInt(4) * (long) GROUP_BYTES;
                return new GroupPlace(page.number(), at, start, record.getInt(8), start + record.getLong(24));
            }
        }
        throw new IllegalStateException("no group of state " + state);
    }

    long entry(int slot) {
        return table + slot * (long) ENTRY_BYTES;
    }

    long footer() {
        return (table + slots * (long) ENTRY_BYTES + 63) & -64;
    }

    /** Where a block's stored bytes start. */
    long block(VolumeBytes volume, int slot) {
        return start + volume.buffer("blocks.dat", entry(slot) + 32, 4).getInt() * 16L;
    }

    /** Makes the check of a slot's entry right. */
    void sealEntry(VolumeBytes volume, int slot) {
        int group = volume.buffer("blocks.dat", start + 12, Integer.BYTES).getInt();
        ByteBuffer entry = volume.buffer("blocks.dat", entry(slot), ENTRY_BYTES);
        EntryPlace.mend(BlockAddress.of(group, slot), entry, 0, ENTRY_BYTES - TableEntry.TAIL_BYTES);
        volume.write("blocks.dat", entry(slot), entry.array());
    }

    /** Makes the table's checksum right wherever it is. */
    void sealTable(VolumeBytes volume) {
        byte[] entries = volume.read("blocks.dat", table, slots * ENTRY_BYTES);
        byte[] crc = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Checksums.crc32c(entries, 0, entries.length))
                .array();
        volume.write("blocks.dat", footer() + 48, crc);
        volume.sealBehind("blocks.dat", footer(), 60);
        volume.write("metadata.dat", record + 12, crc);
        volume.sealPage(recordPage);
    }
}
