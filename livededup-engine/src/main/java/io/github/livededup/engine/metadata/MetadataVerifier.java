package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.BlockAddress;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.CatalogueRecord;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Verifies the metadata: every page, and everything that can be computed from something else. */
final class MetadataVerifier {
    private final MetadataStore store;
    private final PageStore pages;
    private final ProblemListener problems;
    private final PageWalk walk;
    private final MapWalk maps;

    MetadataVerifier(MetadataStore store, PageStore pages, PageSharing sharing, ProblemListener problems) {
        this.store = store;
        this.pages = pages;
        this.problems = problems;
        this.walk = new PageWalk(pages, problems);
        this.maps = new MapWalk(walk, sharing, store.groups(), problems);
    }

    private record Image(ImageRecord image, TreeRoot root) {}

    private record Group(GroupInfo info, TreeRoot counts, TreeRoot externals, TreeRoot table, TreeRoot retired) {}

    /** Verifies all; returns the pages read. */
    long verify(long memoryBytes) throws IOException {
        reachOwnPages();
        List<Image> images = images();
        List<Group> groups = groups();
        int firstGroup = 1;
        boolean first = true;
        while (firstGroup != Integer.MAX_VALUE) {
            ReferenceRecount recount = new ReferenceRecount(firstGroup, memoryBytes);
            Set<Long> seen = new HashSet<>();
            for (Image image : images) {
                if (first) {
                    maps.image(image.root, image.image, recount);
                } else {
                    maps.recount(image.root, recount, seen);
                }
            }
            first = false;
            for (Group group : groups) {
                int number = group.info.group();
                if (number >= firstGroup && number < recount.endGroup()) {
                    group(group, recount);
                }
            }
            reportUntaken(recount);
            firstGroup = recount.endGroup();
        }
        maps.checkSharing();
        walk.checkFreeSpace();
        return walk.pagesRead();
    }

    /** The header page and the bitmap of free pages. */
    private void reachOwnPages() throws IOException {
        walk.reach(0);
        walk.read(0, TreeShape.FILE, 0);
        for (long pointer : pages.bitmapPages()) {
            walk.reach(PagePointer.number(pointer));
            walk.read(pointer, TreeShape.FREE_SPACE, 0);
        }
    }

    private List<Image> images() throws IOException {
        List<Image> images = new ArrayList<>();
        walk.walk(store.catalogue().records().root(), TreeShape.CATALOGUE, (page, firstRecord) -> {
            for (int index = 0; index < TreeShape.CATALOGUE.recordsPerLeaf; index++) {
                int at = page.recordOffset(index);
                if (CatalogueRecord.state(page.data, at) != CatalogueRecord.STATE_NONE) {
                    TreeRoot root =
                            new TreeRoot(CatalogueRecord.root(page.data, at), CatalogueRecord.height(page.data, at));
                    images.add(new Image(Catalogue.image(page, at, (int) firstRecord + index), root));
                }
            }
        });
        return images;
    }

    private List<Group> groups() throws IOException {
        List<Group> groups = new ArrayList<>();
        walk.walk(store.groups().records().root(), TreeShape.GROUPS, (page, firstRecord) -> {
            for (int index = 0; index < TreeShape.GROUPS.recordsPerLeaf; index++) {
                int at = page.recordOffset(index);
                if (GroupRecord.state(page.data, at) == GroupRecord.STATE_FREE) {
                    continue;
                }
                try {
                    groups.add(new Group(
                            GroupDirectory.info(page, at, (int) firstRecord + index),
                            root(page, at, GroupRecord.TREE_COUNTS),
                            root(page, at, GroupRecord.TREE_EXTERNAL),
                            root(page, at, GroupRecord.TREE_OPEN_TABLE),
                            root(page, at, GroupRecord.TREE_RETIRED)));
                } catch (CorruptionException e) {
                    walk.problem(e);
                }
            }
        });
        return groups;
    }

    private static TreeRoot root(Page page, int at, int tree) {
        return new TreeRoot(GroupRecord.root(page.data, at, tree), GroupRecord.height(page.data, at, tree));
    }

    private void group(Group group, ReferenceRecount recount) throws IOException {
        int number = group.info.group();
        walk.walk(group.table, store.openTables().tree().shape(), (leaf, firstRecord) -> {});
        walk.walk(group.retired, TreeShape.RETIRED, (leaf, firstRecord) -> retired(number, leaf, firstRecord));
        walk.walk(group.externals, TreeShape.EXTERNAL_COUNTS, (leaf, firstRecord) -> {
            recount.addExternals(number, (int) (firstRecord / TreeShape.EXTERNAL_COUNTS.recordsPerLeaf), leaf);
        });
        long[] live = new long[1];
        walk.walk(group.counts, TreeShape.COUNTS, (leaf, firstRecord) -> {
            int leafIndex = (int) (firstRecord / TreeShape.COUNTS.recordsPerLeaf);
            compare(number, (int) firstRecord, leaf, recount.take(number, leafIndex));
            live[0] += leaf.used;
        });
        if (live[0] != group.info.liveBlocks() && !maps.isDamaged()) {
            problems.problem(
                    "group " + number, "live blocks: actual=" + group.info.liveBlocks() + " expected=" + live[0]);
        }
    }

    /** A retired slot's bytes may be gone, so nothing may reference it. */
    private void retired(int group, Page leaf, long firstWord) throws IOException {
        for (int index = 0; index < TreeShape.RETIRED.recordsPerLeaf; index++) {
            long word = Bytes.longAt(leaf.data, leaf.recordOffset(index));
            for (; word != 0; word &= word - 1) {
                long slot = (firstWord + index) * Long.SIZE + Long.numberOfTrailingZeros(word);
                if (slot >= BlockAddress.MAX_SLOTS || isReferenced(BlockAddress.of(group, (int) slot))) {
                    problems.problem("block " + group + ":" + slot, "retired block: actual=referenced expected=not");
                }
            }
        }
    }

    private boolean isReferenced(long address) throws IOException {
        try {
            return store.references().count(address) != 0;
        } catch (CorruptionException e) {
            // The walk over the counts reports it.
            return false;
        }
    }

    private void compare(int group, int firstSlot, Page counts, int @Nullable [] recounted) {
        for (int index = 0; index < TreeShape.COUNTS.recordsPerLeaf; index++) {
            long expected = recounted == null ? 0 : Integer.toUnsignedLong(recounted[index]);
            report(group, firstSlot + index, CountTree.get(counts, index), expected);
        }
    }

    /** Blocks that maps reference and for which no count is stored at all. */
    private void reportUntaken(ReferenceRecount recount) {
        ReferenceRecount.Untaken untaken = recount.nextUntaken();
        while (untaken != null) {
            for (int index = 0; index < untaken.counts().length; index++) {
                report(untaken.group(), untaken.firstSlot() + index, 0, untaken.counts()[index] & 0xFFFF_FFFFL);
            }
            untaken = recount.nextUntaken();
        }
    }

    private void report(int group, int slot, long actual, long expected) {
        // With a page of a map lost, counts that are too high prove nothing.
        if (actual != expected && !(maps.isDamaged() && actual > expected)) {
            problems.problem("block " + group + ":" + slot, "references: actual=" + actual + " expected=" + expected);
        }
    }
}
