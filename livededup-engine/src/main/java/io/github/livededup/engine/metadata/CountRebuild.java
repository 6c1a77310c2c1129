package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import io.github.livededup.engine.util.LongSet;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes all counts anew from the maps and the counts from outside: those of blocks and shared pages, and the images' mapped
 * blocks. It begins with none at all; the listener of liveness makes the groups' figures as it goes.
 */
final class CountRebuild {
    private static final TreeShape MAP = TreeShape.IMAGE_MAP;

    private final MetadataStore store;
    private final PageStore pages;
    private final PageSharing sharing;
    private final LongSet reached = new LongSet();
    /** Mapped blocks below inner pages. */
    private final Map<Long, Long> mappedBelow = new HashMap<>();

    CountRebuild(MetadataStore store, PageStore pages, PageSharing sharing) {
        this.store = store;
        this.pages = pages;
        this.sharing = sharing;
    }

    /** Forgets the counts of all groups, whose pages the caller has given up. */
    void clear() throws IOException {
        GroupDirectory groups = store.groups();
        for (int group = 1; group <= groups.highestGroup(); group++) {
            GroupInfo info = groups.get(group);
            if (info.state() != GroupInfo.State.FREE) {
                groups.putRoot(group, GroupRecord.TREE_COUNTS, new TreeRoot());
                groups.adjustBytes(group, -info.liveBytes(), -info.deadBytes(), -info.liveBlocks());
            }
        }
    }

    /** Counts. */
    void run() throws IOException {
        for (ImageRecord image : store.catalogue().list()) {
            TreeRoot root = store.catalogue().root(image.id());
            long mapped = root.pointer == 0 ? 0 : map(root.pointer, root.height - 1);
            long kept = image.deleting() ? 0 : mapped;
            if (kept != image.mappedBlocks()) {
                store.catalogue().putMap(image.id(), root, kept - image.mappedBlocks());
            }
        }
        for (int group = 1; group <= store.groups().highestGroup(); group++) {
            if (store.groups().state(group) != GroupRecord.STATE_FREE) {
                externals(group);
            }
        }
    }

    /** Counts what a page of a map leads to, the first time it is reached; returns the mapped blocks below it. */
    private long map(long pointer, int level) throws IOException {
        long number = PagePointer.number(pointer);
        if (!reached.add(number)) {
            sharing.retain(number);
            Long known = mappedBelow.get(number);
            return known != null ? known : pages.read(pointer, MAP, level).used;
        }
        Page page = pages.read(pointer, MAP, level);
        if (level == 0) {
            for (int index = 0; index < MAP.recordsPerLeaf; index++) {
                long address = Bytes.longAt(page.data, page.recordOffset(index));
                if (address != 0) {
                    store.references().add(address, 1);
                }
            }
            return page.used;
        }
        long mapped = 0;
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            if (page.child(slot) != 0) {
                mapped += map(page.child(slot), level - 1);
            }
        }
        mappedBelow.put(number, mapped);
        return mapped;
    }

    private void externals(int group) throws IOException {
        TreeRoot root = store.groups().root(group, GroupRecord.TREE_EXTERNAL);
        PageTree tree = new PageTree(pages, TreeShape.EXTERNAL_COUNTS);
        int perLeaf = TreeShape.EXTERNAL_COUNTS.recordsPerLeaf;
        for (long leaf = tree.nextLeaf(root, 0); leaf != Long.MAX_VALUE; leaf = tree.nextLeaf(root, leaf + 1)) {
            Page page = tree.leaf(root.pointer, root.height, leaf);
            for (int index = 0; page != null && index < perLeaf; index++) {
                long address = BlockAddress.of(group, (int) (leaf * perLeaf) + index);
                for (long left = CountTree.get(page, index); left > 0; ) {
                    int step = (int) Math.min(left, Integer.MAX_VALUE);
                    store.references().add(address, step);
                    left -= step;
                }
            }
        }
    }
}
