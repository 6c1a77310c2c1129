package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;
import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import java.io.IOException;

/**
 * Pages of image maps that more than one page or root points to: a tree of the references above the first, by page
 * number; it is empty until images are cloned. Such a page never changes nor moves. Whoever wants to change it makes a
 * copy, and the copy then references what the page leads to: an inner page's children, and a leaf's blocks.
 */
final class PageSharing {
    /** What a change of one page's references may take at most. */
    static final int CHANGE_PAGES = 5;

    private final CountTree extra;
    private final TreeRoot root;
    private final ReferenceCounts references;

    /**
     * Makes the access.
     *
     * @param pages the pages
     * @param root where the tree starts
     * @param references the blocks' counts
     */
    PageSharing(PageStore pages, TreeRoot root, ReferenceCounts references) {
        this.extra = new CountTree(pages, TreeShape.SHARED_PAGES);
        this.root = root;
        this.references = references;
    }

    TreeRoot root() {
        return root;
    }

    boolean isShared(long number) throws IOException {
        return root.pointer != 0 && extra.get(root, number) != 0;
    }

    /** The references of a page above the first. */
    long extra(long number) throws IOException {
        return root.pointer == 0 ? 0 : extra.get(root, number);
    }

    /** One reference more. */
    void retain(long number) throws IOException {
        change(number, 1);
    }

    /** One reference less of a shared page. */
    void release(long number) throws IOException {
        change(number, -1);
    }

    private void change(long number, int delta) throws IOException {
        if (extra.add(root, number, delta) < 0) {
            throw new CorruptionException(
                    "shared pages", "references of page " + number + ": actual=out of range expected=0 to 2^32-1");
        }
    }

    /** Takes references to all that a shared page's copy leads to. */
    void copied(Page copy) throws IOException {
        if (copy.level == 0) {
            changeBlocks(copy, 1);
            return;
        }
        for (int slot = 0; slot < PageLayout.FAN_OUT; slot++) {
            long child = copy.child(slot);
            if (child != 0) {
                retain(PagePointer.number(child));
            }
        }
    }

    /** Gives back the references of a leaf that goes. */
    void leafFreed(Page leaf) throws IOException {
        changeBlocks(leaf, -1);
    }

    private void changeBlocks(Page leaf, int delta) throws IOException {
        int end = leaf.recordOffset(leaf.shape.recordsPerLeaf);
        for (int at = leaf.recordOffset(0); at < end; at += Long.BYTES) {
            long address = Bytes.longAt(leaf.data, at);
            if (address != 0) {
                references.add(address, delta);
            }
        }
    }
}
