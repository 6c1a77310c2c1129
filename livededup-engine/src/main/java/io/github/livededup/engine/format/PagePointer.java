package io.github.livededup.engine.format;

/**
 * A pointer to a metadata page: the page's number in bits 0 to 39, the low 24 bits of its generation in bits 40 to 63.
 * Page 0 is the file's header, so no pointer is 0, which stands for an empty subtree.
 */
public final class PagePointer {
    /** The pointer to nothing. */
    public static final long NONE = 0;
    /** Page numbers are below this. */
    public static final long MAX_PAGES = 1L << 40;

    private static final int NUMBER_BITS = 40;
    private static final long GENERATION_MASK = (1L << 24) - 1;

    private PagePointer() {}

    /**
     * Packs a pointer.
     *
     * @param number the page's number, from 1
     * @param generation the page's generation, of which the low 24 bits are kept
     * @return the pointer
     */
    public static long of(long number, long generation) {
        return generation << NUMBER_BITS | number;
    }

    /**
     * The page's number.
     *
     * @param pointer the pointer
     * @return the number
     */
    public static long number(long pointer) {
        return pointer & (MAX_PAGES - 1);
    }

    /**
     * What the pointer tells of the page's generation.
     *
     * @param pointer the pointer
     * @return the low 24 bits
     */
    public static long generationBits(long pointer) {
        return pointer >>> NUMBER_BITS;
    }

    /**
     * Whether a pointer is to a page of a generation.
     *
     * @param pointer the pointer
     * @param generation a page's generation
     * @return true if the low 24 bits agree
     */
    public static boolean agrees(long pointer, long generation) {
        return generationBits(pointer) == (generation & GENERATION_MASK);
    }
}
