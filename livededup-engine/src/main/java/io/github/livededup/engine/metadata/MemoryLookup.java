package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.CatalogueRecord;
import io.github.livededup.engine.format.GroupRecord;
import org.jspecify.annotations.Nullable;

/**
 * Looks into maps and counts as far as their pages are in memory, and loads none. Unlike all else here it may be called while
 * somebody changes something, by any number of threads: it ends all the same and throws nothing, but what it found may be anything then. The
 * caller sees to it that nothing was changed meanwhile before it believes a word.
 *
 * <p>That holds since a page's bytes stay an array of a page's length, whatever becomes of the page; no place in it is looked at that an intact page does not
 * have; each step down a tree is to a lower level; and the cache's chains lead to older pages only.
 */
public final class MemoryLookup {
    /** What {@link #count} returns if memory does not tell. */
    public static final long UNKNOWN = -1;

    /** Stands for a leaf of zeros. */
    private static final Page NO_LEAF = new Page(new byte[0], 0, TreeShape.FILE, 0, 0);

    private final PageStore pages;
    private final TreeRoot catalogue;
    private final TreeRoot groups;

    MemoryLookup(PageStore pages, TreeRoot catalogue, TreeRoot groups) {
        this.pages = pages;
        this.catalogue = catalogue;
        this.groups = groups;
    }

    /**
     * The addresses of consecutive blocks of an image.
     *
     * @param imageId the image
     * @param firstBlock its first block, from 0
     * @param into takes the addresses from index 0, 0 for a hole
     * @param count how many, all below {@link ImageMap#MAX_BLOCKS}
     * @return false if memory does not tell, or there is no such image; what {@code into} holds is void then
     */
    public boolean addresses(int imageId, long firstBlock, long[] into, int count) {
        Page images =
                leaf(TreeShape.CATALOGUE, catalogue.pointer, catalogue.height, leafOf(TreeShape.CATALOGUE, imageId));
        if (images == null || images == NO_LEAF) {
            return false;
        }
        int at = images.recordOffset(imageId % TreeShape.CATALOGUE.recordsPerLeaf);
        if (CatalogueRecord.state(images.data, at) == CatalogueRecord.STATE_NONE) {
            return false;
        }
        long pointer = CatalogueRecord.root(images.data, at);
        int height = CatalogueRecord.height(images.data, at);
        int done = 0;
        while (done < count) {
            long block = firstBlock + done;
            Page leaf = leaf(TreeShape.IMAGE_MAP, pointer, height, leafOf(TreeShape.IMAGE_MAP, block));
            if (leaf == null) {
                return false;
            }
            int index = (int) (block % TreeShape.IMAGE_MAP.recordsPerLeaf);
            int length = Math.min(TreeShape.IMAGE_MAP.recordsPerLeaf - index, count - done);
            MapReader.copy(leaf == NO_LEAF ? null : leaf, index, into, done, length);
            done += length;
        }
        return true;
    }

    /**
     * A block's count of references.
     *
     * @param address a valid address
     * @return all references together, 0 if there is no such group; {@link #UNKNOWN} if memory does not tell
     */
    public long count(long address) {
        int group = BlockAddress.group(address);
        Page records = leaf(TreeShape.GROUPS, groups.pointer, groups.height, leafOf(TreeShape.GROUPS, group));
        if (records == null) {
            return UNKNOWN;
        }
        if (records == NO_LEAF) {
            return 0;
        }
        int at = records.recordOffset(group % TreeShape.GROUPS.recordsPerLeaf);
        int slot = BlockAddress.slot(address);
        Page leaf = leaf(
                TreeShape.COUNTS,
                GroupRecord.root(records.data, at, GroupRecord.TREE_COUNTS),
                GroupRecord.height(records.data, at, GroupRecord.TREE_COUNTS),
                leafOf(TreeShape.COUNTS, slot));
        if (leaf == null) {
            return UNKNOWN;
        }
        return leaf == NO_LEAF
                ? 0
                : Integer.toUnsignedLong(
                        Bytes.intAt(leaf.data, leaf.recordOffset(slot % TreeShape.COUNTS.recordsPerLeaf)));
    }

    private static long leafOf(TreeShape shape, long record) {
        return record / shape.recordsPerLeaf;
    }

    /** A tree's leaf, {@link #NO_LEAF} if it has none of that number, null if memory does not tell. */
    private @Nullable Page leaf(TreeShape shape, long pointer, int height, long leafIndex) {
        if (pointer == 0) {
            return NO_LEAF;
        }
        if (height < 1 || height > TreeShape.MAX_HEIGHT) {
            return null;
        }
        if (leafIndex >= TreeShape.leavesBelow(height - 1)) {
            return NO_LEAF;
        }
        Page page = pages.inMemory(pointer, shape, height - 1);
        for (int level = height - 1; page != null && level > 0; level--) {
            long child = page.child(TreeShape.slot(leafIndex, level));
            if (child == 0) {
                return NO_LEAF;
            }
            page = pages.inMemory(child, shape, level - 1);
        }
        return page;
    }
}
