package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Table entries in the bytes of a file of blocks: whose they are, and how one is changed so that its check holds. */
public final class EntryPlace {
    private static final int GROUP_NUMBER_OFFSET = 12;
    private static final int MIN_BYTES_PER_SLOT = 512;

    private EntryPlace() {}

    /**
     * The address of the block whose intact entry lies at a place.
     *
     * @param file the whole file, little-endian
     * @param at the place
     * @param fingerprintBytes the length of a fingerprint
     * @param groupSizeBytes the size of a group
     * @return the address, or {@link BlockAddress#HOLE} if no intact entry lies there
     */
    public static long addressAt(ByteBuffer file, int at, int fingerprintBytes, int groupSizeBytes) {
        int group = file.getInt(at / groupSizeBytes * groupSizeBytes + GROUP_NUMBER_OFFSET);
        for (int slot = 0; slot < groupSizeBytes / MIN_BYTES_PER_SLOT; slot++) {
            if (TableEntry.isIntact(BlockAddress.of(group, slot), file, at, fingerprintBytes)) {
                return BlockAddress.of(group, slot);
            }
        }
        return BlockAddress.HOLE;
    }

    /**
     * Where the entry of a block lies whose stored bytes are at a known place.
     *
     * @param file the whole file, little-endian
     * @param storedAt where the stored bytes start
     * @param fingerprintBytes the length of a fingerprint
     * @param groupSizeBytes the size of a group
     * @return where the entry starts
     */
    public static int entryOf(ByteBuffer file, int storedAt, int fingerprintBytes, int groupSizeBytes) {
        long offset = storedAt % groupSizeBytes;
        for (int at = storedAt; at + TableEntry.sizeBytes(fingerprintBytes) <= file.capacity(); at += 16) {
            if (TableEntry.dataOffsetBytes(file, at, fingerprintBytes) == offset
                    && !TableEntry.isVacant(file, at, fingerprintBytes)
                    && addressAt(file, at, fingerprintBytes, groupSizeBytes) != BlockAddress.HOLE) {
                return at;
            }
        }
        throw new AssertionError("no entry of the block at " + storedAt);
    }

    /**
     * The checksum of the table of a sealed group, as its footer has it.
     *
     * @param file the whole file, little-endian
     * @param entryAt where one of its entries starts
     * @return where the footer starts
     */
    public static int footerBehind(ByteBuffer file, int entryAt) {
        int at = (entryAt + 63) & -64;
        while (file.getLong(at) != GroupFooter.MAGIC) {
            at += 64;
        }
        return at;
    }

    /**
     * Makes a changed entry's check right again.
     *
     * @param address the block's address
     * @param table holds the entry, little-endian
     * @param at where it starts
     * @param fingerprintBytes the length of a fingerprint
     */
    public static void mend(long address, ByteBuffer table, int at, int fingerprintBytes) {
        int checked = TableEntry.sizeBytes(fingerprintBytes) - Integer.BYTES;
        CRC32C crc = new CRC32C();
        Checksums.update(crc, table, at, checked);
        table.putInt(at + checked, TableEntry.check(address, crc));
    }
}
