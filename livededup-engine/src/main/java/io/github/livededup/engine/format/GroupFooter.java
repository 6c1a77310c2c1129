package io.github.livededup.engine.format;

import static io.github.livededup.engine.format.GroupHeader.differs;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The 64 bytes behind a sealed group's fingerprint table, at the next multiple of 64, little-endian.
 *
 * <pre>
 *   0  u64      magic, the bytes "LDGROUPF"
 *   8  u32      version, 1
 *  12  u32      group, from 1
 *  16  u128     volume id: most significant half, then least significant half
 *  32  u32      slots of the table
 *  36  u32      size of a table entry in bytes
 *  40  u32      end of the stored blocks, from the group's start
 *  44  u32      start of the table, from the group's start, a multiple of 64
 *  48  u32      CRC32C of the table
 *  52  8 bytes  0
 *  60  u32      CRC32C of the bytes before
 * </pre>
 */
public final class GroupFooter {
    /** The footer's size. */
    public static final int SIZE_BYTES = 64;
    /** Table and footer start at multiples of this. */
    public static final int ALIGNMENT_BYTES = 64;
    /** The version written and the only one read. */
    public static final int VERSION = 1;

    static final long MAGIC = 0x4650554F5247444CL;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    private static final int GROUP_OFFSET = VERSION_OFFSET + Integer.BYTES;
    private static final int VOLUME_ID_OFFSET = GROUP_OFFSET + Integer.BYTES;
    private static final int SLOTS_OFFSET = VOLUME_ID_OFFSET + 2 * Long.BYTES;
    private static final int ENTRY_BYTES_OFFSET = SLOTS_OFFSET + Integer.BYTES;
    private static final int DATA_END_OFFSET = ENTRY_BYTES_OFFSET + Integer.BYTES;
    private static final int TABLE_OFFSET = DATA_END_OFFSET + Integer.BYTES;
    private static final int TABLE_CRC_OFFSET = TABLE_OFFSET + Integer.BYTES;
    private static final int SPARE_OFFSET = TABLE_CRC_OFFSET + Integer.BYTES;
    private static final int CRC_OFFSET = SIZE_BYTES - Integer.BYTES;

    private GroupFooter() {}

    /**
     * What a footer says of its table.
     *
     * @param slots the table's slots
     * @param entryBytes the size of an entry
     * @param dataEnd where the stored blocks end, from the group's start
     * @param tableOffset where the table starts, from the group's start
     * @param tableCrc the table's CRC32C
     */
    public record Table(int slots, int entryBytes, int dataEnd, int tableOffset, int tableCrc) {}

    /**
     * Writes a footer.
     *
     * @param into little-endian buffer; position and limit stay
     * @param at where the footer starts
     * @param volumeId the volume
     * @param group the group
     * @param table what it says of the table
     */
    public static void write(ByteBuffer into, int at, UUID volumeId, int group, Table table) {
        into.putLong(at + MAGIC_OFFSET, MAGIC);
        into.putInt(at + VERSION_OFFSET, VERSION);
        into.putInt(at + GROUP_OFFSET, group);
        into.putLong(at + VOLUME_ID_OFFSET, volumeId.getMostSignificantBits());
        into.putLong(at + VOLUME_ID_OFFSET + Long.BYTES, volumeId.getLeastSignificantBits());
        into.putInt(at + SLOTS_OFFSET, table.slots());
        into.putInt(at + ENTRY_BYTES_OFFSET, table.entryBytes());
        into.putInt(at + DATA_END_OFFSET, table.dataEnd());
        into.putInt(at + TABLE_OFFSET, table.tableOffset());
        into.putInt(at + TABLE_CRC_OFFSET, table.tableCrc());
        into.putLong(at + SPARE_OFFSET, 0);
        into.putInt(at + CRC_OFFSET, Checksums.crc32c(into, at, CRC_OFFSET));
    }

    /**
     * What is wrong with a footer.
     *
     * @param from little-endian buffer; position and limit stay
     * @param at where the footer starts; 64 bytes are there
     * @param volumeId the volume it must name
     * @param group the group it must name
     * @param expected what it must say of the table
     * @return the first problem as "what: actual=… expected=…", or null if there is none
     */
    public static @Nullable String problem(ByteBuffer from, int at, UUID volumeId, int group, Table expected) {
        int crc = Checksums.crc32c(from, at, CRC_OFFSET);
        UUID actualId = new UUID(from.getLong(at + VOLUME_ID_OFFSET), from.getLong(at + VOLUME_ID_OFFSET + Long.BYTES));
        Table actual = new Table(
                from.getInt(at + SLOTS_OFFSET),
                from.getInt(at + ENTRY_BYTES_OFFSET),
                from.getInt(at + DATA_END_OFFSET),
                from.getInt(at + TABLE_OFFSET),
                from.getInt(at + TABLE_CRC_OFFSET));
        if (from.getLong(at + MAGIC_OFFSET) != MAGIC) {
            return differs("group footer magic", from.getLong(at + MAGIC_OFFSET), MAGIC);
        }
        if (from.getInt(at + CRC_OFFSET) != crc) {
            return differs("group footer checksum", from.getInt(at + CRC_OFFSET), crc);
        }
        if (from.getInt(at + VERSION_OFFSET) != VERSION) {
            return differs("group footer version", from.getInt(at + VERSION_OFFSET), VERSION);
        }
        if (!actualId.equals(volumeId)) {
            return "group footer volume id: actual=" + actualId + " expected=" + volumeId;
        }
        if (from.getInt(at + GROUP_OFFSET) != group) {
            return differs("group footer group", from.getInt(at + GROUP_OFFSET), group);
        }
        if (!actual.equals(expected)) {
            return "group footer: actual=" + actual + " expected=" + expected;
        }
        return null;
    }
}
