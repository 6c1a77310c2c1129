package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Sparse trees of one shape: fixed-size records by number, absent ones zero. Leaves and inner pages that hold only zeros
 * do not exist. The tree's root lies with its owner, in a {@link TreeRoot} that changing methods update.
 *
 * <p>Copy-on-write: a page is changed in place if it is dirty and only this tree reaches it. Else it gives way to a copy
 * under a new number, and so does the path above it. A page that several trees reach is looked up in {@link PageSharing},
 * which the copy is told to as well: it takes references to what it leads to.
 */
final class PageTree {
    private final PageStore pages;
    private final TreeShape shape;
    private final @Nullable PageSharing sharing;

    /**
     * Makes the access to trees that share no pages.
     *
     * @param pages the pages
     * @param shape what they look like
     */
    PageTree(PageStore pages, TreeShape shape) {
        this(pages, shape, null);
    }

    /**
     * Makes the access to trees.
     *
     * @param pages the pages
     * @param shape what they look like
     * @param sharing the pages that several trees reach; null if none does
     */
    PageTree(PageStore pages, TreeShape shape, @Nullable PageSharing sharing) {
        this.pages = pages;
        this.shape = shape;
        this.sharing = sharing;
    }

    TreeShape shape() {
        return shape;
    }

    /** Reads a page of a tree of this shape. */
    Page read(long pointer, int level) throws IOException {
        return pages.read(pointer, shape, level);
    }

    /** What to throw if a page cannot be what the tree says of it. */
    CorruptionException corruption(long pointer, int level, String message) {
        return new CorruptionException(
                Page.describe(pages.description(), PagePointer.number(pointer), shape, level), message);
    }

    /** The leaf of a number, null if it is all zero. */
    @Nullable
    Page leaf(long rootPointer, int height, long leafIndex) throws IOException {
        if (rootPointer == 0 || leafIndex >= TreeShape.leavesBelow(height - 1)) {
            return null;
        }
        Page page = pages.read(rootPointer, shape, height - 1);
        for (int level = height - 1; level > 0; level--) {
            long child = page.child(TreeShape.slot(leafIndex, level));
            if (child == 0) {
                return null;
            }
            page = pages.read(child, shape, level - 1);
        }
        return page;
    }

    /**
     * The leaf of a number, to be changed in place; the caller keeps {@link Page#used} and calls {@link #prune} if it
     * becomes 0.
     */
    Page writableLeaf(TreeRoot root, long leafIndex) throws IOException {
        grow(root, leafIndex);
        int level = root.height - 1;
        Page page = root.pointer == 0 ? pages.allocate(shape, level) : writable(root.pointer, level);
        root.pointer = page.pointer;
        for (; level > 0; level--) {
            int slot = TreeShape.slot(leafIndex, level);
            long child = page.child(slot);
            Page next = child == 0 ? pages.allocate(shape, level - 1) : writable(child, level - 1);
            if (next.pointer != child) {
                page.putChild(slot, next.pointer);
            }
            page = next;
        }
        return page;
    }

    private void grow(TreeRoot root, long leafIndex) throws IOException {
        int height = TreeShape.heightFor(leafIndex);
        if (root.pointer == 0) {
            root.height = height;
        }
        while (root.height < height) {
            Page above = pages.allocate(shape, root.height);
            above.putChild(0, root.pointer);
            root.pointer = above.pointer;
            root.height++;
        }
    }

    /** The page itself if it may be changed, else its copy. */
    Page writable(long pointer, int level) throws IOException {
        Page page = pages.read(pointer, shape, level);
        if (sharing != null && sharing.isShared(page.number())) {
            Page copy = pages.duplicate(page);
            sharing.copied(copy);
            sharing.release(page.number());
            return copy;
        }
        return page.dirty ? page : pages.move(page);
    }

    /** Drops a leaf that {@link #writableLeaf} returned and that holds only zeros, and what above it holds nothing else. */
    void prune(TreeRoot root, long leafIndex) throws IOException {
        Page[] path = new Page[root.height];
        long pointer = root.pointer;
        for (int level = root.height - 1; level >= 0; level--) {
            path[level] = pages.read(pointer, shape, level);
            pointer = level > 0 ? path[level].child(TreeShape.slot(leafIndex, level)) : 0;
        }
        for (int level = 0; level < path.length && path[level].used == 0; level++) {
            pages.free(path[level].pointer);
            if (level + 1 == path.length) {
                root.clear();
            } else {
                path[level + 1].putChild(TreeShape.slot(leafIndex, level + 1), PagePointer.NONE);
            }
        }
    }

    /** Lets go of a whole tree. Pages that other trees reach stay. */
    void drop(TreeRoot root) throws IOException {
        if (root.pointer != 0) {
            release(root.pointer, root.height - 1);
            root.clear();
        }
    }

    /** Lets go of a subtree; memory is one page a level. */
    void release(long pointer, int level) throws IOException {
        if (sharing != null && sharing.isShared(PagePointer.number(pointer))) {
            sharing.release(PagePointer.number(pointer));
            return;
        }
        if (level > 0) {
            Page page = pages.read(pointer, shape, level);
            for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
                long child = page.child(slot);
                if (child != 0) {
                    release(child, level - 1);
                }
            }
        } else if (sharing != null) {
            sharing.leafFreed(pages.read(pointer, shape, 0));
        }
        pages.free(pointer);
    }

    /** Frees a page that the caller took out of its parent. */
    void free(Page page) throws IOException {
        pages.free(page.pointer);
    }

    /**
     * The next leaf that exists.
     *
     * @param root the tree
     * @param fromLeaf the leaf to start at
     * @return its number, {@link Long#MAX_VALUE} if there is none
     */
    long nextLeaf(TreeRoot root, long fromLeaf) throws IOException {
        if (root.pointer == 0 || fromLeaf >= TreeShape.leavesBelow(root.height - 1)) {
            return Long.MAX_VALUE;
        }
        return nextLeaf(root.pointer, root.height - 1, 0, fromLeaf);
    }

    private long nextLeaf(long pointer, int level, long base, long fromLeaf) throws IOException {
        if (level == 0) {
            return base;
        }
        Page page = pages.read(pointer, shape, level);
        long below = TreeShape.leavesBelow(level - 1);
        int slot = (int) (Math.max(fromLeaf - base, 0) / below);
        for (; slot < PageLayout.FAN_OUT; slot++) {
            long child = page.child(slot);
            if (child != 0) {
                long found = nextLeaf(child, level - 1, base + slot * below, fromLeaf);
                if (found != Long.MAX_VALUE) {
                    return found;
                }
            }
        }
        return Long.MAX_VALUE;
    }
}
