package io.github.livededup.engine.format;

/**
 * The file {@code index/CLEAN}: says that the index was closed cleanly, and what belongs to it. Little-endian.
 *
 * <pre>
 *   0   u64        magic "LDINDEX1"
 *   8   u32        version, 1
 *  12   u32        number of partitions, n
 *  16   16 bytes   volume id, high half first
 *  32   u64        generation of the volume when it was closed
 *  40   24 bytes   0
 *  64   n entries  one for each partition file
 *  64 + 24 n  u32  CRC32C of all before
 * </pre>
 *
 * <p>An entry, for the file {@code index/<group>.cmap}:
 *
 * <pre>
 *   0   u32        group
 *   4   u32        fingerprints the file was made for
 *   8   u64        its size in bytes
 *  16   u32        CRC32C of its content
 *  20   u32        0
 * </pre>
 */
public final class IndexMarkerLayout {
    /** "LDINDEX1", read as a little-endian number. */
    public static final long MAGIC = 0x3158_4544_4e49_444cL;
    /** The version written. */
    public static final int VERSION = 1;

    /** Where the magic is. */
    public static final int MAGIC_OFFSET = 0;
    /** Where the version is. */
    public static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    /** Where the number of partitions is. */
    public static final int PARTITIONS_OFFSET = VERSION_OFFSET + Integer.BYTES;
    /** Where the volume id is. */
    public static final int VOLUME_ID_OFFSET = PARTITIONS_OFFSET + Integer.BYTES;
    /** Where the generation is. */
    public static final int GENERATION_OFFSET = VOLUME_ID_OFFSET + 2 * Long.BYTES;
    /** Where the entries begin. */
    public static final int ENTRIES_OFFSET = 64;

    /** Where an entry's group is. */
    public static final int ENTRY_GROUP_OFFSET = 0;
    /** Where an entry's number of fingerprints is. */
    public static final int ENTRY_FINGERPRINTS_OFFSET = ENTRY_GROUP_OFFSET + Integer.BYTES;
    /** Where an entry's file size is. */
    public static final int ENTRY_SIZE_OFFSET = ENTRY_FINGERPRINTS_OFFSET + Integer.BYTES;
    /** Where an entry's checksum is. */
    public static final int ENTRY_CRC_OFFSET = ENTRY_SIZE_OFFSET + Long.BYTES;
    /** The size of an entry. */
    public static final int ENTRY_BYTES = ENTRY_CRC_OFFSET + 2 * Integer.BYTES;

    private IndexMarkerLayout() {}

    /**
     * The size of the file.
     *
     * @param partitions the number of partitions
     * @return the size in bytes
     */
    public static long sizeBytes(int partitions) {
        return ENTRIES_OFFSET + (long) partitions * ENTRY_BYTES + Integer.BYTES;
    }
}
