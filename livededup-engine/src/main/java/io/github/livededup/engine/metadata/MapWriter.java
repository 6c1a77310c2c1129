package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;

/** Changes maps and the reference counts with them. The caller stores the root and the change of mapped blocks. */
final class MapWriter {
    private static final TreeShape SHAPE = TreeShape.IMAGE_MAP;
    private static final int PER_LEAF = SHAPE.recordsPerLeaf;

    private final PageTree tree;
    private final PageSharing sharing;
    private final ReferenceCounts references;

    MapWriter(PageTree tree, PageSharing sharing, ReferenceCounts references) {
        this.tree = tree;
        this.sharing = sharing;
        this.references = references;
    }

    /**
     * Maps blocks of one leaf.
     *
     * @return the blocks that are mapped now and were not before, less those that are no more
     */
    long map(TreeRoot root, long firstBlock, long[] addresses, int from, int count) throws IOException {
        long leafIndex = firstBlock / PER_LEAF;
        Page leaf = tree.writableLeaf(root, leafIndex);
        int before = leaf.used;
        int at = leaf.recordOffset((int) (firstBlock % PER_LEAF));
        for (int i = 0; i < count; i++, at += Long.BYTES) {
            long address = addresses[from + i];
            long old = Bytes.longAt(leaf.data, at);
            if (address == old) {
                continue;
            }
            if (address != 0) {
                references.add(address, 1);
                leaf.used++;
            }
            Bytes.putLong(leaf.data, at, address);
            if (old != 0) {
                references.add(old, -1);
                leaf.used--;
            }
        }
        int added = leaf.used - before;
        if (leaf.used == 0) {
            tree.prune(root, leafIndex);
        }
        return added;
    }

    /**
     * Makes holes.
     *
     * @param mapped the blocks that the whole tree maps
     * @return the blocks that were mapped before
     */
    long unmap(TreeRoot root, long fromBlock, long toBlock, long mapped) throws IOException {
        if (isWhole(root, fromBlock, toBlock)) {
            tree.drop(root);
            return mapped;
        }
        return clear(root, fromBlock, toBlock, true);
    }

    /** Makes holes without counting what was mapped, so that what others share is let go of without reading it. */
    void drop(TreeRoot root, long fromBlock, long toBlock) throws IOException {
        if (isWhole(root, fromBlock, toBlock)) {
            tree.drop(root);
        } else {
            clear(root, fromBlock, toBlock, false);
        }
    }

    private static boolean isWhole(TreeRoot root, long fromBlock, long toBlock) {
        return fromBlock == 0 && toBlock >= SHAPE.recordsBelow(root.height - 1);
    }

    private long clear(TreeRoot root, long from, long to, boolean counting) throws IOException {
        int level = root.height - 1;
        Page page = tree.writable(root.pointer, level);
        root.pointer = page.pointer;
        long removed = level == 0 ? clearLeaf(page, 0, from, to) : clear(page, 0, from, to, counting);
        if (page.used == 0) {
            tree.free(page);
            root.clear();
        }
        return removed;
    }

    /** Clears a range below a writable inner page. */
    private long clear(Page page, long base, long from, long to, boolean counting) throws IOException {
        int level = page.level - 1;
        long below = SHAPE.recordsBelow(level);
        long removed = 0;
        for (int slot = (int) (Math.max(from - base, 0) / below); slot < PageLayout.FAN_OUT; slot++) {
            long childBase = base + slot * below;
            if (childBase >= to) {
                break;
            }
            long pointer = page.child(slot);
            if (pointer == 0) {
                continue;
            }
            if (from <= childBase && childBase + below <= to) {
                if (counting) {
                    removed += release(pointer, level);
                } else {
                    tree.release(pointer, level);
                }
                page.putChild(slot, PagePointer.NONE);
                continue;
            }
            Page child = tree.writable(pointer, level);
            page.putChild(slot, child.pointer);
            removed += level == 0 ? clearLeaf(child, childBase, from, to) : clear(child, childBase, from, to, counting);
            if (child.used == 0) {
                tree.free(child);
                page.putChild(slot, PagePointer.NONE);
            }
        }
        return removed;
    }

    private long clearLeaf(Page leaf, long base, long from, long to) throws IOException {
        int before = leaf.used;
        int end = (int) Math.min(to - base, PER_LEAF);
        for (int index = (int) Math.max(from - base, 0); index < end; index++) {
            int at = leaf.recordOffset(index);
            long old = Bytes.longAt(leaf.data, at);
            if (old != 0) {
                Bytes.putLong(leaf.data, at, 0);
                leaf.used--;
                references.add(old, -1);
            }
        }
        return (long) before - leaf.used;
    }

    /** Lets go of a subtree; returns the blocks it maps. */
    private long release(long pointer, int level) throws IOException {
        long mapped = 0;
        Page page = tree.read(pointer, level);
        boolean shared = sharing.isShared(page.number());
        if (level == 0) {
            mapped = page.used;
        } else {
            for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
                long child = page.child(slot);
                if (child != 0) {
                    mapped += shared ? countMapped(child, level - 1) : release(child, level - 1);
                }
            }
        }
        if (shared) {
            sharing.release(page.number());
        } else {
            if (level == 0) {
                sharing.leafFreed(page);
            }
            tree.free(page);
        }
        return mapped;
    }

    private long countMapped(long pointer, int level) throws IOException {
        Page page = tree.read(pointer, level);
        if (level == 0) {
            return page.used;
        }
        long mapped = 0;
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            long child = page.child(slot);
            if (child != 0) {
                mapped += countMapped(child, level - 1);
            }
        }
        return mapped;
    }
}
