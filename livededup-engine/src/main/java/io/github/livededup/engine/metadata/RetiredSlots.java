package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.util.SlotSet;
import java.io.IOException;

/**
 * Slots of sealed groups whose blocks died and whose bytes may be gone, though the group's table still tells of them: a tree of
 * bits, 64 slots a record. A group that is rewritten has none, for its new table has vacant entries instead.
 */
public final class RetiredSlots {
    /** What setting them may take at most for each leaf, the group's record apart: the leaf and two pages above. */
    private static final int PAGES_PER_LEAF = 3;

    private final PageStore pages;
    private final PageTree tree;
    private final GroupDirectory groups;

    RetiredSlots(PageStore pages, PageTree tree, GroupDirectory groups) {
        this.pages = pages;
        this.tree = tree;
        this.groups = groups;
    }

    PageTree tree() {
        return tree;
    }

    /**
     * How many pages setting them may take at most.
     *
     * @param slots the group's slots
     * @return the pages, for {@link MetadataStore#reserveToFree}
     */
    public long pagesToPut(int slots) {
        long words = ((long) slots + Long.SIZE - 1) / Long.SIZE;
        return MetadataStore.SMALL_CHANGE_PAGES + PAGES_PER_LEAF * (words / tree.shape().recordsPerLeaf + 1);
    }

    /**
     * Sets the retired slots of a group, in place of those set before.
     *
     * @param group a sealed group
     * @param slots all its retired slots; at least one
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void put(int group, SlotSet slots) throws IOException {
        pages.reserve(pagesToPut(slots.words() * Long.SIZE));
        TreeRoot root = groups.root(group, GroupRecord.TREE_RETIRED);
        tree.drop(root);
        int perLeaf = tree.shape().recordsPerLeaf;
        for (int first = 0; first < slots.words(); first += perLeaf) {
            int count = Math.min(perLeaf, slots.words() - first);
            if (!isEmpty(slots, first, count)) {
                putLeaf(tree.writableLeaf(root, first / perLeaf), slots, first, count);
            }
        }
        groups.putRoot(group, GroupRecord.TREE_RETIRED, root);
    }

    private static boolean isEmpty(SlotSet slots, int first, int count) {
        long any = 0;
        for (int i = 0; i < count; i++) {
            any |= slots.word(first + i);
        }
        return any == 0;
    }

    private static void putLeaf(Page leaf, SlotSet slots, int first, int count) {
        for (int i = 0; i < count; i++) {
            long word = slots.word(first + i);
            Bytes.putLong(leaf.data, leaf.recordOffset(i), word);
            leaf.used += word != 0 ? 1 : 0;
        }
    }

    /**
     * The retired slots of a group.
     *
     * @param group the group
     * @param slots its slots
     * @return a new set, empty if there are none
     * @throws IOException if reading fails
     */
    public SlotSet get(int group, int slots) throws IOException {
        SlotSet set = new SlotSet(slots);
        TreeRoot root = groups.root(group, GroupRecord.TREE_RETIRED);
        int perLeaf = tree.shape().recordsPerLeaf;
        for (int first = 0; root.pointer != 0 && first < set.words(); first += perLeaf) {
            Page leaf = tree.leaf(root.pointer, root.height, first / perLeaf);
            int count = leaf == null ? 0 : Math.min(perLeaf, set.words() - first);
            for (int i = 0; leaf != null && i < count; i++) {
                set.word(first + i, Bytes.longAt(leaf.data, leaf.recordOffset(i)));
            }
        }
        return set;
    }
}
