package io.github.livededup.engine.format;

import org.jspecify.annotations.Nullable;

/**
 * A page of {@code metadata.dat}: 4096 bytes, little-endian.
 *
 * <pre>
 *  0    u32  CRC32C of bytes 4 to 4095
 *  4    u16  kind: 'M' in the high byte, what the page is part of in the low one
 *  6    u8   version of the layout, 1
 *  7    u8   level: 0 for a leaf, its parent 1, and so on
 *  8    u64  low 64 bits of the volume id
 *  16   u64  generation: the checkpoint that wrote the page
 *  24   u64  bits 0 to 39: the page's own number
 *            bits 40 to 51: records that are not zero; in a leaf of an open group's table, records stored
 *            bits 52 to 63: bytes of a record
 *  32        payload, 4064 bytes: records from the start, the rest zero
 * </pre>
 *
 * A page of level 1 and up holds 508 records of 8 bytes, pointers to pages one level below. Page {@code n} lies at {@code
 * n * 4096}; page 0 is the file's header, a page of kind {@link #KIND_FILE} without records.
 */
public final class PageLayout {
    /** The size of a page. */
    public static final int PAGE_BYTES = 4096;
    /** The size of a page's header; the payload follows. */
    public static final int HEADER_BYTES = 32;
    /** The size of the payload. */
    public static final int PAYLOAD_BYTES = PAGE_BYTES - HEADER_BYTES;
    /** The pointers of an inner page. */
    public static final int FAN_OUT = PAYLOAD_BYTES / Long.BYTES;
    /** The version this code writes, and the only one it reads. */
    public static final int VERSION = 1;

    /** The file's header. */
    public static final int KIND_FILE = 0x4D01;
    /** The catalogue. */
    public static final int KIND_CATALOGUE = 0x4D02;
    /** The group directory. */
    public static final int KIND_GROUPS = 0x4D03;
    /** Extra references of pages. */
    public static final int KIND_SHARED_PAGES = 0x4D04;
    /** An image's block addresses. */
    public static final int KIND_IMAGE_MAP = 0x4D05;
    /** A group's reference counts. */
    public static final int KIND_COUNTS = 0x4D06;
    /** A group's counts of references from outside. */
    public static final int KIND_EXTERNAL_COUNTS = 0x4D07;
    /** An open group's fingerprint table. */
    public static final int KIND_OPEN_TABLE = 0x4D08;
    /** The bitmap of free pages. */
    public static final int KIND_FREE_SPACE = 0x4D09;
    /** Retired slots of a group. */
    public static final int KIND_RETIRED = 0x4D0A;

    private static final int CRC_OFFSET = 0;
    private static final int CHECKED_OFFSET = CRC_OFFSET + Integer.BYTES;
    private static final int KIND_OFFSET = CHECKED_OFFSET;
    private static final int VERSION_OFFSET = KIND_OFFSET + Short.BYTES;
    private static final int LEVEL_OFFSET = VERSION_OFFSET + Byte.BYTES;
    private static final int VOLUME_OFFSET = LEVEL_OFFSET + Byte.BYTES;
    private static final int GENERATION_OFFSET = VOLUME_OFFSET + Long.BYTES;
    private static final int NUMBER_OFFSET = GENERATION_OFFSET + Long.BYTES;
    private static final int USED_SHIFT = 40;
    private static final int RECORD_BYTES_SHIFT = 52;
    private static final int TWELVE_BITS = (1 << 12) - 1;

    private PageLayout() {}

    /**
     * Writes a page's header, all but the records in use and the checksum.
     *
     * @param page the page's bytes
     * @param kind what it is part of
     * @param level its level
     * @param recordBytes the size of its records, below 4096
     * @param number its number
     * @param generation its generation
     * @param volume the low 64 bits of the volume id
     */
    public static void writeHeader(
            byte[] page, int kind, int level, int recordBytes, long number, long generation, long volume) {
        Bytes.putInt(page, KIND_OFFSET, kind | VERSION << 16 | level << 24);
        Bytes.putLong(page, VOLUME_OFFSET, volume);
        Bytes.putLong(page, GENERATION_OFFSET, generation);
        Bytes.putLong(page, NUMBER_OFFSET, number | (long) recordBytes << RECORD_BYTES_SHIFT);
    }

    /**
     * Completes a page for writing.
     *
     * @param page the page's bytes
     * @param used its records that are not zero, or are stored
     */
    public static void seal(byte[] page, int used) {
        long word = Bytes.longAt(page, NUMBER_OFFSET);
        word = (word & ~((long) TWELVE_BITS << USED_SHIFT)) | (long) used << USED_SHIFT;
        Bytes.putLong(page, NUMBER_OFFSET, word);
        Bytes.putInt(page, CRC_OFFSET, Checksums.crc32c(page, CHECKED_OFFSET, PAGE_BYTES - CHECKED_OFFSET));
    }

    /**
     * The number of records that are not zero, or are stored, as the header tells.
     *
     * @param page the page's bytes
     * @return the number
     */
    public static int used(byte[] page) {
        return (int) (Bytes.longAt(page, NUMBER_OFFSET) >>> USED_SHIFT) & TWELVE_BITS;
    }

    /**
     * The page's generation.
     *
     * @param page the page's bytes
     * @return the generation
     */
    public static long generation(byte[] page) {
        return Bytes.longAt(page, GENERATION_OFFSET);
    }

    /**
     * Checks that a page read is whole and the one that was meant. The checksum comes first: when it holds, a field that
     * differs tells of a stale copy or of another page, not of damage.
     *
     * @param page the page's bytes
     * @param pointer the pointer that was followed
     * @param kind what it must be part of
     * @param level the level it must have
     * @param recordBytes the size its records must have
     * @param volume the low 64 bits of the volume id
     * @return the first field that is wrong, as "what: actual=… expected=…", or null if all is well
     */
    public static @Nullable String mismatch(
            byte[] page, long pointer, int kind, int level, int recordBytes, long volume) {
        int crc = Checksums.crc32c(page, CHECKED_OFFSET, PAGE_BYTES - CHECKED_OFFSET);
        if (Bytes.intAt(page, CRC_OFFSET) != crc) {
            return differs("checksum", Integer.toUnsignedLong(Bytes.intAt(page, CRC_OFFSET)), crc & 0xFFFF_FFFFL);
        }
        int word = Bytes.intAt(page, KIND_OFFSET);
        if (word != (kind | VERSION << 16 | level << 24)) {
            if ((word & 0xFFFF) != kind) {
                return differs("kind", word & 0xFFFF, kind);
            }
            return (word >>> 16 & 0xFF) != VERSION
                    ? differs("version", word >>> 16 & 0xFF, VERSION)
                    : differs("level", word >>> 24, level);
        }
        if (Bytes.longAt(page, VOLUME_OFFSET) != volume) {
            return differs("volume id", Bytes.longAt(page, VOLUME_OFFSET), volume);
        }
        long packed = Bytes.longAt(page, NUMBER_OFFSET);
        if (PagePointer.number(packed) != PagePointer.number(pointer)) {
            return differs("page number", PagePointer.number(packed), PagePointer.number(pointer));
        }
        if (!PagePointer.agrees(pointer, generation(page))) {
            return differs("generation", generation(page) & 0xFF_FFFF, PagePointer.generationBits(pointer));
        }
        if (packed >>> RECORD_BYTES_SHIFT != recordBytes) {
            return differs("record size", packed >>> RECORD_BYTES_SHIFT, recordBytes);
        }
        return null;
    }

    private static String differs(String what, long actual, long expected) {
        return what + ": actual=0x" + Long.toHexString(actual) + " expected=0x" + Long.toHexString(expected);
    }
}
