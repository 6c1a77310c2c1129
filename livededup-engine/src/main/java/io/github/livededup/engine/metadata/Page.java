package io.github.livededup.engine.metadata;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.PageLayout;
import io.github.livededup.engine.format.PagePointer;
import org.jspecify.annotations.Nullable;

/**
 * A page in memory. A clean one is as in the file and never changes; a dirty one was allocated since the last
 * checkpoint, is changed in place, and stays in memory until the next. A page that was freed is neither any more.
 */
final class Page {
    final byte[] data;
    final long pointer;
    final TreeShape shape;
    final int level;
    /** Records that are not zero; in a leaf of an open group's table, those stored, vacant ones included. */
    int used;
    /** Whether it may be changed in place. Readers of a remembered page take this for "still part of its tree". */
    boolean dirty;

    // The cache's own.
    volatile @Nullable Page next;
    boolean referenced;
    int place;

    Page(byte[] data, long pointer, TreeShape shape, int level, int used) {
        this.data = data;
        this.pointer = pointer;
        this.shape = shape;
        this.level = level;
        this.used = used;
    }

    long number() {
        return PagePointer.number(pointer);
    }

    /** An inner page's pointer. */
    long child(int slot) {
        return Bytes.longAt(data, TreeShape.slotOffset(slot));
    }

    /** Sets an inner page's pointer. */
    void putChild(int slot, long child) {
        int at = TreeShape.slotOffset(slot);
        long before = Bytes.longAt(data, at);
        Bytes.putLong(data, at, child);
        used += (before == 0 ? 1 : 0) - (child == 0 ? 1 : 0);
    }

    /** Where a leaf's record starts. */
    int recordOffset(int index) {
        return PageLayout.HEADER_BYTES + index * shape.recordBytes;
    }

    /** How the page is named in messages. */
    static String describe(String file, long number, TreeShape shape, int level) {
        return file + " page " + number + " (" + shape.name + ", level " + level + ")";
    }
}
