package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.format.PageLayout;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The fingerprint tables of open groups, as of the last checkpoint. A group's table is dropped when it is sealed. */
public final class OpenTables {
    private final PageStore pages;
    private final PageTree tree;
    private final GroupDirectory groups;
    private final int entryBytes;
    private final int perLeaf;

    /**
     * Makes the access.
     *
     * @param pages the pages
     * @param tree the trees
     * @param groups holds the trees' roots
     */
    OpenTables(PageStore pages, PageTree tree, GroupDirectory groups) {
        this.pages = pages;
        this.tree = tree;
        this.groups = groups;
        this.entryBytes = tree.shape().recordBytes;
        this.perLeaf = tree.shape().recordsPerLeaf;
    }

    PageTree tree() {
        return tree;
    }

    /**
     * How many pages appending may take at most.
     *
     * @param entries how many entries
     * @return the pages, for {@link MetadataStore#reserve}
     */
    public long pagesToAppend(int entries) {
        long leaves = entries / perLeaf + 2L;
        return leaves + leaves / PageLayout.FAN_OUT + MetadataStore.SMALL_CHANGE_PAGES;
    }

    /**
     * Stores entries behind those stored before; only new pages and the last one are written.
     *
     * @param group the open group
     * @param fromSlot the first entry's slot: the number of entries stored before
     * @param entries whole entries from position to limit; the position moves to the limit
     * @throws io.github.livededup.VolumeFullException if there is no room; nothing changed
     * @throws IOException if reading fails
     */
    public void append(int group, int fromSlot, ByteBuffer entries) throws IOException {
        checkWhole(entries);
        pages.reserve(pagesToAppend(entries.remaining() / entryBytes));
        TreeRoot root = groups.root(group, GroupRecord.TREE_OPEN_TABLE);
        if (stored(root, fromSlot) != fromSlot) {
            throw new IllegalStateException("group " + group + " stored entries: actual=" + stored(root, fromSlot)
                    + " or more expected=" + fromSlot);
        }
        int slot = fromSlot;
        while (entries.hasRemaining()) {
            Page leaf = tree.writableLeaf(root, slot / perLeaf);
            int index = slot % perLeaf;
            int count = Math.min(perLeaf - index, entries.remaining() / entryBytes);
            entries.get(leaf.data, leaf.recordOffset(index), count * entryBytes);
            leaf.used += count;
            slot += count;
        }
        groups.putRoot(group, GroupRecord.TREE_OPEN_TABLE, root);
    }

    /**
     * Reads stored entries.
     *
     * @param group the open group
     * @param fromSlot the first entry's slot
     * @param entries filled from position to limit, whole entries; the position moves to the limit
     * @throws io.github.livededup.CorruptionException if an entry is not stored
     * @throws IOException if reading fails
     */
    public void read(int group, int fromSlot, ByteBuffer entries) throws IOException {
        checkWhole(entries);
        TreeRoot root = groups.root(group, GroupRecord.TREE_OPEN_TABLE);
        int slot = fromSlot;
        while (entries.hasRemaining()) {
            Page leaf = tree.leaf(root.pointer, root.height, slot / perLeaf);
            int index = slot % perLeaf;
            int count = Math.min(perLeaf - index, entries.remaining() / entryBytes);
            if (leaf == null || leaf.used < index + count) {
                throw new CorruptionException(
                        "open table of group " + group,
                        "stored entries: actual=" + (slot - index + (leaf == null ? 0 : leaf.used))
                                + " expected=at least " + (slot + count));
            }
            entries.put(leaf.data, leaf.recordOffset(index), count * entryBytes);
            slot += count;
        }
    }

    /** The entries stored, or some higher number than a slot if there are any from that slot on. */
    private int stored(TreeRoot root, int slot) throws IOException {
        for (int leafIndex = slot / perLeaf; leafIndex >= 0; leafIndex--) {
            Page leaf = tree.leaf(root.pointer, root.height, leafIndex);
            if (leaf != null) {
                return leafIndex * perLeaf + leaf.used;
            }
        }
        return 0;
    }

    private void checkWhole(ByteBuffer entries) {
        if (entries.remaining() % entryBytes != 0) {
            throw new IllegalArgumentException(
                    "entries: actual=" + entries.remaining() + " bytes expected=a multiple of " + entryBytes);
        }
    }
}
