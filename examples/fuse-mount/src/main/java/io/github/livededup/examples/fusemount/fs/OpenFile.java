package io.github.livededup.examples.fusemount.fs;

import io.github.livededup.Image;
import io.github.livededup.examples.fusemount.tree.Inode;

/** An inode that somebody has open, with one handle of its image for all of them. */
final class OpenFile {
    private final Inode inode;
    private final Image image;
    private int count;
    private volatile boolean changed;

    OpenFile(Inode inode, Image image) {
        this.inode = inode;
        this.image = image;
    }

    Inode inode() {
        return inode;
    }

    Image image() {
        return image;
    }

    /** Whether it was written since it was opened. */
    boolean isChanged() {
        return changed;
    }

    void setChanged() {
        changed = true;
    }

    /** Under the tree's write lock. */
    int add(int more) {
        count += more;
        return count;
    }
}
