package io.github.livededup.engine.journal;

import io.github.livededup.engine.format.Bytes;
import io.github.livededup.engine.format.JournalLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Records that take effect together or not at all. It is filled by {@link JournalRecords}, appended, cleared and filled
 * again; once grown, it allocates nothing. For one thread at a time.
 */
public final class JournalBatch {
    private static final int INITIAL_BYTES = 4096;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final int NO_RECORD = -1;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int open = NO_RECORD;
    private int openType;
    private int longestBytes;
    private int lastBytes;

    /** Makes an empty batch. */
    public JournalBatch() {}

    /** Takes all records out; memory is kept. */
    public void clear() {
        length = 0;
        open = NO_RECORD;
        longestBytes = 0;
        lastBytes = 0;
    }

    /**
     * Whether it holds no record.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return length == 0;
    }

    /**
     * The bytes of the records it holds, their headers included.
     *
     * @return the length in bytes
     */
    public int lengthBytes() {
        return length;
    }

    /**
     * Begins a record; what is put goes to its body.
     *
     * @param type its type, one of {@link io.github.livededup.engine.format.JournalRecordType}
     * @return this
     * @throws IllegalStateException if a record was begun and not ended
     */
    public JournalBatch begin(int type) {
        if (open != NO_RECORD) {
            throw new IllegalStateException("record begun twice: actual=" + type + " expected=end of " + openType);
        }
        open = length;
        openType = type;
        room(JournalLayout.RECORD_HEADER_BYTES);
        return this;
    }

    /**
     * Puts four bytes.
     *
     * @param value the number
     * @return this
     */
    public JournalBatch putInt(int value) {
        int at = room(Integer.BYTES);
        Bytes.putInt(bytes, at, value);
        return this;
    }

    /**
     * Puts eight bytes.
     *
     * @param value the number
     * @return this
     */
    public JournalBatch putLong(long value) {
        int at = room(Long.BYTES);
        Bytes.putLong(bytes, at, value);
        return this;
    }

    /**
     * Puts bytes of an array.
     *
     * @param from the array
     * @param at where they start
     * @param lengthBytes how many
     * @return this
     */
    public JournalBatch putBytes(byte[] from, int at, int lengthBytes) {
        int to = room(lengthBytes);
        System.arraycopy(from, at, bytes, to, lengthBytes);
        return this;
    }

    /**
     * Puts bytes of a buffer.
     *
     * @param from heap or direct; position and limit stay
     * @param at where they start, absolute
     * @param lengthBytes how many
     * @return this
     */
    public JournalBatch putBytes(ByteBuffer from, int at, int lengthBytes) {
        int to = room(lengthBytes);
        from.get(at, bytes, to, lengthBytes);
        return this;
    }

    /**
     * Ends the record.
     *
     * @throws IllegalStateException if none was begun, or its body is longer than {@link
     *     JournalLayout#MAX_RECORD_BODY_BYTES}
     */
    public void end() {
        int recordBytes = length - open;
        int bodyBytes = recordBytes - JournalLayout.RECORD_HEADER_BYTES;
        if (open == NO_RECORD || bodyBytes > JournalLayout.MAX_RECORD_BODY_BYTES) {
            throw new IllegalStateException(
                    "body of a record: actual=" + bodyBytes + " expected=0.." + JournalLayout.MAX_RECORD_BODY_BYTES);
        }
        Bytes.putInt(bytes, open, JournalLayout.recordHeader(openType, bodyBytes));
        open = NO_RECORD;
        lastBytes = recordBytes;
        longestBytes = Math.max(longestBytes, recordBytes);
    }

    /** The array that holds the records from index 0. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether a record was begun and not ended. */
    boolean isOpen() {
        return open != NO_RECORD;
    }

    /** The length of the longest record, header included. */
    int longestRecordBytes() {
        return longestBytes;
    }

    /** The length of the last record, header included. */
    int lastRecordBytes() {
        return lastBytes;
    }

    /** Grows by some bytes and says where they are; the array may be another one then. */
    private int room(int bytesMore) {
        int at = length;
        if (bytesMore > bytes.length - at) {
            int doubled = (int) Math.min(2L * bytes.length, MAX_BYTES);
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(at, bytesMore), doubled));
        }
        length = at + bytesMore;
        return at;
    }
}
