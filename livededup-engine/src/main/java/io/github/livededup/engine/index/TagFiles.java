package io.github.livededup.engine.index;

import static io.github.livededup.engine.format.TagPageLayout.PAGE_BYTES;

import io.github.livededup.engine.format.FingerprintHeads;
import io.github.livededup.engine.format.TagPageLayout;
import io.github.livededup.engine.io.VolumeDirectory;
import io.github.livededup.engine.io.VolumeDirectory.OpenMode;
import io.github.livededup.engine.io.VolumeFile;
import io.github.livededup.engine.util.OffHeap;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Files of tags and slots of sealed groups whose partitions were taken out of memory. One page tells whether a group may hold a
 * fingerprint: the filter names a wrong group now and then, and each time a whole partition would be brought in to find nothing. All
 * pages are a partition, read in a fraction of the time in which it is made from the table. Safe for use by many threads.
 *
 * <p>A file that is absent, damaged or stale costs time or a missed duplicate, never a wrong answer: so files are not forced.
 */
final class TagFiles {
    private static final System.Logger LOGGER = System.getLogger(TagFiles.class.getName());

    /** A file is made in the heap; the groups of all usual volumes are smaller. */
    private static final int MOST_TAGS = 1 << 21;

    private static final String DAMAGED = "{0} is damaged and will be made anew";
    private static final String UNREADABLE = "{0} cannot be read: {1}";
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
     * @return false if it does not; true if it does, or one in some 30,000 others, or nobody knows
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
            if (TagPages.isIntact(page, 0, group, number, pages)) {
                return TagPages.slot(page, 0, tag, 0) != Partition.NONE;
            }
            LOGGER.log(Level.WARNING, DAMAGED, IndexFiles.tags(group));
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, UNREADABLE, IndexFiles.tags(group), e);
        }
        forget(group);
        return true;
    }

    /**
     * Reads the partition of a sealed group.
     *
     * @param group the group
     * @param slotCount the slots it has
     * @return the partition, which the caller closes; null if there is no good file
     */
    @Nullable
    Partition read(int group, int slotCount) {
        if (!known.contains(group)) {
            return null;
        }
        try (VolumeFile file = directory.open(IndexFiles.tags(group), OpenMode.READ)) {
            long size = file.sizeBytes();
            if (size > 0 && size % PAGE_BYTES == 0 && size / PAGE_BYTES <= TagPages.mostPages(slotCount)) {
                Partition partition = read(group, file, (int) size);
                if (partition != null) {
                    return partition;
                }
            }
            LOGGER.log(Level.WARNING, DAMAGED, IndexFiles.tags(group));
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, UNREADABLE, IndexFiles.tags(group), e);
        }
        forget(group);
        return null;
    }

    private static @Nullable Partition read(int group, VolumeFile file, int size) throws IOException {
        ByteBuffer pages = OffHeap.allocate(size);
        boolean intact = false;
        try {
            file.read(pages.duplicate(), 0);
            int count = size / PAGE_BYTES;
            intact = true;
            for (int page = 0; intact && page < count; page++) {
                intact = TagPages.isIntact(pages, page * PAGE_BYTES, group, page, count);
            }
        } finally {
            if (!intact) {
                OffHeap.free(pages);
            }
        }
        return intact ? new TagPartition(pages) : null;
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
        ByteBuffer content = TagPages.encode(group, tags);
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
            bytes += (long) TagPages.count(tables.slotCount(group)) * PAGE_BYTES;
        }
        return bytes;
    }
}
