package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.ReadOnlyException;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages by pointer: cached, checked when read, copied when changed, written by checkpoints.
 *
 * <p>The generation under way is one above the last checkpoint's. A page of the generation under way is dirty and not in
 * the file; every other page is in the file and is never written again under its number while a checkpoint needs it.
 */
final class PageStore implements Closeable {
    /** The file never grows by more between two checkpoints, for what is changed is in memory. */
    private static final long MAX_SURPLUS_PAGES = 1 << 20;

    private final PageFile file;
    private final PageCache cache;
    private final FreeSpace freeSpace;
    private final SparePages spare = new SparePages();
    private final int maxSparePages;
    private final boolean readOnly;
    private long generation;
    private long[] bitmapPages = new long[0];

    private PageStore(PageFile file, FreeSpace freeSpace, MetadataSettings settings, long generation) {
        this.file = file;
        this.freeSpace = freeSpace;
        long cachePages = settings.cacheBytes() / PageLayout.PAGE_BYTES;
        this.cache = new PageCache(cachePages);
        this.maxSparePages = (int) Math.min(cachePages, Integer.MAX_VALUE);
        this.readOnly = settings.readOnly();
        this.generation = generation;
    }

    /** Makes an empty file's header page. */
    static PageStore create(PageFile file, MetadataSettings settings) throws IOException {
        settings.spaceGuard().claim(PageLayout.PAGE_BYTES);
        file.allocate(0, 1);
        byte[] header = new byte[PageLayout.PAGE_BYTES];
        file.writeHeader(header, TreeShape.FILE, 0, 0, 0);
        file.write(List.of(new Page(header, 0, TreeShape.FILE, 0, 0)));
        file.force();
        return new PageStore(file, new FreeSpace(file, 1, settings.spaceGuard(), false), settings, 1);
    }

    /** Opens a file as a checkpoint left it. */
    static PageStore open(PageFile file, MetadataRoots roots, MetadataSettings settings) throws IOException {
        file.read(0, TreeShape.FILE, 0);
        // What lies far behind the last checkpoint's end never was the volume's, and is not to take memory.
        long capacity = Math.min(file.sizePages(), roots.pageCount() + MAX_SURPLUS_PAGES);
        FreeSpace freeSpace = new FreeSpace(file, capacity, settings.spaceGuard(), settings.readOnly());
        PageStore pages = new PageStore(file, freeSpace, settings, roots.generation() + 1);
        if (roots.generation() > 0) {
            pages.bitmapPages = FreeSpaceBitmap.load(file, roots, freeSpace);
        }
        return pages;
    }

    /**
     * Opens a file without its list of free pages.
     *
     * @param needed the pages in use
     * @param given pages that become free with the next checkpoint, unless they are in use
     */
    static PageStore open(PageFile file, MetadataRoots roots, MetadataSettings settings, BitSet needed, BitSet given)
            throws IOException {
        file.read(0, TreeShape.FILE, 0);
        FreeSpace freeSpace = new FreeSpace(file, file.sizePages(), settings.spaceGuard(), settings.readOnly());
        needed.stream().forEach(freeSpace::markUsed);
        for (int page = given.nextSetBit(1); page >= 0; page = given.nextSetBit(page + 1)) {
            if (freeSpace.markUsed(page)) {
                freeSpace.freeLater(page);
            }
        }
        return new PageStore(file, freeSpace, settings, roots.generation() + 1);
    }

    String description() {
        return file.description();
    }

    FreeSpace freeSpace() {
        return freeSpace;
    }

    PageFile file() {
        return file;
    }

    /**
     * The page a pointer leads to. Safe for many threads at once.
     *
     * @param pointer not 0
     * @param shape what it is part of
     * @param level its level
     * @return the page
     * @throws CorruptionException if it is not the page meant
     * @throws IOException if reading fails
     */
    Page read(long pointer, TreeShape shape, int level) throws IOException {
        Page page = cache.find(PagePointer.number(pointer));
        if (page == null) {
            byte[] data = file.read(pointer, shape, level);
            page = cache.addClean(new Page(data, pointer, shape, level, PageLayout.used(data)));
        }
        if (!isMeant(page, pointer, shape, level)) {
            throw new CorruptionException(
                    Page.describe(description(), PagePointer.number(pointer), shape, level),
                    "page in use: actual=" + page.shape.name + ", level " + page.level + ", generation "
                            + PagePointer.generationBits(page.pointer) + " expected=generation "
                            + PagePointer.generationBits(pointer));
        }
        return page;
    }

    /**
     * As {@link #read}, of pages in memory only. May be called while pages are changed.
     *
     * @return null if the page is not in memory, or another one has its place
     */
    @Nullable
    Page inMemory(long pointer, TreeShape shape, int level) {
        Page page = cache.find(PagePointer.number(pointer));
        return page != null && isMeant(page, pointer, shape, level) ? page : null;
    }

    private static boolean isMeant(Page page, long pointer, TreeShape shape, int level) {
        return page.pointer == pointer && page.level == level && page.shape.kind == shape.kind;
    }

    /** The page in memory if it was changed since the last checkpoint, else null. */
    @Nullable
    Page dirtyPage(long number) {
        Page page = cache.find(number);
        return page != null && page.dirty ? page : null;
    }

    /** A new dirty page of zeros. */
    Page allocate(TreeShape shape, int level) throws IOException {
        byte[] data = spare.take();
        if (data == null) {
            data = new byte[PageLayout.PAGE_BYTES];
        } else {
            Arrays.fill(data, (byte) 0);
        }
        return add(data, shape, level, 0);
    }

    /** A dirty page in a clean one's stead; the clean one's number becomes free with the next checkpoint. */
    Page move(Page page) throws IOException {
        cache.remove(page);
        freeSpace.freeLater(page.number());
        // Nobody reads the old page any more, so its bytes can be taken over.
        return add(page.data, page.shape, page.level, page.used);
    }

    /** A dirty copy of a page that stays. */
    Page duplicate(Page page) throws IOException {
        return add(page.data.clone(), page.shape, page.level, page.used);
    }

    private Page add(byte[] data, TreeShape shape, int level, int used) throws IOException {
        long number = freeSpace.allocate();
        file.writeHeader(data, shape, level, number, generation);
        Page page = new Page(data, PagePointer.of(number, generation), shape, level, used);
        cache.addDirty(page);
        return page;
    }

    /** Frees a page, without reading it. */
    void free(long pointer) throws IOException {
        long number = PagePointer.number(pointer);
        Page page = cache.find(number);
        boolean unwritten = page != null && page.dirty;
        if (page != null) {
            cache.remove(page);
            spare.leave(page.data);
        }
        if (unwritten) {
            freeSpace.free(number);
        } else {
            freeSpace.freeLater(number);
        }
    }

    /** Makes sure that pages can be allocated, and that the next checkpoint can. */
    void reserve(long pages) throws IOException {
        freeSpace.reserve(pages + FreeSpaceBitmap.pagesFor(freeSpace.capacityPages() + pages) + 1);
    }

    /**
     * Writes all dirty pages and the bitmap of free ones, and forces the file.
     *
     * @return the pages of the bitmap
     * @throws io.github.livededup.VolumeFullException if there is no room for the bitmap, before anything changed; or if writing or
     *     forcing finds the disk full
     * @throws IOException if it fails
     */
    long[] checkpoint() throws IOException {
        if (readOnly) {
            throw new ReadOnlyException(description(), "opened for reading only");
        }
        reserve(0);
        for (long pointer : bitmapPages) {
            free(pointer);
        }
        bitmapPages = FreeSpaceBitmap.build(this);
        file.write(cache.dirtyPages());
        file.force();
        return bitmapPages;
    }

    /** Ends the generation under way: the checkpoint is durable. So many pages stay ready. */
    void checkpointDone(long keepReady) throws IOException {
        generation++;
        spare.limit(cache.dirtyCount(), maxSparePages);
        cache.settle(spare);
        spare.settle();
        freeSpace.releasePending();
        freeSpace.trimTail(keepReady);
    }

    /** The generation under way, which the next checkpoint gets. */
    long generation() {
        return generation;
    }

    /** The pages of the last checkpoint's bitmap. */
    long[] bitmapPages() {
        return bitmapPages;
    }

    int dirtyPages() {
        return cache.dirtyCount();
    }

    int cleanPages() {
        return cache.cleanCount();
    }

    /** The arrays kept for new pages. */
    int sparePages() {
        return spare.size();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
