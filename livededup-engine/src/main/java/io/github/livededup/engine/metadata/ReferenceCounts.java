package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How often each block is referenced: by places in distinct map pages, and from outside through the block store. Both
 * together are the count; the outside ones are kept apart too. A page of a map that several images share counts once.
 */
public final class ReferenceCounts {
    /** The highest count. */
    public static final long MAX_COUNT = 0xFFFF_FFFFL;

    /** What a change of one count may take at most, the group's record apart: its leaf and two pages above. */
    static final int CHANGE_PAGES = 3;

    private static final int PER_LEAF = TreeShape.COUNTS.recordsPerLeaf;
    private static final int LEAF_BITS = 15;
    /** Leaves remembered: those of the groups written to and of the neighbours they replace. */
    private static final int LINES = 64;

    private final PageStore pages;
    private final GroupDirectory groups;
    private final LivenessListener liveness;
    private final CountTree counts;
    private final CountTree externals;
    private final long[] lineKeys = new long[LINES];
    private final @Nullable Page[] lineLeaves = new Page[LINES];

    /** The root of a tree that is being changed; changes are made by one thread at a time. */
    private final TreeRoot changing = new TreeRoot();

    /**
     * Makes the access.
     *
     * @param pages the pages
     * @param groups holds the trees' roots
     * @param liveness told of first and last references
     */
    ReferenceCounts(PageStore pages, GroupDirectory groups, LivenessListener liveness) {
        this.pages = pages;
        this.groups = groups;
        this.liveness = liveness;
        this.counts = new CountTree(pages, TreeShape.COUNTS);
        this.externals = new CountTree(pages, TreeShape.EXTERNAL_COUNTS);
    }

    /** Tells leaves of counts apart: never 0. */
    static long leafKey(long address) {
        return (long) BlockAddress.group(address) << LEAF_BITS | BlockAddress.slot(address) / PER_LEAF;
    }

    /**
     * Changes a block's count. The image maps do this themselves.
     *
     * @param address the block
     * @param delta what to add, not 0
     * @return the new count
     * @throws io.github.livededup.CorruptionException if it would become negative or too high
     * @throws IOException if reading fails
     */
    long add(long address, int delta) throws IOException {
        long key = leafKey(address);
        int line = (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 58);
        Page leaf = lineLeaves[line];
        if (leaf == null || lineKeys[line] != key || !leaf.dirty) {
            leaf = seek(address, GroupRecord.TREE_COUNTS, counts);
            lineLeaves[line] = leaf;
            lineKeys[line] = key;
        }
        long count = CountTree.add(leaf, BlockAddress.slot(address) % PER_LEAF, delta);
        if (count < 0) {
            throw outOfRange(address, "references", count(address), delta);
        }
        if (count == 0) {
            if (leaf.used == 0) {
                prune(address, GroupRecord.TREE_COUNTS, counts);
            }
            liveness.dead(address);
        } else if (count == delta) {
            liveness.live(address);
        }
        return count;
    }

    /**
     * Changes a block's count of references from outside, and with it its count.
     *
     * @param address the block
     * @param delta what to add
     * @return the new count, all references together
     * @throws io.github.livededup.CorruptionException if a count would become negative or too high
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public long addExternal(long address, int delta) throws IOException {
        pages.reserve(MetadataStore.SMALL_CHANGE_PAGES);
        long external = external(address) + delta;
        if (external < 0 || external > MAX_COUNT) {
            throw outOfRange(address, "references from outside", external - delta, delta);
        }
        long count = count(address) + delta;
        if (count < 0 || count > MAX_COUNT) {
            throw outOfRange(address, "references", count - delta, delta);
        }
        if (delta == 0) {
            return count;
        }
        Page leaf = seek(address, GroupRecord.TREE_EXTERNAL, externals);
        CountTree.add(leaf, BlockAddress.slot(address) % PER_LEAF, delta);
        if (leaf.used == 0) {
            prune(address, GroupRecord.TREE_EXTERNAL, externals);
        }
        return add(address, delta);
    }

    /**
     * A block's count.
     *
     * @param address the block
     * @return all references together, 0 if there is no such group
     * @throws IOException if reading fails
     */
    public long count(long address) throws IOException {
        return get(address, GroupRecord.TREE_COUNTS, counts);
    }

    /**
     * A block's count of references from outside.
     *
     * @param address the block
     * @return the references, 0 if there is no such group
     * @throws IOException if reading fails
     */
    public long external(long address) throws IOException {
        return get(address, GroupRecord.TREE_EXTERNAL, externals);
    }

    /**
     * Reads what changing the counts of some blocks will need, so that damage shows before the change is journaled.
     *
     * @param addresses the blocks
     * @param from index of the first
     * @param count how many
     * @throws io.github.livededup.CorruptionException if a page is damaged
     * @throws IOException if reading fails
     */
    public void requireReadable(long[] addresses, int from, int count) throws IOException {
        long last = 0;
        for (int i = from; i < from + count; i++) {
            if (leafKey(addresses[i]) != last) {
                last = leafKey(addresses[i]);
                count(addresses[i]);
                external(addresses[i]);
            }
        }
    }

    /**
     * The blocks of a group that have references.
     *
     * @param group the group
     * @param slots its slots
     * @return a new set
     * @throws IOException if reading fails
     */
    public SlotSet live(int group, int slots) throws IOException {
        SlotSet live = new SlotSet(slots);
        TreeRoot root = groups.root(group, GroupRecord.TREE_COUNTS);
        for (int first = 0; first < slots; first += PER_LEAF) {
            Page leaf = counts.tree().leaf(root.pointer, root.height, first / PER_LEAF);
            int end = leaf == null ? 0 : Math.min(PER_LEAF, slots - first);
            for (int index = 0; leaf != null && index < end; index++) {
                if (CountTree.get(leaf, index) != 0) {
                    live.add(first + index);
                }
            }
        }
        return live;
    }

    private long get(long address, int which, CountTree trees) throws IOException {
        int slot = BlockAddress.slot(address);
        Page leaf = groups.leaf(BlockAddress.group(address), which, trees.tree(), slot / PER_LEAF);
        return leaf == null ? 0 : CountTree.get(leaf, slot % PER_LEAF);
    }

    private Page seek(long address, int which, CountTree trees) throws IOException {
        int group = BlockAddress.group(address);
        TreeRoot root = changing;
        groups.root(group, which, root);
        long before = root.pointer;
        Page leaf = trees.tree().writableLeaf(root, BlockAddress.slot(address) / PER_LEAF);
        if (root.pointer != before) {
            groups.putRoot(group, which, root);
        }
        return leaf;
    }

    private void prune(long address, int which, CountTree trees) throws IOException {
        int group = BlockAddress.group(address);
        TreeRoot root = groups.root(group, which);
        trees.tree().prune(root, BlockAddress.slot(address) / PER_LEAF);
        groups.putRoot(group, which, root);
    }

    private static CorruptionException outOfRange(long address, String what, long count, int delta) {
        return new CorruptionException(
                "block " + BlockAddress.group(address) + ":" + BlockAddress.slot(address),
                what + ": actual=" + count + (delta < 0 ? "" : "+") + delta + " expected=0 to 2^32-1");
    }
}
