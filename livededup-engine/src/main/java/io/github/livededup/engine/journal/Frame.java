package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.JournalLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A frame while it is filled. Owned by one thread at a time: the tail's lock, or the leader of a commit, hands it on. */
final class Frame {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final int frameBytes;
    private ByteBuffer bytes = NONE;
    private long sequence;
    private long previous;
    private int limit;
    private int filled;

    Frame(int frameBytes) {
        this.frameBytes = frameBytes;
    }

    /** Makes it a frame without place, into which nothing fits. */
    void reset() {
        limit = 0;
        filled = 0;
    }

    /** Places it in the log, empty. */
    void start(long atSequence, long afterPrevious, int limitBytes) {
        if (bytes.capacity() == 0) {
            // Taken only now: a journal that is only replayed needs no memory. Behind the longest frame come zeros.
            bytes = ByteBuffer.allocateDirect(frameBytes + JournalLayout.COMMIT_ALIGNMENT_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        bytes.clear();
        sequence = atSequence;
        previous = afterPrevious;
        limit = limitBytes;
        filled = JournalLayout.FRAME_HEADER_BYTES;
    }

    /** Whether it has a place. */
    boolean isStarted() {
        return limit != 0;
    }

    boolean fits(int recordBytes) {
        return filled + recordBytes <= limit;
    }

    void put(byte[] records, int from, int lengthBytes) {
        bytes.put(filled, records, from, lengthBytes);
        filled += lengthBytes;
    }

    /** Marks the last record, which is of the given length, as the last of its batch. */
    void endBatch(int lastRecordBytes) {
        int at = filled - lastRecordBytes;
        bytes.putInt(at, JournalLayout.endOfBatch(bytes.getInt(at)));
    }

    long sequence() {
        return sequence;
    }

    /** The position behind its last record. */
    long filledTo() {
        return sequence + filled;
    }

    /** Where the frame after it may start at the earliest. */
    long end(boolean commitMark) {
        return JournalLayout.frameEnd(filledTo(), commitMark);
    }

    /** Completes it; returns all of it, up to its end, ready to be written. */
    ByteBuffer seal(long durable, long volumeLow, boolean commitMark) {
        int paddedBytes = (int) (end(commitMark) - sequence);
        for (int at = filled; at < paddedBytes; at++) {
            bytes.put(at, (byte) 0);
        }
        JournalLayout.sealFrame(
                bytes, filled - JournalLayout.FRAME_HEADER_BYTES, sequence, previous, durable, volumeLow, commitMark);
        return bytes.limit(paddedBytes).position(0);
    }
}
