package io.github.livededup.engine.metadata;

/** Where a tree starts; changed in place by the tree's changing methods, and stored by whoever owns the tree. */
final class TreeRoot {
    /** Pointer to the root page, 0 for an empty tree. */
    long pointer;
    /** Levels of pages, 0 for an empty tree. */
    int height;

    TreeRoot() {}

    TreeRoot(long pointer, int height) {
        this.pointer = pointer;
        this.height = height;
    }

    /** Makes this an empty tree's. */
    void clear() {
        pointer = 0;
        height = 0;
    }

    @Override
    public String toString() {
        return "pointer=0x" + Long.toHexString(pointer) + " height=" + height;
    }
}
