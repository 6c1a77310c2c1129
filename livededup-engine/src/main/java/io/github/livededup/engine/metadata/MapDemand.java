package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import java.util.Arrays;

/**
 * How many pages a change of a map may take at most, found by walking what it will touch without changing it. Counts of
 * blocks that lie together are on one page, so addresses are told apart by that page; a small table of pages seen keeps
 * alternating ones from being counted again and again. All that the change will need is read, so that damage shows before it is journaled.
 * Made to be used again, by one thread at a time.
 */
final class MapDemand {
    private static final TreeShape SHAPE = TreeShape.IMAGE_MAP;
    private static final int SEEN = 64;
    private static final long[] NOTHING = {};

    private final PageTree tree;
    private final PageSharing sharing;
    private final ReferenceCounts references;
    // Apart, since keys that fall on one line of a table drive each other out. Made when needed: mostly they are not.
    private long[] leaves = NOTHING;
    private long[] groups = NOTHING;
    private long[] sharedLeaves = NOTHING;
    private long left;
    private long pages = MetadataStore.SMALL_CHANGE_PAGES;

    MapDemand(PageTree tree, PageSharing sharing, ReferenceCounts references) {
        this.tree = tree;
        this.sharing = sharing;
        this.references = references;
    }

    /** Forgets what was found. */
    MapDemand start() {
        Arrays.fill(leaves, 0);
        Arrays.fill(groups, 0);
        Arrays.fill(sharedLeaves, 0);
        pages = MetadataStore.SMALL_CHANGE_PAGES;
        return this;
    }

    /** A block's count changes. */
    void counts(long address) throws IOException {
        if (leaves.length == 0) {
            leaves = new long[SEEN];
            groups = new long[SEEN];
        }
        if (isFirst(leaves, ReferenceCounts.leafKey(address))) {
            pages += ReferenceCounts.CHANGE_PAGES;
            references.count(address);
            if (isFirst(groups, BlockAddress.group(address))) {
                pages += GroupDirectory.CHANGE_PAGES;
            }
        }
    }

    private void sharedPage(long number) throws IOException {
        if (sharedLeaves.length == 0) {
            sharedLeaves = new long[SEEN];
        }
        if (isFirst(sharedLeaves, number / TreeShape.SHARED_PAGES.recordsPerLeaf + 1)) {
            pages += PageSharing.CHANGE_PAGES;
            sharing.extra(number);
        }
    }

    /** Whether a key, not 0, is not among those seen; some may be forgotten. */
    private static boolean isFirst(long[] seen, long key) {
        int line = (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 58);
        boolean first = seen[line] != key;
        seen[line] = key;
        return first;
    }

    /** The pages to map a range to addresses whose {@link #counts} were told before. */
    long toMap(TreeRoot root, long from, long to) throws IOException {
        if (to > from) {
            long first = from / SHAPE.recordsPerLeaf;
            long last = (to - 1) / SHAPE.recordsPerLeaf;
            int height = Math.max(root.height, TreeShape.heightFor(last));
            for (int level = 0; level < height; level++) {
                pages += last / TreeShape.leavesBelow(level) - first / TreeShape.leavesBelow(level) + 1;
            }
            // A tree that grows gets a chain above its old root, beside the path to the new leaves.
            pages += height - root.height;
            if (root.pointer != 0 && from < SHAPE.recordsBelow(root.height - 1)) {
                walk(root.pointer, root.height - 1, 0, from, to, false, false);
            }
        }
        return pages;
    }

    /** All that was found so far. */
    long pages() {
        return pages;
    }

    /**
     * The pages that a tree has more once a block is mapped: those it lacks, or all there are to change if it is shared. For many threads at
     * once; makes no object unless pages are shared.
     */
    static long newPagesToMap(
            PageTree tree,
            PageSharing sharing,
            ReferenceCounts references,
            long rootPointer,
            int rootHeight,
            long block)
            throws IOException {
        long leaf = block / SHAPE.recordsPerLeaf;
        int height = TreeShape.heightFor(leaf);
        if (rootPointer == 0) {
            return height;
        }
        if (height > rootHeight) {
            return 2L * height - rootHeight;
        }
        long pointer = rootPointer;
        for (int level = rootHeight - 1; ; level--) {
            if (sharing.isShared(PagePointer.number(pointer))) {
                return new MapDemand(tree, sharing, references)
                        .toMap(new TreeRoot(rootPointer, rootHeight), block, block + 1);
            }
            if (level == 0) {
                return 0;
            }
            pointer = tree.read(pointer, level).child(TreeShape.slot(leaf, level));
            if (pointer == 0) {
                return level;
            }
        }
    }

    /** The pages to unmap a range. */
    long toUnmap(TreeRoot root, long from, long to) throws IOException {
        if (root.pointer != 0 && to > from && from < SHAPE.recordsBelow(root.height - 1)) {
            walk(root.pointer, root.height - 1, 0, from, to, false, true);
        }
        return pages;
    }

    private void walk(long pointer, int level, long base, long from, long to, boolean sharedAbove, boolean unmap)
            throws IOException {
        long number = PagePointer.number(pointer);
        long end = base + SHAPE.recordsBelow(level);
        boolean shared = sharedAbove || sharing.isShared(number);
        boolean released = unmap && from <= base && end <= to;
        if (shared) {
            sharedPage(number);
            if (released) {
                return;
            }
        }
        Page page = tree.read(pointer, level);
        pages += released ? 0 : 1;
        if (level == 0) {
            leaf(page, shared, base, from, to);
            return;
        }
        for (int slot = 0; shared && slot < PageLayout.FAN_OUT; slot++) {
            if (page.child(slot) != 0) {
                sharedPage(PagePointer.number(page.child(slot)));
            }
        }
        long below = SHAPE.recordsBelow(level - 1);
        int slot = (int) (Math.max(from - base, 0) / below);
        for (; slot < PageLayout.FAN_OUT && base + slot * below < to; slot++) {
            long child = page.child(slot);
            if (child != 0) {
                walk(child, level - 1, base + slot * below, from, to, shared, unmap);
            }
        }
    }

    /** A leaf gives up the blocks in the range; if it is shared, its copy first takes all. */
    private void leaf(Page page, boolean shared, long base, long from, long to) throws IOException {
        int first = shared ? 0 : (int) Math.max(from - base, 0);
        int end = shared ? SHAPE.recordsPerLeaf : (int) Math.min(to - base, SHAPE.recordsPerLeaf);
        for (int index = first; index < end; index++) {
            long address = Bytes.longAt(page.data, page.recordOffset(index));
            if (address != 0) {
                counts(address);
            }
        }
    }

    /**
     * Where to end a step of unmapping a long range.
     *
     * @param leaves the leaves it may cover; pages of several images are let go of as a whole, up to the lowest inner
     *     page, or of any level if the image is being deleted, as their blocks are not counted then
     * @return above {@code from}, at most {@code to}
     */
    long endOfStep(TreeRoot root, long from, long to, int leaves, boolean deleting) throws IOException {
        if (root.pointer == 0 || root.height == 1) {
            return to;
        }
        int level = root.height - 1;
        boolean whole = from == 0 && to >= SHAPE.recordsBelow(level);
        if (whole && sharing.isShared(PagePointer.number(root.pointer))) {
            return to;
        }
        left = leaves;
        return Math.min(step(root.pointer, level, 0, from, to, false, deleting), to);
    }

    /** The block to stop at in a subtree, {@link Long#MAX_VALUE} if it is within the step. */
    private long step(long pointer, int level, long base, long from, long to, boolean sharedAbove, boolean deleting)
            throws IOException {
        boolean shared = sharedAbove || sharing.isShared(PagePointer.number(pointer));
        if (shared && (deleting || level == 1)) {
            if (left <= 0 && base > from) {
                return base;
            }
            left -= deleting ? 1 : tree.read(pointer, level).used;
            return Long.MAX_VALUE;
        }
        Page page = tree.read(pointer, level);
        long below = SHAPE.recordsBelow(level - 1);
        int slot = (int) (Math.max(from - base, 0) / below);
        for (; slot < PageLayout.FAN_OUT && base + slot * below < to; slot++) {
            long child = page.child(slot);
            long childBase = base + slot * below;
            if (child == 0) {
                continue;
            }
            if (level > 1) {
                long stop = step(child, level - 1, childBase, from, to, shared, deleting);
                if (stop != Long.MAX_VALUE) {
                    return stop;
                }
            } else if (left <= 0 && childBase > from) {
                return childBase;
            } else {
                left--;
            }
        }
        return Long.MAX_VALUE;
    }
}
