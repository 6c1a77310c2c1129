package io.github.livededup.engine.metadata;

import io.github.livededup.CorruptionException;

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

    /**
     * Takes over a root as a record gives it.
     *
     * @param kind with the number, the record as a message names it: not put together before it is needed
     */
    void read(String kind, int number, long newPointer, int newHeight) throws CorruptionException {
        check(kind, number, newPointer, newHeight);
        pointer = newPointer;
        height = newPointer == 0 ? 0 : newHeight;
    }

    /** Checks a root as a record gives it. */
    static void check(String kind, int number, long pointer, int height) throws CorruptionException {
        if (pointer != 0 && (height < 1 || height > TreeShape.MAX_HEIGHT)) {
            throw new CorruptionException(
                    kind + number, "levels of a tree: actual=" + height + " expected=1 to " + TreeShape.MAX_HEIGHT);
        }
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
