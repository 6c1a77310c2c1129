package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

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
 *  f + 12  u32       check: CRC32C of the bytes before and of the address as u64, times 0x9E3779B1, modulo 2^32
 * </pre>
 *
 * The address, which is not stored, binds an entry to its place: it is not intact in another slot or group. The product is no linear
 * function of the bytes, as a CRC is; a CRC over many entries that end with bare CRCs would be the same for all.
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
    private static final int CHECK_OFFSET = 12;
    private static final int CHECK_FACTOR = 0x9E3779B1;

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
     * Writes an entry, its check included.
     *
     * @param address the block's address
     * @param table little-endian buffer; position and limit stay
     * @param at where the entry starts
     * @param fingerprint holds the fingerprint
     * @param fingerprintFrom where it starts there
     * @param fingerprintBytes its length
     * @param dataOffsetBytes where the stored bytes start in the group, a multiple of 16
     * @param storedBytes their number, from 1 to 65,536
     * @param codec their codec
     * @param storedCrc their CRC32C
     * @param crc used for the check, whatever it holds
     */
    public static void write(
            long address,
            ByteBuffer table,
            int at,
            byte[] fingerprint,
            int fingerprintFrom,
            int fingerprintBytes,
            int dataOffsetBytes,
            int storedBytes,
            int codec,
            int storedCrc,
            CRC32C crc) {
        table.put(at, fingerprint, fingerprintFrom, fingerprintBytes);
        int tail = at + fingerprintBytes;
        table.putInt(tail + DATA_OFFSET, dataOffsetBytes / DATA_UNIT_BYTES);
        table.putShort(tail + LENGTH_OFFSET, (short) (storedBytes - 1));
        table.put(tail + CODEC_OFFSET, (byte) codec);
        table.put(tail + FLAGS_OFFSET, (byte) 0);
        table.putInt(tail + STORED_CRC_OFFSET, storedCrc);
        crc.reset();
        Checksums.update(crc, table, at, fingerprintBytes + CHECK_OFFSET);
        table.putInt(tail + CHECK_OFFSET, check(address, crc));
    }

    /**
     * Whether an entry's check holds.
     *
     * @param address the address that it is looked up for
     * @param table the buffer
     * @param at where the entry starts
     * @param fingerprintBytes the fingerprint's length
     * @return true if it holds
     */
    public static boolean isIntact(long address, ByteBuffer table, int at, int fingerprintBytes) {
        return table.getInt(at + fingerprintBytes + CHECK_OFFSET) == check(address, table, at, fingerprintBytes);
    }

    /**
     * An entry's check.
     *
     * @param address the block's address
     * @param crc has taken in the bytes before the check; takes in the address as well
     * @return the check
     */
    public static int check(long address, CRC32C crc) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (address >>> shift));
        }
        return (int) crc.getValue() * CHECK_FACTOR;
    }

    private static int check(long address, ByteBuffer table, int at, int fingerprintBytes) {
        CRC32C crc = new CRC32C();
        Checksums.update(crc, table, at, fingerprintBytes + CHECK_OFFSET);
        return check(address, crc);
    }

    /**
     * Whether a slot holds no block: all of the entry's tail is zero, which no intact entry's is. Such slots are left by
     * recovery, when a block was journaled and one before it in the table was not, and by compaction, of blocks that died.
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
