package io.github.livededup.engine.format;

/**
 * The files {@code index/GROUP.tags}: the tags of a sealed group's fingerprints, a tag being bytes 12 to 15 of a fingerprint as a
 * little-endian number. Little-endian, pages of 4096 bytes, their number being the file's size over 4096. A tag {@code t} is in page
 * {@code t * pages >> 32}, so one page tells whether the group may hold a fingerprint.
 *
 * <pre>
 *    0   u32        group
 *    4   u32        the page's number, from 0
 *    8   u32        number of pages
 *   12   u32        number of tags, n
 *   16   n u32      tags, in any order; then 0
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
    /** Where the number of tags is. */
    public static final int COUNT_OFFSET = PAGES_OFFSET + Integer.BYTES;
    /** Where the tags start. */
    public static final int TAGS_OFFSET = COUNT_OFFSET + Integer.BYTES;
    /** Where the checksum is. */
    public static final int CRC_OFFSET = PAGE_BYTES - Integer.BYTES;

    /** The most tags a page holds. */
    public static final int MAX_TAGS = (CRC_OFFSET - TAGS_OFFSET) / Integer.BYTES;

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
