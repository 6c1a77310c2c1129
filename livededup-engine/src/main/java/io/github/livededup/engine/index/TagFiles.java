package io.github.livededup.engine.index;

import static io.github.livededup.engine.format.TagPageLayout.COUNT_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.CRC_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.GROUP_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.MAX_TAGS;
import static io.github.livededup.engine.format.TagPageLayout.PAGES_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.PAGE_BYTES;
import static io.github.livededup.engine.format.TagPageLayout.PAGE_OFFSET;
import static io.github.livededup.engine.format.TagPageLayout.TAGS_OFFSET;

import io.github.livededup.engine.format.Checksums;
import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.format.TagPageLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells of a sealed group whose partition is not in memory whether it may hold a fingerprint, by reading one page. The filter
 * names a wrong group now and then; without this, each time a whole partition would be made to find nothing. Safe for use by
 * many threads.
 *
 * <p>A file that is absent, damaged or stale costs time or a missed duplicate, never a wrong answer: so files are not forced.
 */
final class TagFiles {
    private static final System.Logger LOGGER = System.getLogger(TagFiles.class.getName());

    /** What a page holds on average: five standard deviations below the most, so that hardly any overflows. */
    private static final int MEAN_TAGS = MAX_TAGS - 5 * 31;

    /** A file is made in the heap; the groups of all usual volumes are smaller. */
    private static final int MOST_TAGS = 1 << 21;

    private static final String NOT_MADE = "{0}: no tags are kept: {1}";

    private final VolumeDirectory directory;
    private final boolean readOnly;

    /** The groups whose file may be asked. */
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();

    /**
     * Makes the registry.
     *
     * @param directory the volume's directory
     * @param readOnly whether nothing may be written
     */
    TagFiles(VolumeDirectory directory, boolean readOnly) {
        this.directory = directory;
        this.readOnly = readOnly;
    }

    /**
     * Believes the files of sealed groups, after a clean close. Another group's file is a left-over: of one that was dropped, say,
     * while its file was just being made.
     */
    void believe(GroupTables tables) {
        try {
            for (String name : directory.list(IndexFiles.FOLDER)) {
                int group = IndexFiles.groupOfTags(name);
                if (group > 0 && tables.isSealed(group)) {
                    known.add(group);
                }
            }
        } catch (IOException e) { // it goes without them
            LOGGER.log(Level.DEBUG, "{0} cannot be listed: {1}", IndexFiles.FOLDER, e);
        }
    }

    /** Whether a group has a file. */
    boolean has(int group) {
        return known.contains(group);
    }

    /**
     * Whether a sealed group may hold a fingerprint.
     *
     * @param group the group
     * @param key the fingerprint's key in a partition
     * @param page room for a page, of the calling thread
     * @return false if it does not; true if it does, or one in some 60,000 others, or nobody knows
     */
    boolean mayHold(int group, long key, ByteBuffer page) {
        if (!known.contains(group)) {
            return true;
        }
        try (VolumeFile file = directory.open(IndexFiles.tags(group), OpenMode.READ)) {
            int tag = GroupTags.tag(key);
            int pages = (int) Math.min(Integer.MAX_VALUE, file.sizeBytes() / PAGE_BYTES);
            int number = TagPageLayout.page(tag, pages);
            file.read(page.clear().limit(PAGE_BYTES), (long) number * PAGE_BYTES);
            if (page.getInt(GROUP_OFFSET) == group
                    && page.getInt(PAGE_OFFSET) == number
                    && page.getInt(PAGES_OFFSET) == pages
                    && page.getInt(CRC_OFFSET) == Checksums.crc32c(page, 0, CRC_OFFSET)) {
                return holds(page, tag);
            }
            LOGGER.log(Level.WARNING, "{0} is damaged and will be made anew", IndexFiles.tags(group));
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, "{0} cannot be read: {1}", IndexFiles.tags(group), e);
        }
        forget(group);
        return true;
    }

    private static boolean holds(ByteBuffer page, int tag) {
        int end = TAGS_OFFSET + Math.min(page.getInt(COUNT_OFFSET), MAX_TAGS) * Integer.BYTES;
        for (int at = TAGS_OFFSET; at < end; at += Integer.BYTES) {
            if (page.getInt(at) == tag) {
                return true;
            }
        }
        return false;
    }

    /** Room for a page. */
    static ByteBuffer page() {
        return ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Makes a sealed group's file from its table, if it has none. */
    void build(int group, GroupTables tables) {
        if (readOnly || known.contains(group) || tables.slotCount(group) > MOST_TAGS) {
            return;
        }
        GroupTags tags = new GroupTags(tables.slotCount(group));
        try {
            tables.forEachHead(group, new FingerprintHeads(), tags::add);
        } catch (IOException e) { // damaged, or gone meanwhile
            LOGGER.log(Level.DEBUG, NOT_MADE, IndexFiles.tags(group), e);
            return;
        }
        write(group, tags);
    }

    /** Makes a sealed group's file. Failing is no harm. */
    void write(int group, GroupTags tags) {
        if (readOnly || tags.count() == 0 || tags.count() > MOST_TAGS) {
            return;
        }
        ByteBuffer content = encode(group, tags);
        if (content == null) {
            return;
        }
        String name = IndexFiles.tags(group);
        try {
            directory.delete(name);
            try (VolumeFile file = directory.open(name, OpenMode.CREATE)) {
                file.write(content, 0);
            }
            known.add(group);
        } catch (IOException e) { // for instance a full disk
            LOGGER.log(Level.DEBUG, NOT_MADE, name, e);
            IndexFiles.deleteQuietly(directory, name);
        }
    }

    /** Forgets a group's file, which is none any more. */
    void forget(int group) {
        if (known.remove(group) && !readOnly) {
            IndexFiles.deleteQuietly(directory, IndexFiles.tags(group));
        }
    }

    /** The bytes of all files, about. */
    long sizeBytes(GroupTables tables) {
        long bytes = 0;
        for (int group : known) {
            bytes += (long) pages(tables.slotCount(group)) * PAGE_BYTES;
        }
        return bytes;
    }

    private static int pages(int tags) {
        return Math.max(1, (tags + MEAN_TAGS - 1) / MEAN_TAGS);
    }

    /** The file's content; null if the tags are so uneven that no usual number of pages will do. */
    private static @Nullable ByteBuffer encode(int group, GroupTags tags) {
        int fewest = pages(tags.count());
        ByteBuffer encoded = null;
        for (int pages = fewest; encoded == null && pages <= 2 * fewest + 1; pages += pages / 8 + 1) {
            encoded = encode(group, tags, pages);
        }
        return encoded;
    }

    private static @Nullable ByteBuffer encode(int group, GroupTags tags, int pages) {
        ByteBuffer file =
                ByteBuffer.allocate(Math.multiplyExact(pages, PAGE_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tags.count(); i++) {
            int tag = tags.at(i);
            int base = TagPageLayout.page(tag, pages) * PAGE_BYTES;
            int there = file.getInt(base + COUNT_OFFSET);
            if (there == MAX_TAGS) {
                return null;
            }
            file.putInt(base + TAGS_OFFSET + there * Integer.BYTES, tag).putInt(base + COUNT_OFFSET, there + 1);
        }
        for (int page = 0; page < pages; page++) {
            int base = page * PAGE_BYTES;
            file.putInt(base + GROUP_OFFSET, group)
                    .putInt(base + PAGE_OFFSET, page)
                    .putInt(base + PAGES_OFFSET, pages)
                    .putInt(base + CRC_OFFSET, Checksums.crc32c(file, base, CRC_OFFSET));
        }
        return file;
    }
}
