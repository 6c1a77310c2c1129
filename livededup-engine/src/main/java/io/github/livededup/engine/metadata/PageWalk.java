package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages for a verification: from the file, or from memory if they changed since the last checkpoint. Bad ones are
 * reported, and all that were reached are remembered.
 */
final class PageWalk {
    private final PageStore pages;
    private final ProblemListener problems;
    private final long[] reached;
    private long pagesRead;

    PageWalk(PageStore pages, ProblemListener problems) {
        this.pages = pages;
        this.problems = problems;
        this.reached = new long[(int) (pages.freeSpace().capacityPages() / Long.SIZE) + 1];
    }

    /** Takes a page of a tree. */
    interface LeafVisitor {
        /**
         * A leaf.
         *
         * @param leaf the page
         * @param firstRecord the number of its first record
         * @throws IOException if reading fails
         */
        void leaf(Page leaf, long firstRecord) throws IOException;
    }

    /** Reaches a page; false if it was reached before. */
    boolean reach(long number) {
        if (number / Long.SIZE >= reached.length) {
            return true;
        }
        int word = (int) (number / Long.SIZE);
        boolean first = (reached[word] & 1L << number) == 0;
        reached[word] |= 1L << number;
        return first;
    }

    /** Reads a page, null if it is bad. */
    @Nullable
    Page read(long pointer, TreeShape shape, int level) throws IOException {
        long number = PagePointer.number(pointer);
        Page page = pages.dirtyPage(number);
        if (page == null || page.pointer != pointer || page.shape.kind != shape.kind || page.level != level) {
            try {
                byte[] data = pages.file().read(pointer, shape, level);
                page = new Page(data, pointer, shape, level, PageLayout.used(data));
            } catch (CorruptionException e) {
                problem(e);
                return null;
            }
        }
        pagesRead++;
        int used = countUsed(page);
        if (used != page.used) {
            problems.problem(
                    Page.describe(pages.description(), number, shape, level),
                    "records in use: actual=" + page.used + " expected=" + used);
        }
        return page;
    }

    private static int countUsed(Page page) {
        int recordBytes = page.shape.recordBytes(page.level);
        int used = 0;
        int end = recordBytes == 0 ? 0 : PageLayout.PAGE_BYTES - recordBytes;
        for (int at = PageLayout.HEADER_BYTES; at <= end; at += recordBytes) {
            for (int i = 0; i < recordBytes; i++) {
                if (page.data[at + i] != 0) {
                    used++;
                    break;
                }
            }
        }
        return used;
    }

    /** Walks a tree whose pages nothing else may reach. */
    void walk(TreeRoot root, TreeShape shape, LeafVisitor visitor) throws IOException {
        if (root.pointer != 0) {
            walk(root.pointer, root.height - 1, 0, shape, visitor);
        }
    }

    private void walk(long pointer, int level, long base, TreeShape shape, LeafVisitor visitor) throws IOException {
        if (level < 0 || level >= TreeShape.MAX_HEIGHT) {
            problems.problem(shape.name, "levels: actual=" + (level + 1) + " expected=1 to " + TreeShape.MAX_HEIGHT);
            return;
        }
        if (!reach(PagePointer.number(pointer))) {
            problems.problem(
                    Page.describe(pages.description(), PagePointer.number(pointer), shape, level),
                    "pointers to it: actual=more than 1 expected=1");
            return;
        }
        Page page = read(pointer, shape, level);
        if (page == null) {
            return;
        }
        if (level == 0) {
            visitor.leaf(page, base);
            return;
        }
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            long child = page.child(slot);
            if (child != 0) {
                walk(child, level - 1, base + slot * shape.recordsBelow(level - 1), shape, visitor);
            }
        }
    }

    /** Compares the pages reached with those not free. */
    void checkFreeSpace() {
        FreeSpace space = pages.freeSpace();
        for (int word = 0; word < reached.length; word++) {
            long inUse = space.wordAfterCheckpoint(word);
            for (long bits = inUse ^ reached[word]; bits != 0; bits &= bits - 1) {
                long page = (long) word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                boolean leaked = (inUse & 1L << page) != 0;
                problems.problem(
                        pages.description() + " page " + page,
                        leaked ? "state: actual=in use expected=free" : "state: actual=free expected=in use");
            }
        }
    }

    long pagesRead() {
        return pagesRead;
    }

    void problem(CorruptionException e) {
        String message = e.getMessage();
        String prefix = e.resource() + ": ";
        problems.problem(
                e.resource(),
                message == null
                        ? "damaged"
                        : message.startsWith(prefix) ? message.substring(prefix.length()) : message);
    }
}
