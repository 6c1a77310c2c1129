package io.github.livededup.engine.index;

import static io.github.livededup.engine.format.TagPageLayout.COUNT_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.CRC_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.ENTRIES_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.ENTRY_BYTES;
import static io.github.livededup.engine.format.TagPageLayout.ENTRY_TAG_BITS;
import static io.github.livededup.engine.format.TagPageLayout.ENTRY_TAG_MASK;
import static io.github.livededup.engine.format.TagPageLayout.GROUP_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.MAX_ENTRIES;
import static io.github.livededup.engine.format.TagPageLayout.PAGES_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.PAGE_BYTES;
import static io.github.livededup.engine.format.TagPageLayout.PAGE_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.VERSION;
import static io.github.livededup.engine.format.TagPageLayout.VERSION_OFFSET;

import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.TagPageLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** How the pages of a group's tags are filled and read. */
final class TagPages {
    /** What a page holds on average: four standard deviations below the most, so that few files have one that overflows. */
    private static final int MEAN_ENTRIES = MAX_ENTRIES - 4 * 26;

    private TagPages() {}

    /** The pages for so many tags, unless they are very uneven. */
    static int count(int tags) {
        return Math.max(1, (tags + MEAN_ENTRIES - 1) / MEAN_ENTRIES);
    }

    /** More pages than this are never made for so many tags. */
    static int mostPages(int tags) {
        return 2 * count(tags) + 1;
    }

    /** All pages of a group; null if the tags are so uneven that no usual number of pages will do. */
    static @Nullable ByteBuffer encode(int group, GroupTags tags) {
        ByteBuffer encoded = null;
        for (int pages = count(tags.count());
                encoded == null && pages <= mostPages(tags.count());
                pages += pages / 8 + 1) {
            encoded = encode(group, tags, pages);
        }
        return encoded;
    }

    private static @Nullable ByteBuffer encode(int group, GroupTags tags, int pages) {
        ByteBuffer file =
                ByteBuffer.allocate(Math.multiplyExact(pages, PAGE_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tags.count(); i++) {
            int tag = tags.tag(i);
            int base = TagPageLayout.page(tag, pages) * PAGE_BYTES;
            int there = file.getShort(base + COUNT_OFFSET);
            if (there == MAX_ENTRIES) {
                return null;
            }
            int slot = tags.slot(i);
            int entry = base + ENTRIES_OFFSET + there * ENTRY_BYTES;
            file.putInt(entry, (tag & ENTRY_TAG_MASK) | slot << ENTRY_TAG_BITS)
                    .putShort(entry + Integer.BYTES, (short) (slot >>> (Integer.SIZE - ENTRY_TAG_BITS)))
                    .putShort(base + COUNT_OFFSET, (short) (there + 1));
        }
        for (int page = 0; page < pages; page++) {
            int base = page * PAGE_BYTES;
            file.putInt(base + GROUP_OFFSET, group)
                    .putInt(base + PAGE_OFFSET, page)
                    .putInt(base + PAGES_OFFSET, pages)
                    .putShort(base + VERSION_OFFSET, (short) VERSION)
                    .putInt(base + CRC_OFFSET, Checksums.crc32c(file, base, CRC_OFFSET));
        }
        return file;
    }

    /** Whether a page is what it is to be. */
    static boolean isIntact(ByteBuffer file, int base, int group, int page, int pages) {
        return file.getInt(base + GROUP_OFFSET) == group
                && file.getInt(base + PAGE_OFFSET) == page
                && file.getInt(base + PAGES_OFFSET) == pages
                && file.getShort(base + VERSION_OFFSET) == VERSION
                && file.getShort(base + COUNT_OFFSET) >= 0
                && file.getShort(base + COUNT_OFFSET) <= MAX_ENTRIES
                && file.getInt(base + CRC_OFFSET) == Checksums.crc32c(file, base, CRC_OFFSET);
    }

    /** A slot of a tag, in the intact page that the tag belongs in; {@link Partition#NONE} if there are no more than {@code attempt}. */
    static int slot(ByteBuffer file, int base, int tag, int attempt) {
        int wanted = tag & ENTRY_TAG_MASK;
        int skip = attempt;
        int end = base + ENTRIES_OFFSET + file.getShort(base + COUNT_OFFSET) * ENTRY_BYTES;
        for (int at = base + ENTRIES_OFFSET; at < end; at += ENTRY_BYTES) {
            if ((file.getInt(at) & ENTRY_TAG_MASK) == wanted && skip-- == 0) {
                return (int) (file.getLong(at) >>> ENTRY_TAG_BITS) & ENTRY_TAG_MASK;
            }
        }
        return Partition.NONE;
    }
}
