package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import java.util.Arrays;

/**
 * The free pages on disk: a chain of pages written anew by each checkpoint. A page's payload is a pointer to the next
 * page, 0 in the last, and 4056 bytes of bitmap: bit {@code i} of the whole, the lowest bit of a byte first, is 1 if page
 * {@code i} is in use. Pages from {@link MetadataRoots#pageCount} on are free and have no bit.
 */
final class FreeSpaceBitmap {
    private static final int NEXT_OFFSET = PageLayout.HEADER_BYTES;
    private static final int BITS_OFFSET = NEXT_OFFSET + Long.BYTES;
    private static final int WORDS = (PageLayout.PAGE_BYTES - BITS_OFFSET) / Long.BYTES;

    private FreeSpaceBitmap() {}

    /** The pages that the bitmap of a number of pages takes. */
    static int pagesFor(long pages) {
        long bits = (long) WORDS * Long.SIZE;
        return (int) ((pages + bits - 1) / bits);
    }

    /**
     * Makes the pages of the bitmap as of the checkpoint under way, in freshly allocated pages.
     *
     * @param pages the pages; the bitmap's own are among the dirty ones afterwards
     * @return the pages' pointers, in chain order
     * @throws IOException if allocating fails
     */
    static long[] build(PageStore pages) throws IOException {
        FreeSpace space = pages.freeSpace();
        int count = 0;
        Page[] chain = new Page[0];
        // Each page allocated may itself lie behind the end that the bitmap has to cover.
        while (count < pagesFor(space.endAfterCheckpoint())) {
            chain = Arrays.copyOf(chain, count + 1);
            chain[count++] = pages.allocate(TreeShape.FREE_SPACE, 0);
        }
        long[] pointers = new long[count];
        for (int i = 0; i < count; i++) {
            Page page = chain[i];
            pointers[i] = page.pointer;
            Bytes.putLong(page.data, NEXT_OFFSET, i + 1 < count ? chain[i + 1].pointer : PagePointer.NONE);
            for (int word = 0; word < WORDS; word++) {
                Bytes.putLong(page.data, BITS_OFFSET + word * Long.BYTES, space.wordAfterCheckpoint(i * WORDS + word));
            }
        }
        return pointers;
    }

    /**
     * Reads the bitmap.
     *
     * @param file the file
     * @param roots the checkpoint's roots
     * @param space takes the pages in use
     * @return the pages' pointers, in chain order
     * @throws CorruptionException if a page fails its checks or the bitmap names pages that cannot be
     * @throws IOException if reading fails
     */
    static long[] load(PageFile file, MetadataRoots roots, FreeSpace space) throws IOException {
        if (roots.pageCount() > space.capacityPages()) {
            throw new CorruptionException(
                    file.description(),
                    "size in pages: actual=" + space.capacityPages() + " expected=at least " + roots.pageCount());
        }
        int count = pagesFor(roots.pageCount());
        if (roots.freeSpacePages() != count) {
            throw new CorruptionException(
                    file.description(), "free-space pages: actual=" + roots.freeSpacePages() + " expected=" + count);
        }
        long[] pointers = new long[count];
        long pointer = roots.freeSpace();
        for (int i = 0; i < count; i++) {
            pointers[i] = pointer;
            byte[] data = file.read(pointer, TreeShape.FREE_SPACE, 0);
            for (int word = 0; word < WORDS; word++) {
                long bits = Bytes.longAt(data, BITS_OFFSET + word * Long.BYTES);
                long base = ((long) i * WORDS + word) * Long.SIZE;
                for (; bits != 0; bits &= bits - 1) {
                    long page = base + Long.numberOfTrailingZeros(bits);
                    if (page >= roots.pageCount() || (page != 0 && !space.markUsed(page))) {
                        throw new CorruptionException(
                                Page.describe(file.description(), PagePointer.number(pointer), TreeShape.FREE_SPACE, 0),
                                "highest page in use: actual=" + page + " expected=below " + roots.pageCount());
                    }
                }
            }
            pointer = Bytes.longAt(data, NEXT_OFFSET);
        }
        for (long own : pointers) {
            if (!space.isUsed(PagePointer.number(own))) {
                throw new CorruptionException(
                        Page.describe(file.description(), PagePointer.number(own), TreeShape.FREE_SPACE, 0),
                        "state: actual=free expected=in use");
            }
        }
        return pointers;
    }
}
