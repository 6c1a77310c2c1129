package io.github.livededup.engine.format;

import java.nio.ByteBuffer;

/**
 * One entry of a block group's fingerprint table: the fingerprint, then 16 bytes, little-endian.
 *
 * <pre>
 *  0                 fingerprint, {@code f} bytes (32 or 16)
 *  f + 0   u32       data offset in the group, in 16-byte units
 *  f + 4   u16       stored length in bytes, minus 1
 *  f + 6   u8        codec of the stored bytes
 *  f + 7   u8        flags, 0
 *  f + 8   u32       CRC32C of the stored bytes
 *  f + 12  u32       CRC32C of the bytes before
 * </pre>
 */
public final class TableEntry {
    /** Data offsets are multiples of this. */
    public static final int DATA_UNIT_BYTES = 16;
    /** What follows the fingerprint. */
    public static final int TAIL_BYTES = 16;

    private static final int DATA_OFFSET = 0;
    private static final int LENGTH_OFFSET = 4;
    private static final int CODEC_OFFSET = 6;
    private static final int FLAGS_OFFSET = 7;
    private static final int STORED_CRC_OFFSET = 8;
    private static final int ENTRY_CRC_OFFSET = 12;

    private TableEntry() {}

    /**
     * The size of an entry.
     *
     * @param fingerprintBytes the fingerprint's length
     * @return the size in bytes
     */
    public static int sizeBytes(int fingerprintBytes) {
        return fingerprintBytes + TAIL_BYTES;
    }

    /**
     * Writes an entry, its own checksum included.
     *
     * @param table little-endian buffer; position and limit stay
     * @param at where the entry starts
     * @param fingerprint holds the fingerprint
     * @param fingerprintFrom where it starts there
     * @param fingerprintBytes its length
     * @param dataOffsetBytes where the stored bytes start in the group, a multiple of 16
     * @param storedBytes their number, from 1 to 65,536
     * @param codec their codec
     * @param storedCrc their CRC32C
     */
    public static void write(
            ByteBuffer table,
            int at,
            byte[] fingerprint,
            int fingerprintFrom,
            int fingerprintBytes,
            int dataOffsetBytes,
            int storedBytes,
            int codec,
            int storedCrc) {
        table.put(at, fingerprint, fingerprintFrom, fingerprintBytes);
        int tail = at + fingerprintBytes;
        table.putInt(tail + DATA_OFFSET, dataOffsetBytes / DATA_UNIT_BYTES);
        table.putShort(tail + LENGTH_OFFSET, (short) (storedBytes - 1));
        table.put(tail + CODEC_OFFSET, (byte) codec);
        table.put(tail + FLAGS_OFFSET, (byte) 0);
        table.putInt(tail + STORED_CRC_OFFSET, storedCrc);
        table.putInt(tail + ENTRY_CRC_OFFSET, Checksums.crc32c(table, at, fingerprintBytes + ENTRY_CRC_OFFSET));
    }

    /**
     * Whether an entry's own checksum holds.
     *
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return true if it holds
     */
    public static boolean isIntact(ByteBuffer table, int at, int fingerprintBytes) {
        return table.getInt(at + fingerprintBytes + ENTRY_CRC_OFFSET)
                == Checksums.crc32c(table, at, fingerprintBytes + ENTRY_CRC_OFFSET);
    }

    /**
     * Whether a slot was never filled: all of the entry's tail is zero, which no intact entry's is. Such slots are left by
     * recovery, when a block was journaled and one before it in the table was not.
     *
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return true if there is no block
     */
    public static boolean isVacant(ByteBuffer table, int at, int fingerprintBytes) {
        int tail = at + fingerprintBytes;
        return (table.getLong(tail) | table.getLong(tail + Long.BYTES)) == 0;
    }

    /**
     * Where the stored bytes start in the group.
     *
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return the offset in bytes, up to 64 GiB
     */
    public static long dataOffsetBytes(ByteBuffer table, int at, int fingerprintBytes) {
        return Integer.toUnsignedLong(table.getInt(at + fingerprintBytes + DATA_OFFSET)) * DATA_UNIT_BYTES;
    }

    /**
     * The number of stored bytes.
     *
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return from 1 to 65,536
     */
    public static int storedBytes(ByteBuffer table, int at, int fingerprintBytes) {
        return Short.toUnsignedInt(table.getShort(at + fingerprintBytes + LENGTH_OFFSET)) + 1;
    }

    /**
     * The codec of the stored bytes.
     *
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return the codec's number
     */
    public static int codec(ByteBuffer table, int at, int fingerprintBytes) {
        return Byte.toUnsignedInt(table.get(at + fingerprintBytes + CODEC_OFFSET));
    }

    /**
     * The CRC32C of the stored bytes.
     *
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return the checksum
     */
    public static int storedCrc(ByteBuffer table, int at, int fingerprintBytes) {
        return table.getInt(at + fingerprintBytes + STORED_CRC_OFFSET);
    }

    /**
     * Whether an entry holds a fingerprint.
     *
     * @param table the buffer, little-endian
     * @param at where the entry starts
     * @param fingerprint holds the fingerprint
     * @param fingerprintFrom where it starts there
     * @param fingerprintBytes its length, a multiple of 8
     * @return true if all bytes are equal
     */
    public static boolean matches(
            ByteBuffer table, int at, byte[] fingerprint, int fingerprintFrom, int fingerprintBytes) {
        for (int i = 0; i < fingerprintBytes; i += Long.BYTES) {
            if (table.getLong(at + i) != Bytes.longAt(fingerprint, fingerprintFrom + i)) {
                return false;
            }
        }
        return true;
    }
}
