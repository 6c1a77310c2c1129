package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.Bytes;
import java.io.IOException;

/** Trees of unsigned 32-bit counts. */
final class CountTree {
    private final PageTree tree;

    CountTree(PageStore pages, TreeShape shape) {
        this.tree = new PageTree(pages, shape);
    }

    PageTree tree() {
        return tree;
    }

    /** A count. */
    long get(TreeRoot root, long index) throws IOException {
        int perLeaf = tree.shape().recordsPerLeaf;
        Page leaf = tree.leaf(root.pointer, root.height, index / perLeaf);
        return leaf == null ? 0 : get(leaf, (int) (index % perLeaf));
    }

    /**
     * Changes a count.
     *
     * @return the new count, or -1 if it does not fit, and is as it was
     */
    long add(TreeRoot root, long index, int delta) throws IOException {
        int perLeaf = tree.shape().recordsPerLeaf;
        long leafIndex = index / perLeaf;
        Page leaf = tree.writableLeaf(root, leafIndex);
        long count = add(leaf, (int) (index % perLeaf), delta);
        if (leaf.used == 0) {
            tree.prune(root, leafIndex);
        }
        return count;
    }

    static long get(Page leaf, int index) {
        return Integer.toUnsignedLong(Bytes.intAt(leaf.data, leaf.recordOffset(index)));
    }

    /** Changes a count of a writable leaf; -1 if it does not fit. */
    static long add(Page leaf, int index, int delta) {
        int at = leaf.recordOffset(index);
        long before = Integer.toUnsignedLong(Bytes.intAt(leaf.data, at));
        long count = before + delta;
        if (count < 0 || count > ReferenceCounts.MAX_COUNT) {
            return -1;
        }
        Bytes.putInt(leaf.data, at, (int) count);
        leaf.used += (before == 0 && count != 0 ? 1 : 0) - (before != 0 && count == 0 ? 1 : 0);
        return count;
    }
}
