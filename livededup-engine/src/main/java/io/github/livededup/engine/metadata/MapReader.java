package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads maps; safe for use by many threads while none changes a map. */
final class MapReader {
    private static final int PER_LEAF = TreeShape.IMAGE_MAP.recordsPerLeaf;

    private final PageTree tree;
    private final PageSharing sharing;

    MapReader(PageTree tree, PageSharing sharing) {
        this.tree = tree;
        this.sharing = sharing;
    }

    long get(TreeRoot root, long block) throws IOException {
        Page leaf = tree.leaf(root.pointer, root.height, block / PER_LEAF);
        return leaf == null ? 0 : address(leaf, (int) (block % PER_LEAF));
    }

    void read(long pointer, int height, long firstBlock, long[] into, int from, int count) throws IOException {
        int done = 0;
        while (done < count) {
            long block = firstBlock + done;
            int index = (int) (block % PER_LEAF);
            int length = Math.min(PER_LEAF - index, count - done);
            Page leaf = tree.leaf(pointer, height, block / PER_LEAF);
            copy(leaf, index, into, from + done, length);
            done += length;
        }
    }

    /** Copies addresses of a leaf; of no leaf they are 0. */
    static void copy(@Nullable Page leaf, int index, long[] into, int from, int count) {
        if (leaf == null) {
            Arrays.fill(into, from, from + count, 0);
            return;
        }
        int at = leaf.recordOffset(index);
        for (int i = 0; i < count; i++) {
            into[from + i] = Bytes.longAt(leaf.data, at + i * Long.BYTES);
        }
    }

    long nextMapped(TreeRoot root, long fromBlock, long toBlock) throws IOException {
        long block = fromBlock;
        while (block < toBlock) {
            long leafIndex = tree.nextLeaf(root, block / PER_LEAF);
            if (leafIndex == Long.MAX_VALUE) {
                return toBlock;
            }
            block = Math.max(block, leafIndex * PER_LEAF);
            Page leaf = tree.leaf(root.pointer, root.height, leafIndex);
            for (int i = (int) (block % PER_LEAF); leaf != null && i < PER_LEAF; i++) {
                if (address(leaf, i) != 0) {
                    return Math.min(leafIndex * PER_LEAF + i, toBlock);
                }
            }
            block = (leafIndex + 1) * PER_LEAF;
        }
        return toBlock;
    }

    long nextHole(TreeRoot root, long fromBlock, long toBlock) throws IOException {
        long block = fromBlock;
        while (block < toBlock) {
            Page leaf = tree.leaf(root.pointer, root.height, block / PER_LEAF);
            int index = (int) (block % PER_LEAF);
            if (leaf == null) {
                return block;
            }
            for (int i = index; leaf.used < PER_LEAF && i < PER_LEAF; i++) {
                if (address(leaf, i) == 0) {
                    return Math.min(block + i - index, toBlock);
                }
            }
            block += PER_LEAF - index;
        }
        return toBlock;
    }

    /** Visits leaves; only those that no other tree reaches if {@code ownOnly}. */
    void forEachLeaf(TreeRoot root, long fromBlock, long toBlock, boolean ownOnly, LeafVisitor visitor)
            throws IOException {
        if (root.pointer != 0 && fromBlock < toBlock && fromBlock < TreeShape.IMAGE_MAP.recordsBelow(root.height - 1)) {
            Range range = new Range(fromBlock, toBlock, ownOnly);
            visit(root.pointer, root.height - 1, 0, range, false, visitor, new long[PER_LEAF]);
        }
    }

    private record Range(long from, long to, boolean ownOnly) {}

    private boolean visit(
            long pointer, int level, long base, Range range, boolean sharedAbove, LeafVisitor visitor, long[] buffer)
            throws IOException {
        boolean shared = sharedAbove || sharing.isShared(PagePointer.number(pointer));
        if (shared && range.ownOnly) {
            return true;
        }
        Page page = tree.read(pointer, level);
        if (level == 0) {
            int first = (int) Math.max(range.from - base, 0);
            int count = (int) Math.min(range.to - base, PER_LEAF) - first;
            copy(page, first, buffer, 0, count);
            return visitor.leaf(base + first, buffer, count, shared);
        }
        long below = TreeShape.IMAGE_MAP.recordsBelow(level - 1);
        int slot = (int) (Math.max(range.from - base, 0) / below);
        for (; slot < PageLayout.FAN_OUT && base + slot * below < range.to; slot++) {
            long child = page.child(slot);
            if (child != 0 && !visit(child, level - 1, base + slot * below, range, shared, visitor, buffer)) {
                return false;
            }
        }
        return true;
    }

    private static long address(Page leaf, int index) {
        return Bytes.longAt(leaf.data, leaf.recordOffset(index));
    }
}
