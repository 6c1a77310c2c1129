package io.github.livededup.engine.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Collects what is appended to a group, so that it is written in large pieces. Offsets are from the group's start. Used
 * under its group's lock.
 */
final class AppendBuffer {
    /** Larger than any block, and large enough for the disk. */
    static final int CAPACITY_BYTES = 1 << 20;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int start;
    private int length;

    /** Empties it and lets it begin at an offset. */
    void startAt(int offset) {
        start = offset;
        length = 0;
    }

    int start() {
        return start;
    }

    int end() {
        return start + length;
    }

    boolean isEmpty() {
        return length == 0;
    }

    boolean hasRoom(int count) {
        return count <= CAPACITY_BYTES - length;
    }

    /** Appends zeros up to an offset. */
    void padTo(int offset) {
        while (end() < offset) {
            bytes.put(length++, (byte) 0);
        }
    }

    /** Takes back what was appended behind an offset, and not written since. */
    void cutTo(int offset) {
        length = offset - start;
    }

    /** Appends a part of a buffer, whose position and limit stay. */
    void put(ByteBuffer from, int at, int count) {
        bytes.put(length, from, at, count);
        length += count;
    }

    /** Appends room for a structure that the caller writes into {@link #bytes} at the index returned. */
    int reserve(int count) {
        int at = length;
        length += count;
        return at;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    void copyOut(int offset, int count, ByteBuffer into) {
        into.put(0, bytes, offset - start, count);
    }

    /**
     * Writes everything and goes on behind it. After a failure it still holds everything. No write goes beyond a window of {@link TouchedWindows}: Linux
     * keeps in one piece what was written at once, and since 6.18 a touched byte makes the whole piece resident.
     */
    void writeTo(BlockFile file, long groupStart) throws IOException {
        if (length > 0) {
            try {
                for (int from = 0, to; from < length; from = to) {
                    to = Math.min(length, from + TouchedWindows.leftInWindow(start + from));
                    file.write(bytes.limit(to).position(from), groupStart + start + from);
                }
            } finally {
                bytes.clear(); // position and limit; the content stays
            }
            startAt(end());
        }
    }
}
