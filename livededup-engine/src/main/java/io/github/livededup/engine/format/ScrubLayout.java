package io.github.livededup.engine.format;

/**
 * The file {@code scrub}: when each block group was last checked. Derived; little-endian.
 *
 * <pre>
 *   0   u64        magic "LDSCRUB1"
 *   8   u32        version, 1
 *  12   u32        number of groups, n
 *  16   16 bytes   volume id, high half first
 *  32   n entries  rising by group
 *  32 + 24 n  u32  CRC32C of all before
 * </pre>
 *
 * <p>An entry:
 *
 * <pre>
 *   0   u32        group
 *   4   u32        0
 *   8   u64        when the checksums of all its live blocks had been checked, milliseconds since 1970, or 0
 *  16   u64        when their fingerprints had been, or 0
 * </pre>
 */
public final class ScrubLayout {
    /** "LDSCRUB1", read as a little-endian number. */
    public static final long MAGIC = 0x3142_5552_4353_444cL;
    /** The version written. */
    public static final int VERSION = 1;

    /** Where the magic is. */
    public static final int MAGIC_OFFSET = 0;
    /** Where the version is. */
    public static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    /** Where the number of groups is. */
    public static final int GROUPS_OFFSET = VERSION_OFFSET + Integer.BYTES;
    /** Where the volume id is. */
    public static final int VOLUME_ID_OFFSET = GROUPS_OFFSET + Integer.BYTES;
    /** Where the entries begin. */
    public static final int ENTRIES_OFFSET = VOLUME_ID_OFFSET + 2 * Long.BYTES;

    /** Where an entry's group is. */
    public static final int ENTRY_GROUP_OFFSET = 0;
    /** Where an entry's time of checked checksums is. */
    public static final int ENTRY_CHECKSUMS_OFFSET = ENTRY_GROUP_OFFSET + 2 * Integer.BYTES;
    /** Where an entry's time of checked fingerprints is. */
    public static final int ENTRY_FINGERPRINTS_OFFSET = ENTRY_CHECKSUMS_OFFSET + Long.BYTES;
    /** The size of an entry. */
    public static final int ENTRY_BYTES = ENTRY_FINGERPRINTS_OFFSET + Long.BYTES;

    private ScrubLayout() {}

    /**
     * The size of the file.
     *
     * @param groups the number of groups
     * @return the size in bytes
     */
    public static long sizeBytes(int groups) {
        return ENTRIES_OFFSET + (long) groups * ENTRY_BYTES + Integer.BYTES;
    }
}
