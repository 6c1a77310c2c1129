package io.github.livededup.engine.index;

import static io.github.livededup.engine.format.TagPageLayout.PAGE_BYTES;

import io.github.livededup.engine.format.TagPageLayout;
import io.github.livededup.engine.util.OffHeap;
import java.nio.ByteBuffer;

/**
 * A sealed group's partition as its file of tags has it: read as it is, it takes a fraction of the time in which one is made
 * from the group's table. A lookup goes through half a page; most of a stream's are for the first block of a run, one in hundreds.
 */
final class TagPartition implements Partition {
    private final ByteBuffer pages;
    private final int pageCount;

    /**
     * Takes over pages.
     *
     * @param pages all pages, intact, outside the heap; freed by {@link #close}
     */
    TagPartition(ByteBuffer pages) {
        this.pages = pages;
        this.pageCount = pages.capacity() / PAGE_BYTES;
    }

    @Override
    public int slot(long key, int attempt) {
        int tag = GroupTags.tag(key);
        return TagPages.slot(pages, TagPageLayout.page(tag, pageCount) * PAGE_BYTES, tag, attempt);
    }

    @Override
    public long memoryBytes() {
        return pages.capacity();
    }

    @Override
    public void close() {
        OffHeap.free(pages);
    }
}
