package io.github.livededup.engine.store;

import java.nio.ByteBuffer;

/**
 * Compares a block with a part of another buffer, as {@link ByteBuffer#mismatch} does with the processor's widest registers, and without an object a
 * call: a view of the last other buffer is kept. One thread's.
 */
final class BlockComparison {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer viewed = NOTHING;
    private ByteBuffer view = NOTHING;

    /**
     * Whether a block is the same as a part of a buffer.
     *
     * @param block from position to limit; both stay
     * @param other heap or direct; position and limit stay, and neither matters. It is remembered, and not touched but by a call that
     *     names it
     * @param offset where the part starts, absolute
     * @return true if all bytes are equal
     */
    @SuppressWarnings("ReferenceEquality") // the view is of this very buffer, not of an equal one
    boolean isEqual(ByteBuffer block, ByteBuffer other, int offset) {
        if (viewed != other) {
            view = other.duplicate();
            viewed = other;
        }
        view.limit(offset + block.remaining()).position(offset);
        return block.mismatch(view) < 0;
    }
}
