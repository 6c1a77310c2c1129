package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import io.github.livededup.engine.util.LongSet;
import java.io.IOException;

/**
 * Visits the leaves of a tree in order, whatever state it is in: what cannot be read is told, and the scan goes on behind
 * it. A page that the tree reaches twice is damage, so a scan ends in any case.
 */
final class TreeScan {
    /** Where pages come from. */
    interface Source {
        /**
         * The page a pointer leads to.
         *
         * @param pointer not 0
         * @param shape what it is part of
         * @param level its level
         * @return the page, checked
         * @throws CorruptionException if it is not the page meant
         * @throws IOException if reading fails
         */
        Page read(long pointer, TreeShape shape, int level) throws IOException;
    }

    /** Takes what a scan finds. */
    interface Visitor {
        /**
         * A page, a leaf or not, before what is below it.
         *
         * @param page the page
         * @return whether to go below it
         */
        default boolean page(Page page) {
            return true;
        }

        /**
         * A leaf.
         *
         * @param leaf the page
         * @param firstRecord the number of its first record
         * @return whether to go on
         * @throws IOException ends the scan
         */
        boolean leaf(Page leaf, long firstRecord) throws IOException;

        /**
         * A page that cannot be read.
         *
         * @param firstRecord the number of the first record below it
         * @param records how many records are below it at most
         * @param cause what is wrong
         * @return whether to go on
         * @throws IOException ends the scan
         */
        boolean lost(long firstRecord, long records, CorruptionException cause) throws IOException;
    }

    private final Source source;
    private final TreeShape shape;
    private final Visitor visitor;
    private final String description;
    private final long fromRecord;
    private final LongSet reached = new LongSet();

    private TreeScan(Source source, TreeShape shape, Visitor visitor, String description, long fromRecord) {
        this.source = source;
        this.shape = shape;
        this.visitor = visitor;
        this.description = description;
        this.fromRecord = fromRecord;
    }

    /**
     * Scans a tree.
     *
     * @param source where pages come from
     * @param description the file as messages name it
     * @param shape what the tree looks like
     * @param root where it starts
     * @param fromRecord leaves before this record are passed over
     * @param visitor takes what is found
     * @throws IOException if reading fails other than by damage, or the visitor throws it
     */
    static void scan(
            Source source, String description, TreeShape shape, TreeRoot root, long fromRecord, Visitor visitor)
            throws IOException {
        if (root.pointer == 0 && root.height == 0) {
            return;
        }
        if (root.pointer == 0 || root.height < 1 || root.height > TreeShape.MAX_HEIGHT) {
            long all = shape.recordsBelow(TreeShape.MAX_HEIGHT - 1);
            visitor.lost(
                    0,
                    all,
                    new CorruptionException(
                            description,
                            shape.name + " root: actual=" + root + " expected=height 1 to " + TreeShape.MAX_HEIGHT));
            return;
        }
        new TreeScan(source, shape, visitor, description, fromRecord).visit(root.pointer, root.height - 1, 0);
    }

    private boolean visit(long pointer, int level, long base) throws IOException {
        Page page;
        try {
            page = source.read(pointer, shape, level);
            // Only pages that can be read are remembered: there are no more of them than the file has.
            if (!reached.add(PagePointer.number(pointer))) {
                throw new CorruptionException(
                        Page.describe(description, PagePointer.number(pointer), shape, level),
                        "pointers to it: actual=more than 1 expected=1");
            }
        } catch (CorruptionException e) {
            return visitor.lost(base, shape.recordsBelow(level), e);
        }
        if (!visitor.page(page)) {
            return true;
        }
        if (level == 0) {
            return visitor.leaf(page, base);
        }
        long below = shape.recordsBelow(level - 1);
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            long child = page.child(slot);
            long childBase = base + slot * below;
            if (child != 0 && childBase + below > fromRecord && !visit(child, level - 1, childBase)) {
                return false;
            }
        }
        return true;
    }
}
