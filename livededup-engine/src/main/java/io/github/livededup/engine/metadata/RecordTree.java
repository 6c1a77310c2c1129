package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.util.LongSet;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One tree of records together with its root; remembers the leaf last changed. */
final class RecordTree {
    private final PageTree tree;
    private final TreeRoot root;
    private long writableLeaf = -1;
    private @Nullable Page writablePage;

    RecordTree(PageStore pages, TreeShape shape, TreeRoot root) {
        this.tree = new PageTree(pages, shape);
        this.root = root;
    }

    TreeRoot root() {
        return root;
    }

    PageTree tree() {
        return tree;
    }

    /** The page with a record, to be read; null if the record is zero. */
    @Nullable
    Page page(long record) throws IOException {
        return tree.leaf(root.pointer, root.height, record / tree.shape().recordsPerLeaf);
    }

    /** The page with a record, to be changed. */
    Page writablePage(long record) throws IOException {
        long leaf = record / tree.shape().recordsPerLeaf;
        Page page = writablePage;
        if (page == null || leaf != writableLeaf || !page.dirty) {
            page = tree.writableLeaf(root, leaf);
            writablePage = page;
            writableLeaf = leaf;
        }
        return page;
    }

    /** Where a record starts in its page. */
    int offset(Page page, long record) {
        return page.recordOffset((int) (record % tree.shape().recordsPerLeaf));
    }

    /** Notes that a zero record of a writable page got content. */
    void added(Page page) {
        page.used++;
    }

    /** Makes a record of a writable page zero. */
    void remove(Page page, long record) throws IOException {
        int at = offset(page, record);
        Arrays.fill(page.data, at, at + tree.shape().recordBytes, (byte) 0);
        page.used--;
        dropIfEmpty(page, record);
    }

    /** Drops a writable page if it holds no record. */
    void dropIfEmpty(Page page, long record) throws IOException {
        if (page.used == 0) {
            tree.prune(root, record / tree.shape().recordsPerLeaf);
        }
    }

    /** Takes the pages of a tree one by one. */
    interface PageVisitor {
        /**
         * A page that holds records.
         *
         * @param page the leaf
         * @param firstRecord the number of its first record
         * @throws IOException if the visitor fails
         */
        void page(Page page, long firstRecord) throws IOException;
    }

    /**
     * Visits all pages with records, in order.
     *
     * @throws CorruptionException if two pointers of the tree lead to one page, so that time is bounded by the file's size
     * @throws IOException if reading fails, or the visitor does
     */
    void forEachPage(PageVisitor visitor) throws IOException {
        if (root.pointer != 0) {
            visit(root.pointer, root.height - 1, 0, new LongSet(), visitor);
        }
    }

    private void visit(long pointer, int level, long firstRecord, LongSet seen, PageVisitor visitor)
            throws IOException {
        Page page = tree.read(pointer, level);
        if (!seen.add(page.number())) {
            throw tree.corruption(pointer, level, "pointers to it: actual=more than 1 expected=1");
        }
        if (level == 0) {
            visitor.page(page, firstRecord);
            return;
        }
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            long child = page.child(slot);
            if (child != 0) {
                visit(child, level - 1, firstRecord + slot * tree.shape().recordsBelow(level - 1), seen, visitor);
            }
        }
    }
}
