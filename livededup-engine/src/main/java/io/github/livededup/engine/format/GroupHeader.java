package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a block group's region, little-endian.
 *
 * <pre>
 *   0  u64       magic, the bytes "LDGROUPH"
 *   8  u32       version, 1
 *  12  u32       group, from 1
 *  16  u128      volume id: most significant half, then least significant half
 *  32  u32       region: the group starts at region * group size in blocks.dat
 *  36  u32       group size in bytes
 *  40  20 bytes  0
 *  60  u32       CRC32C of the bytes before
 * </pre>
 */
public final class GroupHeader {
    /** The header's size; stored blocks follow. */
    public static final int SIZE_BYTES = 64;
    /** The version written and the only one read. */
    public static final int VERSION = 1;

    static final long MAGIC = 0x4850554F5247444CL;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    private static final int GROUP_OFFSET = VERSION_OFFSET + Integer.BYTES;
    private static final int VOLUME_ID_OFFSET = GROUP_OFFSET + Integer.BYTES;
    private static final int REGION_OFFSET = VOLUME_ID_OFFSET + 2 * Long.BYTES;
    private static final int GROUP_SIZE_OFFSET = REGION_OFFSET + Integer.BYTES;
    private static final int SPARE_OFFSET = GROUP_SIZE_OFFSET + Integer.BYTES;
    private static final int CRC_OFFSET = SIZE_BYTES - Integer.BYTES;

    private GroupHeader() {}

    /**
     * Writes a header.
     *
     * @param into little-endian buffer; position and limit stay
     * @param at where the header starts
     * @param volumeId the volume
     * @param group the group
     * @param region its region
     * @param groupSizeBytes the volume's group size
     */
    public static void write(ByteBuffer into, int at, UUID volumeId, int group, int region, int groupSizeBytes) {
        into.putLong(at + MAGIC_OFFSET, MAGIC);
        into.putInt(at + VERSION_OFFSET, VERSION);
        into.putInt(at + GROUP_OFFSET, group);
        into.putLong(at + VOLUME_ID_OFFSET, volumeId.getMostSignificantBits());
        into.putLong(at + VOLUME_ID_OFFSET + Long.BYTES, volumeId.getLeastSignificantBits());
        into.putInt(at + REGION_OFFSET, region);
        into.putInt(at + GROUP_SIZE_OFFSET, groupSizeBytes);
        for (int spare = SPARE_OFFSET; spare < CRC_OFFSET; spare += Integer.BYTES) {
            into.putInt(at + spare, 0);
        }
        into.putInt(at + CRC_OFFSET, Checksums.crc32c(into, at, CRC_OFFSET));
    }

    /**
     * What is wrong with a header.
     *
     * @param from little-endian buffer; position and limit stay
     * @param at where the header starts; 64 bytes are there
     * @param volumeId the volume it must name
     * @param group the group it must name
     * @param region the region it must name
     * @param groupSizeBytes the size it must name
     * @return the first problem as "what: actual=… expected=…", or null if there is none
     */
    public static @Nullable String problem(
            ByteBuffer from, int at, UUID volumeId, int group, int region, int groupSizeBytes) {
        int crc = Checksums.crc32c(from, at, CRC_OFFSET);
        UUID actualId = new UUID(from.getLong(at + VOLUME_ID_OFFSET), from.getLong(at + VOLUME_ID_OFFSET + Long.BYTES));
        if (from.getLong(at + MAGIC_OFFSET) != MAGIC) {
            return differs("group header magic", from.getLong(at + MAGIC_OFFSET), MAGIC);
        }
        if (from.getInt(at + CRC_OFFSET) != crc) {
            return differs("group header checksum", from.getInt(at + CRC_OFFSET), crc);
        }
        if (from.getInt(at + VERSION_OFFSET) != VERSION) {
            return differs("group header version", from.getInt(at + VERSION_OFFSET), VERSION);
        }
        if (!actualId.equals(volumeId)) {
            return "group header volume id: actual=" + actualId + " expected=" + volumeId;
        }
        if (from.getInt(at + GROUP_OFFSET) != group) {
            return differs("group header group", from.getInt(at + GROUP_OFFSET), group);
        }
        if (from.getInt(at + REGION_OFFSET) != region) {
            return differs("group header region", from.getInt(at + REGION_OFFSET), region);
        }
        if (from.getInt(at + GROUP_SIZE_OFFSET) != groupSizeBytes) {
            return differs("group header size", from.getInt(at + GROUP_SIZE_OFFSET), groupSizeBytes);
        }
        return null;
    }

    static String differs(String what, long actual, long expected) {
        return what + ": actual=" + actual + " expected=" + expected;
    }
}
