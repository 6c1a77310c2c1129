package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.CatalogueRecord;
import io.github.livededup.engine.format.GroupRecord;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds all pages that a checkpoint reaches, without its list of free ones. Pages that can be computed anew (reference counts of
 * blocks and pages, the list of free pages) are kept apart and may be damaged; damage to any other is remembered.
 */
final class PageCensus {
    private final PageFile file;
    private final TreeShape openTable;
    private final BitSet reached = new BitSet();
    private final BitSet derived = new BitSet();
    private @Nullable CorruptionException damage;

    private PageCensus(PageFile file, int tableEntryBytes) {
        this.file = file;
        openTable = TreeShape.openTable(tableEntryBytes);
    }

    private record Root(TreeRoot root, TreeShape shape) {}

    /** Takes the census of a checkpoint. */
    static PageCensus take(PageFile file, MetadataRoots roots, int tableEntryBytes) throws IOException {
        PageCensus census = new PageCensus(file, tableEntryBytes);
        census.reached.set(0);
        census.freeSpace(roots);
        List<Root> below = new ArrayList<>();
        census.walk(new TreeRoot(roots.catalogue(), roots.catalogueHeight()), TreeShape.CATALOGUE, false, leaf -> {
            for (int i = 0; i < TreeShape.CATALOGUE.recordsPerLeaf; i++) {
                int at = leaf.recordOffset(i);
                if (CatalogueRecord.state(leaf.data, at) != CatalogueRecord.STATE_NONE) {
                    below.add(new Root(
                            new TreeRoot(CatalogueRecord.root(leaf.data, at), CatalogueRecord.height(leaf.data, at)),
                            TreeShape.IMAGE_MAP));
                }
            }
        });
        census.walk(new TreeRoot(roots.groups(), roots.groupsHeight()), TreeShape.GROUPS, false, leaf -> {
            for (int i = 0; i < TreeShape.GROUPS.recordsPerLeaf; i++) {
                census.addTrees(leaf, leaf.recordOffset(i), below);
            }
        });
        census.walk(
                new TreeRoot(roots.sharedPages(), roots.sharedPagesHeight()), TreeShape.SHARED_PAGES, true, leaf -> {});
        for (Root each : below) {
            census.walk(each.root, each.shape, each.shape == TreeShape.COUNTS, leaf -> {});
        }
        return census;
    }

    private void addTrees(Page leaf, int at, List<Root> below) {
        if (GroupRecord.state(leaf.data, at) != GroupRecord.STATE_FREE) {
            below.add(new Root(root(leaf, at, GroupRecord.TREE_COUNTS), TreeShape.COUNTS));
            below.add(new Root(root(leaf, at, GroupRecord.TREE_EXTERNAL), TreeShape.EXTERNAL_COUNTS));
            below.add(new Root(root(leaf, at, GroupRecord.TREE_OPEN_TABLE), openTable));
            below.add(new Root(root(leaf, at, GroupRecord.TREE_RETIRED), TreeShape.RETIRED));
        }
    }

    private static TreeRoot root(Page page, int at, int tree) {
        return new TreeRoot(GroupRecord.root(page.data, at, tree), GroupRecord.height(page.data, at, tree));
    }

    /** The pages of the list of free ones, as far as it can be read. */
    private void freeSpace(MetadataRoots roots) {
        long pointer = roots.freeSpace();
        for (int i = 0; i < roots.freeSpacePages() && pointer != PagePointer.NONE; i++) {
            try {
                byte[] page = file.read(pointer, TreeShape.FREE_SPACE, 0);
                if (derived.get((int) PagePointer.number(pointer))) {
                    return;
                }
                derived.set((int) PagePointer.number(pointer));
                pointer = Bytes.longAt(page, PageLayout.HEADER_BYTES);
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Takes the leaves of a tree. */
    private interface Leaves {
        void leaf(Page leaf);
    }

    private void walk(TreeRoot root, TreeShape shape, boolean isDerived, Leaves leaves) throws IOException {
        BitSet pages = isDerived ? derived : reached;
        boolean isShared = shape == TreeShape.IMAGE_MAP;
        TreeScan.scan(this::read, file.description(), shape, root, 0, new TreeScan.Visitor() {
            @Override
            public boolean page(Page page) {
                int number = (int) page.number();
                boolean isNew = !reached.get(number) && !derived.get(number);
                pages.set(number);
                if (!isNew && !isShared && !isDerived) {
                    damaged(new CorruptionException(
                            Page.describe(file.description(), number, shape, page.level),
                            "pointers to it: actual=more than 1 expected=1"));
                }
                return isNew;
            }

            @Override
            public boolean leaf(Page leaf, long firstRecord) {
                leaves.leaf(leaf);
                return true;
            }

            @Override
            public boolean lost(long firstRecord, long records, CorruptionException cause) {
                if (!isDerived) {
                    damaged(cause);
                }
                return true;
            }
        });
    }

    private Page read(long pointer, TreeShape shape, int level) throws CorruptionException {
        try {
            byte[] data = file.read(pointer, shape, level);
            return new Page(data, pointer, shape, level, PageLayout.used(data));
        } catch (CorruptionException e) {
            throw e;
        } catch (IOException e) {
            throw new CorruptionException(
                    Page.describe(file.description(), PagePointer.number(pointer), shape, level),
                    "page cannot be read: " + e.getMessage(),
                    e);
        }
    }

    private void damaged(CorruptionException cause) {
        if (damage == null) {
            damage = cause;
        }
    }

    /** The first damage to a page that cannot be computed anew, or null. */
    @Nullable
    CorruptionException damage() {
        return damage;
    }

    /** The pages that are needed. */
    BitSet reached() {
        return reached;
    }

    /** The pages of what is computed anew. */
    BitSet derived() {
        return derived;
    }
}
