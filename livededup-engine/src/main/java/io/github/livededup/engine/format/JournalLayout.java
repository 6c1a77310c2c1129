package io.github.livededup.engine.format;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * The journal's bytes. All numbers are little-endian.
 *
 * <p>A <em>segment</em> is a file {@code journal/NNNNNN.log} of fixed size: a header page, written once, then room for
 * frames.
 *
 * <pre>
 *  0     u64       magic {@link #SEGMENT_MAGIC}
 *  8     u32       format version
 *  12    u32       the version, all bits inverted
 *  16    u64 u64   volume id, high and low half
 *  32    u32       index of this segment, from 0
 *  36    u32       number of segments
 *  40    u32       size of each segment in bytes, header included
 *  44    ...       0
 *  4092  u32       CRC32C of the bytes before
 * </pre>
 *
 * A <em>frame</em> is a header and a payload of records, within one segment, at a multiple of 8.
 *
 * <pre>
 *  0     u32       magic {@link #FRAME_MAGIC}
 *  4     u32       payload length in bytes
 *  8     u64       sequence: the position of this frame in the log
 *  16    u64       previous: the position where the frame before ended
 *  24    u64       durable: the position up to which the log had been forced when this frame was sealed
 *  32    u64       volume id, low half
 *  40    u32       flags: bit 0 is the commit mark
 *  44    ...       0
 *  60    u32       CRC32C of header and payload, this field taken as 0
 *  64    ...       payload
 *  then            zeros to the next multiple of 8, or of 4096 behind a commit mark
 * </pre>
 *
 * A <em>record</em> is a u32, its type in bits 0 to 6, whether it ends a batch in bit 7, the length of its body in bits 8
 * to 31; then the body. {@link JournalRecordType} lists the types.
 */
public final class JournalLayout {
    /** The newest version of the journal's format this library reads, the one it writes. */
    public static final int VERSION = 1;
    /** Starts a segment: "LDJRNSEG". */
    public static final long SEGMENT_MAGIC = 0x4745534e524a444cL;
    /** Starts a frame: "LDJF". */
    public static final int FRAME_MAGIC = 0x464a444c;

    /** What frames follow in a segment. */
    public static final int SEGMENT_HEADER_BYTES = 4096;
    /** The frame behind a commit mark starts at a multiple of this, so that no page that was committed is written again. */
    public static final int COMMIT_ALIGNMENT_BYTES = 4096;
    /** Other frames start at multiples of this. */
    public static final int FRAME_ALIGNMENT_BYTES = 8;
    /** What the payload of a frame follows. */
    public static final int FRAME_HEADER_BYTES = 64;
    /** The longest frame, header included. */
    public static final int MAX_FRAME_BYTES = 1 << 20;
    /** What the body of a record follows. */
    public static final int RECORD_HEADER_BYTES = 4;
    /** The longest body of a record. */
    public static final int MAX_RECORD_BODY_BYTES = 1 << 16;

    private static final int SEGMENT_MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = SEGMENT_MAGIC_OFFSET + Long.BYTES;
    private static final int VERSION_CHECK_OFFSET = VERSION_OFFSET + Integer.BYTES;
    private static final int VOLUME_HIGH_OFFSET = VERSION_CHECK_OFFSET + Integer.BYTES;
    private static final int VOLUME_LOW_OFFSET = VOLUME_HIGH_OFFSET + Long.BYTES;
    private static final int INDEX_OFFSET = VOLUME_LOW_OFFSET + Long.BYTES;
    private static final int COUNT_OFFSET = INDEX_OFFSET + Integer.BYTES;
    private static final int SIZE_OFFSET = COUNT_OFFSET + Integer.BYTES;
    private static final int SEGMENT_CRC_OFFSET = SEGMENT_HEADER_BYTES - Integer.BYTES;

    private static final int FRAME_MAGIC_OFFSET = 0;
    private static final int LENGTH_OFFSET = FRAME_MAGIC_OFFSET + Integer.BYTES;
    private static final int SEQUENCE_OFFSET = LENGTH_OFFSET + Integer.BYTES;
    private static final int PREVIOUS_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int DURABLE_OFFSET = PREVIOUS_OFFSET + Long.BYTES;
    private static final int FRAME_VOLUME_OFFSET = DURABLE_OFFSET + Long.BYTES;
    private static final int FLAGS_OFFSET = FRAME_VOLUME_OFFSET + Long.BYTES;
    private static final int FRAME_CRC_OFFSET = FRAME_HEADER_BYTES - Integer.BYTES;

    private static final int COMMIT_MARK = 1;
    private static final int LAST_OF_BATCH = 1 << 7;
    private static final int BODY_SHIFT = 8;

    private JournalLayout() {}

    /**
     * Writes a segment's header.
     *
     * @param page little-endian, {@link #SEGMENT_HEADER_BYTES} zeros from index 0; position and limit stay
     * @param volumeId the volume
     * @param index the segment
     * @param count how many there are
     * @param segmentBytes the size of each
     */
    public static void writeSegmentHeader(ByteBuffer page, UUID volumeId, int index, int count, int segmentBytes) {
        page.putLong(SEGMENT_MAGIC_OFFSET, SEGMENT_MAGIC);
        page.putInt(VERSION_OFFSET, VERSION);
        page.putInt(VERSION_CHECK_OFFSET, ~VERSION);
        page.putLong(VOLUME_HIGH_OFFSET, volumeId.getMostSignificantBits());
        page.putLong(VOLUME_LOW_OFFSET, volumeId.getLeastSignificantBits());
        page.putInt(INDEX_OFFSET, index);
        page.putInt(COUNT_OFFSET, count);
        page.putInt(SIZE_OFFSET, segmentBytes);
        page.putInt(SEGMENT_CRC_OFFSET, Checksums.crc32c(page, 0, SEGMENT_CRC_OFFSET));
    }

    /**
     * Whether a page starts a segment of any version: the magic and the doubled version number, which all versions keep.
     *
     * @param page the page, from index 0
     * @return true if so
     */
    public static boolean isSegment(ByteBuffer page) {
        return page.getLong(SEGMENT_MAGIC_OFFSET) == SEGMENT_MAGIC
                && page.getInt(VERSION_OFFSET) == ~page.getInt(VERSION_CHECK_OFFSET);
    }

    /**
     * Whether the checksum of a segment's header holds.
     *
     * @param page the header, from index 0
     * @return true if so
     */
    public static boolean isSegmentIntact(ByteBuffer page) {
        return page.getInt(SEGMENT_CRC_OFFSET) == Checksums.crc32c(page, 0, SEGMENT_CRC_OFFSET);
    }

    /**
     * The version of a segment.
     *
     * @param page its header, from index 0
     * @return the version
     */
    public static int segmentVersion(ByteBuffer page) {
        return page.getInt(VERSION_OFFSET);
    }

    /**
     * The volume of a segment.
     *
     * @param page its header, from index 0
     * @return the volume's id
     */
    public static UUID segmentVolumeId(ByteBuffer page) {
        return new UUID(page.getLong(VOLUME_HIGH_OFFSET), page.getLong(VOLUME_LOW_OFFSET));
    }

    /**
     * The index of a segment.
     *
     * @param page its header, from index 0
     * @return the index
     */
    public static int segmentIndex(ByteBuffer page) {
        return page.getInt(INDEX_OFFSET);
    }

    /**
     * The number of segments.
     *
     * @param page a segment's header, from index 0
     * @return how many there are
     */
    public static int segmentCount(ByteBuffer page) {
        return page.getInt(COUNT_OFFSET);
    }

    /**
     * The size of each segment.
     *
     * @param page a segment's header, from index 0
     * @return the size in bytes
     */
    public static int segmentBytes(ByteBuffer page) {
        return page.getInt(SIZE_OFFSET);
    }

    /**
     * Writes the header of the frame whose payload is in place, its checksum included.
     *
     * @param frame little-endian, the frame from index 0; position and limit stay
     * @param payloadBytes the payload's length
     * @param sequence its position in the log
     * @param previous where the frame before ended
     * @param durable up to where the log was forced
     * @param volumeLow the low half of the volume's id
     * @param commitMark whether all up to the end of this frame is committed
     */
    public static void sealFrame(
            ByteBuffer frame,
            int payloadBytes,
            long sequence,
            long previous,
            long durable,
            long volumeLow,
            boolean commitMark) {
        frame.putInt(FRAME_MAGIC_OFFSET, FRAME_MAGIC);
        frame.putInt(LENGTH_OFFSET, payloadBytes);
        frame.putLong(SEQUENCE_OFFSET, sequence);
        frame.putLong(PREVIOUS_OFFSET, previous);
        frame.putLong(DURABLE_OFFSET, durable);
        frame.putLong(FRAME_VOLUME_OFFSET, volumeLow);
        frame.putInt(FLAGS_OFFSET, commitMark ? COMMIT_MARK : 0);
        for (int at = FLAGS_OFFSET + Integer.BYTES; at < FRAME_HEADER_BYTES; at += Integer.BYTES) {
            frame.putInt(at, 0);
        }
        frame.putInt(FRAME_CRC_OFFSET, Checksums.crc32c(frame, 0, FRAME_HEADER_BYTES + payloadBytes));
    }

    /**
     * Whether a frame's header may be one of this volume; its checksum is not looked at.
     *
     * @param bytes little-endian buffer
     * @param at where the header starts
     * @param volumeLow the low half of the volume's id
     * @param roomBytes the bytes from there to the end of the segment
     * @return true if magic, volume and length are right
     */
    public static boolean isFrame(ByteBuffer bytes, int at, long volumeLow, long roomBytes) {
        int payloadBytes = bytes.getInt(at + LENGTH_OFFSET);
        return bytes.getInt(at + FRAME_MAGIC_OFFSET) == FRAME_MAGIC
                && bytes.getLong(at + FRAME_VOLUME_OFFSET) == volumeLow
                && payloadBytes >= 0
                && payloadBytes <= Math.min(roomBytes, MAX_FRAME_BYTES) - FRAME_HEADER_BYTES;
    }

    /**
     * Whether the checksum of a frame holds.
     *
     * @param frame the whole frame from index 0, its length known to be right; the checksum's field is cleared
     * @return true if so
     */
    public static boolean isFrameIntact(ByteBuffer frame) {
        int expected = frame.getInt(FRAME_CRC_OFFSET);
        frame.putInt(FRAME_CRC_OFFSET, 0);
        return expected == Checksums.crc32c(frame, 0, FRAME_HEADER_BYTES + payloadBytes(frame, 0));
    }

    /**
     * The length of a frame's payload.
     *
     * @param bytes the buffer
     * @param at where the frame starts
     * @return the length in bytes
     */
    public static int payloadBytes(ByteBuffer bytes, int at) {
        return bytes.getInt(at + LENGTH_OFFSET);
    }

    /**
     * The position of a frame in the log.
     *
     * @param bytes the buffer
     * @param at where the frame starts
     * @return its sequence
     */
    public static long sequence(ByteBuffer bytes, int at) {
        return bytes.getLong(at + SEQUENCE_OFFSET);
    }

    /**
     * Where the frame before ended.
     *
     * @param bytes the buffer
     * @param at where the frame starts
     * @return the position
     */
    public static long previous(ByteBuffer bytes, int at) {
        return bytes.getLong(at + PREVIOUS_OFFSET);
    }

    /**
     * Up to where the log had been forced when a frame was sealed.
     *
     * @param bytes the buffer
     * @param at where the frame starts
     * @return the position
     */
    public static long durable(ByteBuffer bytes, int at) {
        return bytes.getLong(at + DURABLE_OFFSET);
    }

    /**
     * Whether a frame bears the commit mark.
     *
     * @param bytes the buffer
     * @param at where the frame starts
     * @return true if so
     */
    public static boolean hasCommitMark(ByteBuffer bytes, int at) {
        return (bytes.getInt(at + FLAGS_OFFSET) & COMMIT_MARK) != 0;
    }

    /**
     * Where the next frame may start at the earliest.
     *
     * @param position the first byte behind a frame's payload
     * @param commitMark whether the frame bears the commit mark
     * @return the position rounded up
     */
    public static long frameEnd(long position, boolean commitMark) {
        long alignment = commitMark ? COMMIT_ALIGNMENT_BYTES : FRAME_ALIGNMENT_BYTES;
        return (position + alignment - 1) & -alignment;
    }

    /**
     * The first four bytes of a record that does not end its batch.
     *
     * @param type its type, from 1 to 127
     * @param bodyBytes the length of its body, at most {@link #MAX_RECORD_BODY_BYTES}
     * @return the header
     */
    public static int recordHeader(int type, int bodyBytes) {
        return type | bodyBytes << BODY_SHIFT;
    }

    /**
     * The header of a record that ends its batch.
     *
     * @param header as {@link #recordHeader} made it
     * @return the header, so marked
     */
    public static int endOfBatch(int header) {
        return header | LAST_OF_BATCH;
    }

    /**
     * The type of a record.
     *
     * @param header its first four bytes
     * @return the type
     */
    public static int recordType(int header) {
        return header & (LAST_OF_BATCH - 1);
    }

    /**
     * Whether a record is the last of its batch.
     *
     * @param header its first four bytes
     * @return true if so
     */
    public static boolean isEndOfBatch(int header) {
        return (header & LAST_OF_BATCH) != 0;
    }

    /**
     * The length of a record's body.
     *
     * @param header its first four bytes
     * @return the length in bytes
     */
    public static int recordBodyBytes(int header) {
        return header >>> BODY_SHIFT;
    }
}
