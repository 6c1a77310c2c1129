package io.github.livededup.engine.format;

/**
 * The file {@code index/filter}: a snapshot of the fingerprint filter. Little-endian. A header of 64 bytes, then the
 * segments, each with its own header followed by its cells.
 *
 * <pre>
 *   0   u64        magic "LDFILTR1"
 *   8   u32        version, 2
 *  12   u32        number of segments, 64
 *  16   16 bytes   volume id, high half first
 *  32   u64        generation of the volume when it was closed
 *  40   20 bytes   0
 *  60   u32        CRC32C of the header before
 * </pre>
 *
 * <p>A segment's header:
 *
 * <pre>
 *   0   u32        homes
 *   4   u32        overflow cells
 *   8   u8         bits of a hash
 *   9   u8         bits of a group
 *  10   u16        0
 *  12   u32        entries
 *  16   u32        bytes of the cells that follow
 *  20   u32        CRC32C of the cells
 *  24   u32        0
 *  28   u32        CRC32C of this header before
 * </pre>
 *
 * <p>The cells, {@code n} = homes + overflow cells + 1 in number: three rows of {@code n} bits in whole 64-bit words, the first
 * words of all rows (occupied, continuation, shifted), then the second ones and so on; then {@code n} entries without gaps,
 * each a group in its low bits and a remainder above, the remainder having as many bits as {@code ceil(2^hashBits / homes) - 1}
 * needs; then 8 bytes of 0, so that the last entry can be read as a 64-bit number from the byte it begins in.
 */
public final class FilterSnapshotLayout {
    /** "LDFILTR1", read as a little-endian number. */
    public static final long MAGIC = 0x3152_544c_4946_444cL;
    /** The version written. */
    public static final int VERSION = 2;

    /** Where the magic is. */
    public static final int MAGIC_OFFSET = 0;
    /** Where the version is. */
    public static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    /** Where the number of segments is. */
    public static final int SEGMENTS_OFFSET = VERSION_OFFSET + Integer.BYTES;
    /** Where the volume id is. */
    public static final int VOLUME_ID_OFFSET = SEGMENTS_OFFSET + Integer.BYTES;
    /** Where the generation is. */
    public static final int GENERATION_OFFSET = VOLUME_ID_OFFSET + 2 * Long.BYTES;
    /** Where the header's checksum is. */
    public static final int HEADER_CRC_OFFSET = 60;
    /** The header's size. */
    public static final int HEADER_BYTES = HEADER_CRC_OFFSET + Integer.BYTES;

    /** Where a segment's number of homes is. */
    public static final int HOMES_OFFSET = 0;
    /** Where its number of overflow cells is. */
    public static final int OVERFLOW_CELLS_OFFSET = HOMES_OFFSET + Integer.BYTES;
    /** Where its hash bits are. */
    public static final int HASH_BITS_OFFSET = OVERFLOW_CELLS_OFFSET + Integer.BYTES;
    /** Where its group bits are. */
    public static final int GROUP_BITS_OFFSET = HASH_BITS_OFFSET + 1;
    /** Where its number of entries is. */
    public static final int ENTRIES_OFFSET = HASH_BITS_OFFSET + Integer.BYTES;
    /** Where the size of its cells is. */
    public static final int CELL_BYTES_OFFSET = ENTRIES_OFFSET + Integer.BYTES;
    /** Where the checksum of its cells is. */
    public static final int CELLS_CRC_OFFSET = CELL_BYTES_OFFSET + Integer.BYTES;
    /** Where the checksum of its header is. */
    public static final int SEGMENT_CRC_OFFSET = CELLS_CRC_OFFSET + 2 * Integer.BYTES;
    /** The size of its header. */
    public static final int SEGMENT_HEADER_BYTES = SEGMENT_CRC_OFFSET + Integer.BYTES;

    private FilterSnapshotLayout() {}
}
