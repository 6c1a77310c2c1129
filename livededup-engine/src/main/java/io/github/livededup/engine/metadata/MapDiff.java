package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Compares two images' maps, both trees at once: where they share a page all below is equal and is not read. A comparison
 * is made in steps. Each starts from the roots of its moment, so that between steps the caller may give up the lock, and
 * reads no more than some pages; what a step found is kept here until the next. Maps that do not change meanwhile give an
 * exact answer. For use by one thread at a time.
 */
public final class MapDiff {
    /** The image number that stands for an image of holes. */
    public static final int NO_IMAGE = 0;

    /** A step ends before the page that might be one too many. */
    private static final int MAX_LEAVES_PER_STEP = 8;

    private static final int MAX_PAGES_PER_STEP = 128;
    private static final int PER_LEAF = TreeShape.IMAGE_MAP.recordsPerLeaf;
    private static final int CAPACITY = MAX_LEAVES_PER_STEP * PER_LEAF;

    private final long[] blocks = new long[CAPACITY];
    private final long[] baseAddresses = new long[CAPACITY];
    private final long[] addresses = new long[CAPACITY];
    private int size;
    private long pagesVisited;

    private final PageTree tree;
    private long from;
    private long to;
    private int leaves;
    private int pages;

    /**
     * Makes a comparison that has not begun; see {@link ImageMap#diff()}.
     *
     * @param tree reads the maps
     */
    MapDiff(PageTree tree) {
        this.tree = tree;
    }

    /**
     * Compares a part of a range. The caller holds the metadata lock, shared.
     *
     * @param baseRoot where the map to compare with starts
     * @param root where the other map starts
     * @param fromBlock where to start
     * @param toBlock where the range ends
     * @return the block to go on from, {@code toBlock} at the end; above {@code fromBlock} if the range is not empty
     * @throws IOException if reading fails
     */
    long step(TreeRoot baseRoot, TreeRoot root, long fromBlock, long toBlock) throws IOException {
        size = 0;
        leaves = 0;
        pages = 0;
        from = fromBlock;
        to = toBlock;
        int height = Math.max(baseRoot.height, root.height);
        if (height == 0 || fromBlock >= toBlock) {
            return toBlock;
        }
        long end = compare(
                baseRoot.pointer, baseRoot.height - 1, root.pointer, root.height - 1, height - 1, /* start= */ 0);
        return Math.min(end, toBlock);
    }

    /**
     * Compares what lies below two pointers. A tree of fewer levels is the first child of a higher one's page, and that
     * page's only one.
     *
     * @param level the level that both stand for; the page a pointer leads to may be lower
     * @param start the first block below
     * @return where to go on: the end of what lies below, or less if the step ends within
     */
    private long compare(long basePointer, int baseLevel, long pointer, int ownLevel, int level, long start)
            throws IOException {
        if (basePointer == pointer) {
            return Long.MAX_VALUE;
        }
        if (isFull(start)) {
            return start;
        }
        Page basePage = read(basePointer, baseLevel, level);
        Page page = read(pointer, ownLevel, level);
        if (level == 0) {
            compareLeaves(basePage, page, start);
            return Long.MAX_VALUE;
        }
        long below = TreeShape.IMAGE_MAP.recordsBelow(level - 1);
        int slot = (int) Math.min(Math.max(from - start, 0) / below, PageLayout.FAN_OUT);
        for (; slot < PageLayout.FAN_OUT && start + slot * below < to; slot++) {
            long baseChild = child(basePage, basePointer, baseLevel, level, slot);
            long child = child(page, pointer, ownLevel, level, slot);
            if (baseChild != child) {
                long end = compare(
                        baseChild,
                        Math.min(baseLevel, level - 1),
                        child,
                        Math.min(ownLevel, level - 1),
                        level - 1,
                        start + slot * below);
                if (end != Long.MAX_VALUE) {
                    return end;
                }
            }
        }
        return Long.MAX_VALUE;
    }

    /** Whether the step ends before what starts at a block; something was done, or it would never end. */
    private boolean isFull(long start) {
        return start > from && (leaves >= MAX_LEAVES_PER_STEP || pages >= MAX_PAGES_PER_STEP);
    }

    private @Nullable Page read(long pointer, int pageLevel, int level) throws IOException {
        if (pointer == 0 || pageLevel < level) {
            return null;
        }
        pages++;
        pagesVisited++;
        return tree.read(pointer, level);
    }

    private static long child(@Nullable Page page, long pointer, int pageLevel, int level, int slot) {
        if (page != null) {
            return page.child(slot);
        }
        return pageLevel < level && slot == 0 ? pointer : 0;
    }

    private void compareLeaves(@Nullable Page basePage, @Nullable Page page, long start) {
        leaves++;
        int first = (int) Math.min(Math.max(from - start, 0), PER_LEAF);
        int end = (int) Math.min(to - start, PER_LEAF);
        for (int i = first; i < end; i++) {
            long baseAddress = address(basePage, i);
            long address = address(page, i);
            if (baseAddress != address) {
                blocks[size] = start + i;
                baseAddresses[size] = baseAddress;
                addresses[size] = address;
                size++;
            }
        }
    }

    private static long address(@Nullable Page leaf, int index) {
        return leaf == null ? 0 : Bytes.longAt(leaf.data, leaf.recordOffset(index));
    }

    /**
     * Blocks the last step found whose addresses differ.
     *
     * @return their number
     */
    public int size() {
        return size;
    }

    /**
     * A block the last step found; they ascend.
     *
     * @param index which one
     * @return the block of the image
     */
    public long block(int index) {
        return blocks[index];
    }

    /**
     * A block's address in the base.
     *
     * @param index which one
     * @return the address, 0 for a hole
     */
    public long baseAddress(int index) {
        return baseAddresses[index];
    }

    /**
     * A block's address in the other image.
     *
     * @param index which one
     * @return the address, 0 for a hole
     */
    public long address(int index) {
        return addresses[index];
    }

    /**
     * Pages read by all steps so far.
     *
     * @return their number, those read again by a later step counted again
     */
    public long pagesVisited() {
        return pagesVisited;
    }
}
