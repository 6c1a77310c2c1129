package io.github.livededup.engine.format;

/**
 * The files {@code index/GROUP.tags}: the slots of a sealed group by the tags of their fingerprints, a tag being bytes 12 to 15 of a
 * fingerprint as a little-endian number. Little-endian, pages of 4096 bytes, their number being the file's size over 4096. A tag
 * {@code t} is in page {@code t * pages >> 32}, so one page tells whether the group may hold a fingerprint, and where.
 *
 * <pre>
 *    0   u32        group
 *    4   u32        the page's number, from 0
 *    8   u32        number of pages
 *   12   u16        number of entries, n
 *   14   u16        version, 2
 *   16   n entries  of 6 bytes: the low 24 bits of a tag, then a slot; a tag's highest slot first; then 0
 * 4092   u32        CRC32C of the page before
 * </pre>
 */
public final class TagPageLayout {
    /** The size of a page. */
    public static final int PAGE_BYTES = 4096;

    /** Where the group is. */
    public static final int GROUP_OFFSET = 0;
    /** Where the page's number is. */
    public static final int PAGE_OFFSET = GROUP_OFFSET + Integer.BYTES;
    /** Where the number of pages is. */
    public static final int PAGES_OFFSET = PAGE_OFFSET + Integer.BYTES;
    /** Where the number of entries is. */
    public static final int COUNT_OFFSET = PAGES_OFFSET + Integer.BYTES;
    /** Where the version is. */
    public static final int VERSION_OFFSET = COUNT_OFFSET + Short.BYTES;
    /** Where the entries start. */
    public static final int ENTRIES_OFFSET = VERSION_OFFSET + Short.BYTES;
    /** Where the checksum is. */
    public static final int CRC_OFFSET = PAGE_BYTES - Integer.BYTES;

    /** The version; pages of the first had tags alone, and 0 here. */
    public static final int VERSION = 2;

    /** The size of an entry. */
    public static final int ENTRY_BYTES = 6;
    /** The bits of an entry's tag, and of its slot above. */
    public static final int ENTRY_TAG_BITS = 24;
    /** What of a tag an entry has. */
    public static final int ENTRY_TAG_MASK = (1 << ENTRY_TAG_BITS) - 1;

    /** The most entries a page holds. */
    public static final int MAX_ENTRIES = (CRC_OFFSET - ENTRIES_OFFSET) / ENTRY_BYTES;

    private TagPageLayout() {}

    /**
     * The page a tag is in.
     *
     * @param tag the tag
     * @param pages the number of pages, below 2^31
     * @return the page's number
     */
    public static int page(int tag, int pages) {
        return (int) ((Integer.toUnsignedLong(tag) * pages) >>> Integer.SIZE);
    }
}
